import { assert, hashOf, Random } from "../../base/index.ts";
import { type Bars, barsPerYear } from "../../domain/index.ts";
import type { Costs } from "../../market/index.ts";
import type { BacktestResult } from "../backtest.ts";
import type { Baselines } from "../baselines.ts";
import { affordableResamples, sharpeDifference } from "../bootstrap.ts";
import type { PolicyExplanation } from "../explanation/index.ts";
import { quantileOf } from "../statistics/index.ts";
import type { SweepJudgement } from "../sweep-judgement.ts";
import type { Lineage } from "../../data/index.ts";
import { type Metrics, Report } from "./document.ts";
import { type FoldResult, type WalkForwardFacts, walkForwardSection } from "./sections/walk-forward.ts";
import { attributionSection } from "./sections/attribution.ts";
import { bandsSection, type EquityPath } from "./sections/bands.ts";
import { costsSection } from "./sections/costs.ts";
import { explanationSection } from "./sections/explanation.ts";
import { figuresSection } from "./sections/figures.ts";
import { historyOf } from "./sections/history.ts";
import { type Origin, reproductionSection } from "./sections/reproduction.ts";
import { returnsSection } from "./sections/returns.ts";
import { riskSection } from "./sections/risk.ts";
import { rollingSection } from "./sections/rolling.ts";
import type { SweepReport } from "./sections/sweep.ts";
import { timingSection } from "./sections/timing.ts";
import { type NamedResults, seriesOf, shownTrades } from "./series.ts";
import { type Rows, stretchOf } from "./stretches.ts";
import { ruleVerdictOf, verdictOf } from "./verdict.ts";

/** Everything a report is made of. `agent` is the chosen seed over the test rows, `bootstrapSeed` makes the interval repeatable, `resamples` make it smooth. */
export interface ReportInput {
  readonly clock: Report["clock"];
  readonly name: string;
  readonly experiment: Record<string, unknown>;
  readonly data: { readonly bars: Bars; readonly synthetic: boolean; readonly lineage: Lineage; readonly contentHash: string };
  /** A rule has no training and no validation. */
  readonly split: { readonly train?: Rows; readonly validation?: Rows; readonly test: Rows };
  readonly costs: Costs;
  readonly algorithm: Report["algorithm"];
  readonly observation?: NonNullable<Report["observation"]>;
  readonly agent: BacktestResult;
  readonly baselines: Baselines;
  readonly seeds: Report["seeds"];
  /** Equity of every seed over the test rows. */
  readonly seedPaths?: readonly EquityPath[];
  readonly walkForward: readonly FoldResult[];
  /** How the folds were cut. */
  readonly cut?: Pick<WalkForwardFacts, "anchored" | "embargo">;
  readonly crossValidation?: Report["crossValidation"];
  readonly trials?: Report["trials"];
  readonly trainingCurves: Report["trainingCurves"];
  readonly stress?: Report["stress"];
  readonly trainedUnder?: Report["trainedUnder"];
  /** The baseline that relative figures are against; buy-and-hold unless given. */
  readonly benchmark?: string;
  readonly explanation?: PolicyExplanation;
  readonly sweep?: SweepReport;
  /** Of a rule: the judgement of the sweep that its parameters come from. */
  readonly judgement?: SweepJudgement;
  readonly origin?: Origin;
  readonly bootstrapSeed: number;
  readonly resamples: number;
}

/** Puts an evaluation together and checks it against the contract. The same input gives the same report. */
export function buildReport(input: ReportInput): Report {
  const { clock, name, experiment, agent, trainingCurves } = input;
  const strategies = named(agent, input.baselines);
  const facts = factsOf(input, strategies);
  const sections = sectionsOf(input, strategies);
  const grounds = {
    ...facts,
    ...given(input, ["crossValidation", "trials"]),
    costs: input.costs,
    randomSharpes: input.baselines.randomSharpes,
    tradeOn: agent.tradeOn,
    ...("timing" in sections && { timing: sections.timing }),
  };
  const known = {
    schema: "tradewind/report@1" as const,
    clock,
    name,
    experimentHash: hashOf(experiment),
    experiment,
    ...facts,
    algorithm: input.algorithm,
    ...given(input, ["observation"]),
    verdict: input.judgement ? ruleVerdictOf(grounds, input.judgement) : verdictOf(grounds),
    series: seriesOf(strategies),
    ...shownTrades(agent),
    ...((agent.tradeOn === "close" || agent.finalised) && { orders: { tradeOn: agent.tradeOn, finalised: agent.finalised } }),
    trainingCurves,
    ...given(input, ["stress", "crossValidation", "trials", "trainedUnder", "sweep"]),
    ...sections,
  };
  const { origin, bootstrapSeed } = input;
  const report = Report.safeParse({
    ...known,
    ...(origin && { reproduction: reproductionSection(origin, bootstrapSeed, known, repeatable(known)) }),
  });
  assert(report.success, `a report breaks its contract: ${report.error?.message}`);
  return report.data;
}

/** What a verdict is drawn from. */
function factsOf(input: ReportInput, strategies: NamedResults) {
  const { data, split, agent, baselines, seeds, bootstrapSeed } = input;
  const resamples = affordableResamples(agent.returns.length, input.resamples);
  const { bars, synthetic, lineage, contentHash } = data;
  assert(agent.track.time.length === split.test.to - split.test.from, "the agent was judged on the test rows");
  const { symbol, currency } = bars.instrument;
  const perYear = barsPerYear(bars);
  const stretch = (rows: Rows) => stretchOf(bars, rows);
  return {
    data: { symbol, currency, synthetic, lineage, contentHash, barsPerYear: perYear, stretch: stretch({ from: 0, to: bars.close.length }) },
    split: {
      ...(split.train && { train: stretch(split.train) }),
      ...(split.validation && { validation: stretch(split.validation) }),
      test: stretch(split.test),
    },
    strategies: strategies.map(([name, { metrics }]) => ({
      name,
      kind: name === "agent" ? ("agent" as const) : ("baseline" as const),
      metrics,
    })),
    significance:
      input.judgement?.difference ??
      sharpeDifference(agent.returns, baselines.buyAndHold.returns, { random: new Random(bootstrapSeed), barsPerYear: perYear, resamples }),
    seeds,
    generalisation: generalisationOf(seeds),
    walkForward: walkForwardSection(bars, input.walkForward, { ...input.cut, bootstrapSeed, resamples }),
  };
}

/** What is computed from the backtests of the test stretch alone. */
function sectionsOf({ agent, baselines, data: { bars }, split: { test }, ...input }: ReportInput, strategies: NamedResults) {
  const { buyAndHold, randomPaths } = baselines;
  const history = historyOf(agent, buyAndHold);
  const timing = timingSection(agent, input.bootstrapSeed);
  return {
    figures: figuresSection(strategies, input.benchmark),
    history,
    returns: returnsSection(agent, buyAndHold),
    rolling: rollingSection(agent, buyAndHold),
    bands: bandsSection(agent.track, input.seedPaths ?? [], randomPaths),
    ...(timing && { timing }),
    costs: costsSection(agent, bars.volume.subarray(test.from, test.to)),
    risk: riskSection(agent, bars, history, input.bootstrapSeed),
    attribution: attributionSection(agent, bars, test.from, history),
    ...(input.explanation && { explanation: explanationSection(input.explanation) }),
  };
}

/** Those of some optional fields that are there. */
const given = <Name extends keyof ReportInput>(input: ReportInput, names: readonly Name[]): Pick<ReportInput, Name> =>
  Object.fromEntries(names.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]]))) as Pick<ReportInput, Name>;

/** SHA-256 of a report without its clock fields and what the ledger holds of other runs: equal for two equal runs. */
export const reportHash = (report: Report): string => hashOf(repeatable(report));

/** What is the same in two equal runs. */
function repeatable({ clock: _, trials, ...rest }: { readonly clock: unknown; readonly trials?: Report["trials"] }): object {
  if (!trials) return rest;
  const { ledger: _ledger, correction: _correction, ...own } = trials;
  return { ...rest, trials: own };
}

/** The agent and what it is compared with, by the names they bear in every table and series. */
const named = (agent: BacktestResult, { buyAndHold, random, flat, others = {} }: Baselines): NamedResults => [
  ["agent", agent],
  ["buy-and-hold", buyAndHold],
  ["random", random],
  ["flat", flat],
  ...Object.entries(others),
];

function generalisationOf(seeds: Report["seeds"]): Report["generalisation"] {
  const sharpes = (of: (seed: Report["seeds"][number]) => Metrics) =>
    seeds.map((seed) => of(seed).sharpe).filter((value) => value !== null);
  const test = sharpes((seed) => seed.test);
  const gaps = seeds.flatMap(({ train, test: unseen }) =>
    train.sharpe === null || unseen.sharpe === null ? [] : [train.sharpe - unseen.sharpe],
  );
  return {
    trainSharpe: quantileOf(
      sharpes((seed) => seed.train),
      0.5,
    ),
    testSharpe: quantileOf(test, 0.5),
    gap: quantileOf(gaps, 0.5),
    testSharpeLow: quantileOf(test, 0),
    testSharpeHigh: quantileOf(test, 1),
  };
}
