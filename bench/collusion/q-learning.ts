import { Random } from "../../src/base/index.ts";
import type { OneShotGame } from "../../src/evaluation/index.ts";

/** How two tables learn; defaults are the baseline of Calvano et al. (2020). */
export interface TableLearning {
  readonly periods: number;
  readonly seed: number;
  /** Share by which a value moves to what was seen. */
  readonly learningRate?: number;
  readonly discount?: number;
  /** Rate at which the probability of a random choice, e^(−rate × period), falls. */
  readonly explorationDecay?: number;
}

/**
 * Two Q-learners side by side, each with a table over what both chose in the last period (Watkins, 1989; as in Calvano, Calzolari,
 * Denicolò & Pastorello, 2020): Q ← (1 − α) Q + α (π + δ max Q′), begun at what a choice pays against a rival who chooses by dice.
 * `pay` gives both profits for both choices. Gives each player's best choice by `own × choices + other`.
 */
export function learnTables(
  game: OneShotGame,
  pay: (first: number, second: number, profits: Float64Array) => void,
  { periods, seed, learningRate = 0.15, discount = 0.95, explorationDecay = 4e-6 }: TableLearning,
): readonly [Int32Array, Int32Array] {
  const { choices } = game;
  const count = choices.length;
  const random = new Random(seed, 41);
  const first = choices.map((own) => choices.reduce((sum, other) => sum + game.profit(own, [other]), 0) / count / (1 - discount));
  const tables = [0, 1].map(() => Float64Array.from({ length: count * count * count }, (_, at) => first[at % count]!));
  const best = (table: Float64Array, state: number): number => {
    let choice = 0;
    for (let at = 1; at < count; at++) if (table[state * count + at]! > table[state * count + choice]!) choice = at;
    return choice;
  };
  const profits = new Float64Array(2);
  const states = [random.below(count * count), 0];
  states[1] = (states[0]! % count) * count + Math.floor(states[0]! / count); // The same moment, seen from the other side.
  for (let period = 0; period < periods; period++) {
    const exploring = Math.exp(-explorationDecay * period);
    const [a, b] = tables.map((table, player) => (random.uniform() < exploring ? random.below(count) : best(table, states[player]!))) as [
      number,
      number,
    ];
    pay(a, b, profits);
    for (const [player, own, other] of [
      [0, a, b],
      [1, b, a],
    ] as const) {
      const table = tables[player]!;
      const next = own * count + other;
      const at = states[player]! * count + own;
      const worth = profits[player]! + discount * table[next * count + best(table, next)]!;
      table[at] = (1 - learningRate) * table[at]! + learningRate * worth;
      states[player] = next;
    }
  }
  const rules = tables.map((table) => Int32Array.from({ length: count * count }, (_, state) => best(table, state)));
  return rules as unknown as readonly [Int32Array, Int32Array];
}
