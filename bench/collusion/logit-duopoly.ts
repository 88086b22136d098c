import type { OneShotGame } from "../../src/evaluation/index.ts";
import { solveBenchmarks } from "../../src/evaluation/index.ts";

/** Logit demand for two goods of quality 2 and cost 1 beside an outside good of 0, μ = 1/4, over some prices: the baseline of Calvano et al. (2020). */
const duopoly = (choices: readonly number[]): OneShotGame => ({
  players: 2,
  choices,
  profit(own, [other]) {
    const [mine, theirs] = [Math.exp((2 - own) / 0.25), Math.exp((2 - other!) / 0.25)];
    return ((own - 1) * mine) / (mine + theirs + 1);
  },
});

/** The benchmarks on a fine grid, and the game on the paper's: 15 prices from 10 % of their distance below competition to as much above monopoly. */
export function logitDuopoly() {
  const benchmarks = solveBenchmarks(duopoly(Array.from({ length: 1001 }, (_, index) => 1.2 + index / 1000)));
  const [low, high] = [benchmarks.competition.choice, benchmarks.monopoly.choice];
  const prices = Array.from({ length: 15 }, (_, index) => low - 0.1 * (high - low) + (1.2 * (high - low) * index) / 14);
  return { benchmarks, game: duopoly(prices) };
}
