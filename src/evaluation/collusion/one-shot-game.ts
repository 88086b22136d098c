import { UserError } from "../../base/index.ts";
import { roundProfit, type Takers } from "../../env/index.ts";

/** A game of equals played once: everybody makes one of `choices` at the same time. */
export interface OneShotGame {
  readonly players: number;
  /** What can be chosen, such as half-spreads in ticks, ascending. */
  readonly choices: readonly number[];
  /** What a player expects who makes one choice while the others make theirs. */
  profit(own: number, others: readonly number[]): number;
}

/** A point at which all make the same choice. */
export interface SymmetricPoint {
  readonly choice: number;
  /** Of each player. */
  readonly profit: number;
}

/** What prices are held against: what competition would come to, and what acting as one would. */
export interface PriceBenchmarks {
  /** Every choice from which nobody gains by moving alone, if all make it. */
  readonly equilibria: readonly SymmetricPoint[];
  /** The equilibrium that pays best: what pays more is not explained by playing once. */
  readonly competition: SymmetricPoint;
  /** The choice of all that pays all of them best together. */
  readonly monopoly: SymmetricPoint;
}

/** Solves a game by trying every choice against every other: equilibria in pure strategies in which all choose alike. */
export function solveBenchmarks(game: OneShotGame): PriceBenchmarks {
  const points = game.choices.map((choice) => ({ choice, profit: game.profit(choice, rivals(game, choice)) }));
  const equilibria = points.filter(
    ({ choice, profit }) => bestReply(game, rivals(game, choice)).profit <= profit + 1e-12 * Math.abs(profit),
  );
  const best = (of: readonly SymmetricPoint[]) => of.reduce((most, point) => (point.profit > most.profit ? point : most));
  if (equilibria.length === 0) {
    throw new UserError("config/invalid", "no choice that all make is an equilibrium of the game played once", {
      hint: "Give choices among which one brings competitors no loss.",
    });
  }
  const [competition, monopoly] = [best(equilibria), best(points)];
  if (!(monopoly.profit > competition.profit)) {
    throw new UserError("config/invalid", "acting as one pays no more than competing: there is nothing to measure prices against", {
      hint: "Give more choices, above and below what competition comes to.",
    });
  }
  return { equilibria, competition, monopoly };
}

/** The choice that pays a player best against what the others choose; of equal ones the lowest. */
export function bestReply({ choices, profit }: OneShotGame, others: readonly number[]): SymmetricPoint {
  let best = { choice: choices[0]!, profit: profit(choices[0]!, others) };
  for (const choice of choices) {
    const value = profit(choice, others);
    if (value > best.profit) best = { choice, profit: value };
  }
  return best;
}

/**
 * Δ = (π − πᴺ) ÷ (πᴹ − πᴺ): 0 where profits are those of competition played once, 1 where they are a monopoly's (Calvano, Calzolari,
 * Denicolò & Pastorello, "Artificial intelligence, algorithmic pricing, and collusion", 2020).
 */
export const collusionIndex = (profit: number, { competition, monopoly }: PriceBenchmarks): number =>
  (profit - competition.profit) / (monopoly.profit - competition.profit);

/** The game that agents play in each round over takers: who quotes the best half-spread trades, equal ones share. */
export function quotingGame(takers: Takers, players: number, halfSpreads: readonly number[]): OneShotGame {
  return {
    players,
    choices: halfSpreads,
    profit(own, others) {
      const best = Math.min(own, ...others);
      if (own > best) return 0;
      return roundProfit(takers, own) / (1 + others.filter((other) => other === best).length);
    },
  };
}

const rivals = ({ players }: OneShotGame, choice: number): number[] => Array.from({ length: players - 1 }, () => choice);
