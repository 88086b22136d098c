import type { Random } from "../../base/index.ts";
import { solve } from "../portfolio-math/covariance.ts";
import { choices } from "../significance/index.ts";
import type { CoalitionGame, ShapleyValues } from "./coalition-game.ts";

/** Coalitions, [count × players] of 0 and 1, with what each counts in the regression. */
interface WeightedCoalitions {
  readonly members: Uint8Array;
  readonly weights: readonly number[];
}

/**
 * Kernel SHAP (Lundberg & Lee, 2017): Shapley values as the weighted least squares fit of an additive game whose sum is right. Sizes of
 * coalitions are taken whole from the outside in while `samples` lasts, so that it is exact from 2ⁿ − 2 on; the rest is drawn by
 * weight, each coalition with the one of all others (Covert & Lee, 2021). At least 2 a player.
 */
export function kernelShap(game: CoalitionGame, samples: number, random: Random): ShapleyValues {
  const { players, outputs, worth } = game;
  const { members, weights } = chooseCoalitions(players, samples, random);
  const ends = new Uint8Array(2 * players).fill(1, players);
  const endWorths = worth(ends);
  const [nobody, all] = [endWorths.slice(0, outputs), endWorths.slice(outputs)];
  const total = all.map((value, output) => value - nobody[output]!);
  if (players === 1) return { nobody, all, values: total };
  const free = players - 1; // The last player takes what is left of the total.
  const [squares, products] = [new Float64Array(free * free), new Float64Array(free * outputs)];
  const worths = worth(members);
  const row = new Float64Array(free);
  weights.forEach((weight, index) => {
    const last = members[(index + 1) * players - 1]!;
    for (let player = 0; player < free; player++) row[player] = members[index * players + player]! - last;
    for (let left = 0; left < free; left++) {
      if (row[left] === 0) continue;
      const factor = weight * row[left]!;
      for (let right = 0; right < free; right++) squares[left * free + right]! += factor * row[right]!;
      for (let output = 0; output < outputs; output++)
        products[left * outputs + output]! += factor * (worths[index * outputs + output]! - nobody[output]! - last * total[output]!);
    }
  });
  const values = new Float64Array(players * outputs);
  values.set(solve(squares, products, free));
  for (let output = 0; output < outputs; output++) {
    let given = 0;
    for (let player = 0; player < free; player++) given += values[player * outputs + output]!;
    values[free * outputs + output] = total[output]! - given;
  }
  return { nobody, all, values };
}

/** Sizes s and n − s together weigh 1 / (s (n − s)) each, as all coalitions of a size do in the Shapley kernel. */
function chooseCoalitions(players: number, samples: number, random: Random): WeightedCoalitions {
  const [members, weights]: [number[], number[]] = [[], []];
  const add = (chosen: readonly number[], weight: number, isOthers: boolean) => {
    const from = members.length;
    for (let player = 0; player < players; player++) members.push(Number(isOthers));
    for (const player of chosen) members[from + player] = Number(!isOthers);
    weights.push(weight);
  };
  const pairs = Array.from({ length: Math.floor(players / 2) }, (_, index) => {
    const size = index + 1;
    const isMiddle = 2 * size === players;
    return { size, isMiddle, count: countOf(players, size) * (isMiddle ? 1 : 2), weight: (isMiddle ? 1 : 2) / (size * (players - size)) };
  });
  let left = pairs.reduce((sum, { weight }) => sum + weight, 0);
  while (pairs[0] && (pairs[0].size === 1 || ((samples - weights.length) * pairs[0].weight) / left >= pairs[0].count * (1 - 1e-9))) {
    const { size, isMiddle, count, weight } = pairs.shift()!;
    for (const chosen of choices(players, size)) {
      add(chosen, weight / count, false);
      if (!isMiddle) add(chosen, weight / count, true);
    }
    left -= weight;
  }
  const draws = Math.floor((samples - weights.length) / 2);
  const order = Array.from({ length: players }, (_, player) => player);
  for (let draw = 0; pairs.length > 0 && draw < draws; draw++) {
    let place = random.uniform() * pairs.reduce((sum, { weight }) => sum + weight, 0);
    const { size } = pairs.find(({ weight }) => (place -= weight) < 0) ?? pairs.at(-1)!;
    random.shuffle(order);
    const chosen = order.slice(0, size);
    add(chosen, left / (2 * draws), false);
    add(chosen, left / (2 * draws), true);
  }
  return { members: Uint8Array.from(members), weights };
}

function countOf(players: number, size: number): number {
  let count = 1;
  for (let index = 1; index <= size; index++) count = (count * (players - size + index)) / index;
  return count;
}
