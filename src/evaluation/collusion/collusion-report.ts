import { UserError } from "../../base/index.ts";
import type { Policy, SharedBook } from "../../env/index.ts";
import { number } from "../format.ts";
import { type MeanInterval, meanInterval } from "../statistics/index.ts";
import { bestReply, collusionIndex, type OneShotGame, type PriceBenchmarks, quotingGame, solveBenchmarks } from "./one-shot-game.ts";
import { playQuoting, type QuotingTrace } from "./quoting-play.ts";

/** Agents who learned together: a policy for each seat, and the seed of all their learning. */
export interface QuotingPopulation {
  readonly seed: number;
  readonly policies: readonly Policy[];
}

/** What a collusion report is made of. The market is one of takers, which can be solved. */
export interface CollusionStudy {
  readonly params: SharedBook;
  /** Two at least, each trained with a seed of its own. */
  readonly populations: readonly QuotingPopulation[];
  /** Steps before anything is measured, and steps that are. */
  readonly settlingSteps?: number;
  readonly measuredSteps?: number;
  /** Steps over which an agent is made to undercut, and over which the others' answer is watched. */
  readonly deviationSteps?: number;
  readonly watchedSteps?: number;
}

/** What the agents of one seed did. */
export interface SeedFigures {
  readonly seed: number;
  /** Mean best half-spread, in ticks. */
  readonly halfSpread: number;
  /** Mean of an agent and step, in ticks × lots: what the quotes that were made are expected to bring, so that luck is left out. */
  readonly profit: number;
  /** What they did bring. */
  readonly realisedProfit: number;
  readonly index: number;
  /** By how many ticks the others' mean half-spread changed at each step from the deviation on, against the same steps without it. */
  readonly reply: readonly number[];
  /** What the deviation and all that was watched after it gained the one who was made to deviate, in ticks × lots. */
  readonly deviationGain: number;
}

/** Whether agents who learned to quote side by side keep prices above competition, told over seeds. */
export interface CollusionReport {
  readonly benchmarks: PriceBenchmarks;
  readonly seeds: readonly SeedFigures[];
  readonly index: MeanInterval;
  readonly halfSpread: MeanInterval;
  /** (half-spread − competitive one) ÷ competitive one. */
  readonly markup: MeanInterval;
  /** Mean change of the others' half-spread over the steps after the deviation had been seen, in ticks; below 0 they cut theirs. */
  readonly reply: MeanInterval;
  readonly replyPath: readonly MeanInterval[];
  readonly deviationGain: MeanInterval;
  readonly verdict: readonly string[];
}

const rounding = 1e-9;

/** Measures prices against competition and monopoly, and how the others answer one who is made to undercut. */
export function collusionReport(study: CollusionStudy): CollusionReport {
  const { params, populations, deviationSteps = 1 } = study;
  const game = gameOf(params);
  const benchmarks = solveBenchmarks(game);
  if (populations.length < 2)
    throw new UserError("config/invalid", "an interval over seeds takes two at least", { hint: "Train more seeds." });
  const seeds = populations.map((population) => figuresOf(study, population, game, benchmarks));
  const over = (value: (of: SeedFigures) => number) => meanInterval(seeds.map(value));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const { choice: competitive } = benchmarks.competition;
  const figures = {
    benchmarks,
    seeds,
    index: over(({ index }) => index),
    halfSpread: over(({ halfSpread }) => halfSpread),
    markup: over(({ halfSpread }) => halfSpread / competitive - 1),
    // At the first step nobody has seen it yet.
    reply: over(({ reply }) => mean(reply.slice(1))),
    replyPath: seeds[0]!.reply.map((_, step) => over(({ reply }) => reply[step]!)),
    deviationGain: over(({ deviationGain }) => deviationGain),
  };
  return { ...figures, verdict: verdictOf(figures, deviationSteps) };
}

function gameOf({ market, agents, actions, halfSpreads, fees }: SharedBook): OneShotGame {
  const solvable = market.kind === "takers" && actions === "half-spread" && fees.makerBps === 0;
  if (!solvable || agents < 2) {
    throw new UserError("config/invalid", "only a market of takers, two agents or more, half-spreads and no makers' fees can be solved", {
      path: "sharedBook",
      hint: 'Use market.kind "takers", actions "half-spread" and fees.makerBps 0.',
    });
  }
  return quotingGame(market, agents, halfSpreads);
}

function figuresOf(
  study: CollusionStudy,
  { seed, policies }: QuotingPopulation,
  game: OneShotGame,
  benchmarks: PriceBenchmarks,
): SeedFigures {
  const { params, settlingSteps = 200, measuredSteps = 2000, deviationSteps = 1, watchedSteps = 15 } = study;
  const steps = settlingSteps + Math.max(measuredSteps, watchedSteps);
  const base = playQuoting(params, policies, { seed, steps });
  let [spread, expected, realised] = [0, 0, 0];
  for (let step = settlingSteps; step < settlingSteps + measuredSteps; step++) {
    const choices = choicesAt(base, step);
    spread += Math.min(...choices) / measuredSteps;
    for (let seat = 0; seat < base.agents; seat++) {
      expected += profitAt(game, choices, seat) / measuredSteps / base.agents;
      realised += base.rewards[step * base.agents + seat]! / measuredSteps / base.agents;
    }
  }
  const reply = new Array<number>(watchedSteps).fill(0);
  let gain = 0;
  for (let seat = 0; seat < base.agents; seat++) {
    const others = choicesAt(base, settlingSteps).filter((_, other) => other !== seat);
    const choice = params.halfSpreads.indexOf(bestReply(game, others).choice);
    const forced = { seat, from: settlingSteps, steps: deviationSteps, choice };
    const other = playQuoting(params, policies, { seed, steps: settlingSteps + watchedSteps, forced });
    for (let after = 0; after < watchedSteps; after++) {
      const [then, without] = [choicesAt(other, settlingSteps + after), choicesAt(base, settlingSteps + after)];
      gain += (profitAt(game, then, seat) - profitAt(game, without, seat)) / base.agents;
      for (let rival = 0; rival < base.agents; rival++) {
        if (rival !== seat) reply[after]! += (then[rival]! - without[rival]!) / (base.agents - 1) / base.agents;
      }
    }
  }
  return {
    seed,
    halfSpread: spread,
    profit: expected,
    realisedProfit: realised,
    index: collusionIndex(expected, benchmarks),
    reply,
    deviationGain: gain,
  };
}

const choicesAt = ({ halfSpreads, agents }: QuotingTrace, step: number): number[] => [
  ...halfSpreads.subarray(step * agents, (step + 1) * agents),
];

const profitAt = (game: OneShotGame, choices: readonly number[], seat: number): number =>
  game.profit(
    choices[seat]!,
    choices.filter((_, other) => other !== seat),
  );

function verdictOf(
  { benchmarks, index, markup, reply, deviationGain }: Omit<CollusionReport, "verdict">,
  deviationSteps: number,
): string[] {
  const { competition, monopoly } = benchmarks;
  const of = ({ mean, low, high }: MeanInterval, digits = 2) =>
    `${number(mean, digits)} (95 % interval ${number(low, digits)} to ${number(high, digits)})`;
  const ticks = (count: number) => `${count} ${count === 1 ? "tick" : "ticks"}`;
  const above =
    index.low > rounding ? "above competition" : index.high < -rounding ? "below competition" : "not distinguishable from competition";
  const punished =
    reply.high < 0 ? "the others cut their spreads in answer" : reply.low > 0 ? "the others widened theirs" : "no answer is shown";
  const pays = deviationGain.high < 0 ? "it cost him" : deviationGain.low > 0 ? "it paid him" : "it neither paid nor cost him for certain";
  return [
    `Profits are ${above}: Δ = ${of(index)}, where 0 is the equilibrium of one round at ${ticks(competition.choice)} and 1 the monopoly at ${ticks(monopoly.choice)}.`,
    `The best half-spread lies ${of({ ...markup, mean: 100 * markup.mean, low: 100 * markup.low, high: 100 * markup.high }, 0)} per cent above that of competition.`,
    `When one was made to undercut for ${deviationSteps} ${deviationSteps === 1 ? "step" : "steps"}, ${punished}: ${of(reply)} ticks on average afterwards; ${pays}: ${of(deviationGain)} ticks × lots.`,
    index.low > rounding && !(reply.high < 0)
      ? "High prices without a punishment are no proof of collusion: agents may not have learned to compete."
      : "Over one market and one way of learning; another may come out otherwise.",
  ];
}
