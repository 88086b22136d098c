import type { Costs } from "../../market/index.ts";
import { day, money, number, percent } from "../format.ts";
import type { SweepJudgement } from "../sweep-judgement.ts";
import type { Metrics, Report } from "./document.ts";

/** What a verdict is drawn from: the numbers of a report, and what they cost to get. Sharpe ratios of random agents are ascending. */
export interface VerdictFacts extends Pick<
  Report,
  "data" | "split" | "strategies" | "significance" | "seeds" | "generalisation" | "walkForward"
> {
  readonly crossValidation?: Report["crossValidation"];
  readonly trials?: Report["trials"];
  readonly costs: Costs;
  readonly randomSharpes: readonly number[];
  readonly timing?: Report["timing"];
  /** When orders traded; at the next open unless given. */
  readonly tradeOn?: "open" | "close";
}

type Verdict = Report["verdict"];

/**
 * Says in words what the numbers allow, and no more. An agent counts as better only if the interval of the Sharpe difference lies
 * above 0 and the median seed, too, is above buy-and-hold; as worse if the interval lies below 0.
 */
export function verdictOf(facts: VerdictFacts): Verdict {
  const skill = skillOf(facts);
  const sentences = [
    synthetic,
    stretch,
    resolution,
    seeds,
    overfitting,
    luck,
    timing,
    choice,
    folds,
    paths,
    costs,
    optimism,
    lineage,
    caution,
  ].map((say) => say(facts));
  return { headline: headline(facts, skill), sentences: sentences.filter((sentence) => sentence !== null), skill };
}

const skillOfRule = { convincing: "better", unproven: "indistinguishable", worse: "worse" } as const;

/** The same of a rule, by the judgement of the sweep that its parameters come from. */
export function ruleVerdictOf(facts: VerdictFacts, { verdict }: SweepJudgement): Verdict {
  const [first, ...judged] = verdict.sentences;
  const sentences = [
    synthetic(facts),
    returned(facts, "the rule", "bars that its parameters could be chosen by"),
    ...judged,
    resolution(facts),
    luck(facts, "the rule"),
    timing(facts),
    costs(facts, "The rule"),
    optimism(facts),
    lineage(facts),
    caution(),
  ];
  return { headline: first!, sentences: sentences.filter((sentence) => sentence !== null), skill: skillOfRule[verdict.skill] };
}

function skillOf(facts: VerdictFacts): Verdict["skill"] {
  const { low, high } = facts.significance;
  if (high < 0) return "worse";
  return low > 0 && !medianSeedFails(facts) ? "better" : "indistinguishable";
}

/** The chosen seed may be the lucky one: then the others tell. */
function medianSeedFails({ seeds, generalisation, ...facts }: VerdictFacts): boolean {
  const reference = metricsOf(facts, "buy-and-hold").sharpe ?? 0;
  return seeds.length > 1 && (generalisation.testSharpe ?? 0) <= reference;
}

function headline(facts: VerdictFacts, skill: Verdict["skill"]): string {
  const { estimate, low, high, level } = facts.significance;
  const numbers = `Sharpe difference ${number(estimate)}, ${percent(level, 0)} interval ${number(low)} to ${number(high)}.`;
  if (estimate === 0 && low === 0 && high === 0) return `No different from buy-and-hold: ${numbers}`;
  if (skill === "better") return `Better than buy-and-hold over this stretch: ${numbers}`;
  if (skill === "worse") return `Worse than buy-and-hold: ${numbers}`;
  if (low > 0) return `Not established: the chosen seed was better than buy-and-hold, the median seed was not. ${numbers}`;
  return `Not distinguishable from buy-and-hold: ${numbers}`;
}

const synthetic = ({ data }: VerdictFacts): string | null =>
  data.synthetic ? "The prices are synthetic: nothing here says anything about a real market." : null;

const stretch = (facts: VerdictFacts): string => returned(facts, "the agent", "bars it never saw");

function returned(facts: VerdictFacts, who: string, kind: string): string {
  const { from, to, bars } = facts.split.test;
  const [agent, hold, random] = (["agent", "buy-and-hold", "random"] as const).map((name) => metricsOf(facts, name));
  const change = (metrics: Metrics) => (metrics.totalReturn === null ? "nothing that can be measured" : percent(metrics.totalReturn));
  const doing = agent!.trades === 0 ? ` ${capital(who)} never traded.` : "";
  const others = `buy-and-hold ${change(hold!)}, a random agent of the same turnover ${change(random!)}`;
  const where = `On ${number(bars, 0)} ${kind}, ${day(from)} to ${day(to)}`;
  return `${where}, ${who} returned ${change(agent!)} after costs, ${others}.${doing}`;
}

function resolution({ significance: { low, high } }: VerdictFacts): string | null {
  const half = (high - low) / 2;
  return half === 0
    ? null
    : `A stretch of this length can tell a Sharpe difference from chance only when it is larger than about ${number(half, 1)}.`;
}

function seeds({ seeds: all, generalisation }: VerdictFacts): string {
  const [only] = all;
  if (all.length === 0) return "No seed was recorded: how much is luck cannot be told.";
  if (all.length === 1) return `Only one seed (${only!.seed}) was trained: how much of the result is luck of the seed cannot be told.`;
  const { testSharpe, testSharpeLow, testSharpeHigh } = generalisation;
  const chosen = all.find((seed) => seed.chosen);
  const shown = chosen ? ` The agent shown is seed ${chosen.seed}, chosen without the test data.` : "";
  if (testSharpe === null) return `None of ${all.length} seeds has a Sharpe ratio in the test: they hardly traded.${shown}`;
  const range = `from ${number(testSharpeLow!)} to ${number(testSharpeHigh!)}, median ${number(testSharpe)}`;
  return `${all.length} seeds have test Sharpe ratios ${range}.${shown}`;
}

function overfitting({ generalisation: { trainSharpe, testSharpe } }: VerdictFacts): string | null {
  if (trainSharpe === null || testSharpe === null) return null;
  const fall = trainSharpe - testSharpe;
  const change = `from ${number(trainSharpe)} in training to ${number(testSharpe)} in the test`;
  if (fall > 0.5)
    return `The median Sharpe ratio falls ${change}: much of what was learnt does not carry over (overfitting, or another market).`;
  if (fall < -0.5) return `The median Sharpe ratio rises ${change}: the test stretch was the easier one, which is no merit of the agent.`;
  return `The median Sharpe ratio goes ${change}: no large gap.`;
}

function luck(facts: VerdictFacts, who = "the agent"): string | null {
  const { randomSharpes } = facts;
  if (randomSharpes.length < 2) return null;
  const own = metricsOf(facts, "agent").sharpe ?? 0;
  const below = randomSharpes.filter((value) => value < own).length;
  const range = `from ${number(randomSharpes[0]!)} to ${number(randomSharpes.at(-1)!)}`;
  const rank = `${who}, with ${number(own)}, is above ${below} of them`;
  return `${randomSharpes.length} random agents of the same turnover have Sharpe ratios ${range}; ${rank}.`;
}

function timing({ timing: test, ...facts }: VerdictFacts): string | null {
  if (!test || metricsOf(facts, "agent").trades === 0) return null;
  const asMuch = percent(test.pValue, test.pValue < 0.1 ? 1 : 0);
  return `Its positions, held as long but at random times, would have earned as much before costs in ${asMuch} of cases (random entry).`;
}

/** Of an experiment with candidates: which one validation chose, and how much of its ratio there the choice explains. */
function choice({ trials }: VerdictFacts): string | null {
  const tried = trials?.candidates ?? [];
  const chosen = tried.find((candidate) => candidate.chosen);
  if (!trials || !chosen || tried.length < 2) return null;
  const { deflatedSharpe, trials: count } = trials.own;
  const worth =
    deflatedSharpe === null
      ? "it hardly traded there"
      : `that its true Sharpe ratio is above what the best of ${number(count, 0)} such tries shows by luck has a probability of ${percent(deflatedSharpe, 0)}`;
  return `Of ${tried.length} candidates validation chose "${chosen.name}": ${worth}.`;
}

function folds({ walkForward: { folds: all, significance } }: VerdictFacts): string | null {
  if (all.length === 0) return null;
  const ahead = all.filter(({ agent, buyAndHold }) => (agent.sharpe ?? 0) > (buyAndHold.sharpe ?? 0)).length;
  const count = `${all.length} walk-forward ${all.length === 1 ? "fold" : "folds"}`;
  const joined = significance
    ? `; over all of them it differs by ${number(significance.estimate)} (${percent(significance.level, 0)} interval ${number(significance.low)} to ${number(significance.high)})`
    : "";
  return `Retrained over ${count}, its Sharpe ratio was above that of buy-and-hold in ${ahead}${joined}.`;
}

function paths({ crossValidation }: VerdictFacts): string | null {
  if (!crossValidation) return null;
  const { folds: all, paths: whole, sharpe, belowBuyAndHold, buyAndHold } = crossValidation;
  const trained = `Trained ${all.length} times on what cross-validation left, each bar judged by agents that had not learned from it`;
  if (sharpe.median === null) return `${trained}, it hardly traded.`;
  const hold =
    buyAndHold.sharpe === null ? "buy-and-hold, whose ratio is not defined and counts as 0" : `buy-and-hold's ${number(buyAndHold.sharpe)}`;
  if (whole.length === 1) return `${trained}, it has a Sharpe ratio of ${number(sharpe.median)} over all of them, beside ${hold}.`;
  const range = `from ${number(sharpe.low!)} to ${number(sharpe.high!)}, median ${number(sharpe.median)}`;
  return `${trained}, it has Sharpe ratios over ${whole.length} paths ${range}; ${percent(belowBuyAndHold, 0)} of them below ${hold}.`;
}

function costs(facts: VerdictFacts, who = "The agent"): string {
  const { feeBps, feeFixed, slippageBps, borrowBpsPerYear } = facts.costs;
  const { turnover, feesPaid } = metricsOf(facts, "agent");
  const fixed = feeFixed > 0 ? ` plus ${money(feeFixed, facts.data.currency, 2)} a trade` : "";
  const turned =
    turnover === null
      ? ""
      : `; it turned its equity over ${number(turnover, 1)} times a year and paid ${money(feesPaid, facts.data.currency)} in fees`;
  const borrow = `${plain(borrowBpsPerYear)} bps a year on what is sold short`;
  const charged = `Charged are a fee of ${plain(feeBps)} bps${fixed}, slippage of ${plain(slippageBps)} bps and ${borrow}${turned}.`;
  return `${charged} ${who}'s own trades do not move the simulated price.`;
}

const optimism = ({ tradeOn }: VerdictFacts): string | null =>
  tradeOn === "close"
    ? "Orders trade at the very close that they are decided on: optimistic by as much as a closing auction moves the price."
    : null;

function lineage({
  data: {
    lineage: { note },
  },
}: VerdictFacts): string | null {
  return note === undefined || note.trim() === "" ? null : sentence(note.trim());
}

const caution = (): string => "A simulation of the past, on one stretch of one instrument: it promises nothing about the future.";

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

const sentence = (text: string): string => capital(text) + (/[.!?]$/.test(text) ? "" : ".");

const plain = (value: number): string => String(Number(value.toFixed(4)));

function metricsOf({ strategies }: Pick<VerdictFacts, "strategies">, name: string): Metrics {
  return strategies.find((strategy) => strategy.name === name)!.metrics;
}
