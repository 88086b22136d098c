import type { Costs } from "../../market/index.ts";
import { day, money, number, percent } from "../format.ts";
import type { Metrics, Report } from "./document.ts";

/** What a verdict is drawn from: the numbers of a report, and what they cost to get. Sharpe ratios of random agents are ascending. */
export interface VerdictFacts extends Pick<
  Report,
  "data" | "split" | "strategies" | "significance" | "seeds" | "generalisation" | "walkForward"
> {
  readonly costs: Costs;
  readonly randomSharpes: readonly number[];
}

type Verdict = Report["verdict"];

/**
 * Says in words what the numbers allow, and no more. An agent counts as better only if the interval of the Sharpe difference lies
 * above 0 and the median seed, too, is above buy-and-hold; as worse if the interval lies below 0.
 */
export function verdictOf(facts: VerdictFacts): Verdict {
  const skill = skillOf(facts);
  const sentences = [synthetic, stretch, resolution, seeds, overfitting, luck, folds, costs, lineage, caution].map((say) => say(facts));
  return { headline: headline(facts, skill), sentences: sentences.filter((sentence) => sentence !== null), skill };
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

function stretch(facts: VerdictFacts): string {
  const { from, to, bars } = facts.split.test;
  const [agent, hold, random] = (["agent", "buy-and-hold", "random"] as const).map((name) => metricsOf(facts, name));
  const returned = (metrics: Metrics) => (metrics.totalReturn === null ? "nothing that can be measured" : percent(metrics.totalReturn));
  const doing = agent!.trades === 0 ? " The agent never traded." : "";
  const others = `buy-and-hold ${returned(hold!)}, a random agent of the same turnover ${returned(random!)}`;
  const where = `On ${number(bars, 0)} bars it never saw, ${day(from)} to ${day(to)}`;
  return `${where}, the agent returned ${returned(agent!)} after costs, ${others}.${doing}`;
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

function luck(facts: VerdictFacts): string | null {
  const { randomSharpes } = facts;
  if (randomSharpes.length < 2) return null;
  const own = metricsOf(facts, "agent").sharpe ?? 0;
  const below = randomSharpes.filter((value) => value < own).length;
  const range = `from ${number(randomSharpes[0]!)} to ${number(randomSharpes.at(-1)!)}`;
  const rank = `the agent, with ${number(own)}, is above ${below} of them`;
  return `${randomSharpes.length} random agents of the same turnover have Sharpe ratios ${range}; ${rank}.`;
}

function folds({ walkForward: { folds: all } }: VerdictFacts): string | null {
  if (all.length === 0) return null;
  const ahead = all.filter(({ agent, buyAndHold }) => (agent.sharpe ?? 0) > (buyAndHold.sharpe ?? 0)).length;
  const count = `${all.length} walk-forward ${all.length === 1 ? "fold" : "folds"}`;
  return `Retrained over ${count}, its Sharpe ratio was above that of buy-and-hold in ${ahead}.`;
}

function costs(facts: VerdictFacts): string {
  const { feeBps, feeFixed, slippageBps, borrowBpsPerYear } = facts.costs;
  const { turnover, feesPaid } = metricsOf(facts, "agent");
  const fixed = feeFixed > 0 ? ` plus ${money(feeFixed, facts.data.currency, 2)} a trade` : "";
  const turned =
    turnover === null
      ? ""
      : `; it turned its equity over ${number(turnover, 1)} times a year and paid ${money(feesPaid, facts.data.currency)} in fees`;
  const borrow = `${plain(borrowBpsPerYear)} bps a year on what is sold short`;
  const charged = `Charged are a fee of ${plain(feeBps)} bps${fixed}, slippage of ${plain(slippageBps)} bps and ${borrow}${turned}.`;
  return `${charged} The agent's own trades do not move the simulated price.`;
}

function lineage({
  data: {
    lineage: { note },
  },
}: VerdictFacts): string | null {
  return note === undefined || note.trim() === "" ? null : sentence(note.trim());
}

const caution = (): string => "A simulation of the past, on one stretch of one instrument: it promises nothing about the future.";

const sentence = (text: string): string => text[0]!.toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

const plain = (value: number): string => String(Number(value.toFixed(4)));

function metricsOf({ strategies }: Pick<VerdictFacts, "strategies">, name: string): Metrics {
  return strategies.find((strategy) => strategy.name === name)!.metrics;
}
