import { assert, hashOf, Random } from "../../base/index.ts";
import { type Bars, barsPerYear, fromMoney } from "../../domain/index.ts";
import type { Costs } from "../../market/index.ts";
import type { BacktestResult } from "../backtest.ts";
import type { Baselines } from "../baselines.ts";
import { sharpeDifference } from "../bootstrap.ts";
import { drawdowns, measure } from "../metrics.ts";
import type { Lineage } from "../../data/index.ts";
import { type Metrics, Report, type Stretch } from "./document.ts";
import { tradesOf } from "../trades.ts";
import { verdictOf } from "./verdict.ts";

/** Rows [from, to) of the data set. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** One walk-forward fold: an agent trained on `train`, judged on `test` beside buy-and-hold. */
export interface FoldResult {
  readonly train: Rows;
  readonly test: Rows;
  readonly agent: BacktestResult;
  readonly buyAndHold: BacktestResult;
}

/** Everything a report is made of. `agent` is the chosen seed over the test rows, `bootstrapSeed` makes the interval repeatable, `resamples` make it smooth. */
export interface ReportInput {
  readonly clock: Report["clock"];
  readonly name: string;
  readonly experiment: Record<string, unknown>;
  readonly data: { readonly bars: Bars; readonly synthetic: boolean; readonly lineage: Lineage; readonly contentHash: string };
  readonly split: { readonly train: Rows; readonly validation: Rows; readonly test: Rows };
  readonly costs: Costs;
  readonly algorithm: Report["algorithm"];
  readonly observation: Report["observation"];
  readonly agent: BacktestResult;
  readonly baselines: Baselines;
  readonly seeds: Report["seeds"];
  readonly walkForward: readonly FoldResult[];
  readonly trainingCurves: Report["trainingCurves"];
  readonly stress?: Report["stress"];
  readonly trainedUnder?: Report["trainedUnder"];
  readonly bootstrapSeed: number;
  readonly resamples: number;
}

/** Puts an evaluation together and checks it against the contract. The same input gives the same report. */
export function buildReport(input: ReportInput): Report {
  const { clock, name, experiment, data, split, algorithm, observation, agent, baselines, seeds, walkForward, trainingCurves } = input;
  const { bars, synthetic, lineage, contentHash } = data;
  assert(agent.track.time.length === split.test.to - split.test.from, "the agent was judged on the test rows");
  const { symbol, currency } = bars.instrument;
  const perYear = barsPerYear(bars);
  const facts = {
    data: {
      symbol,
      currency,
      synthetic,
      lineage,
      contentHash,
      barsPerYear: perYear,
      stretch: stretchOf(bars, { from: 0, to: bars.close.length }),
    },
    split: { train: stretchOf(bars, split.train), validation: stretchOf(bars, split.validation), test: stretchOf(bars, split.test) },
    strategies: strategiesOf(agent, baselines),
    significance: sharpeDifference(agent.returns, baselines.buyAndHold.returns, {
      random: new Random(input.bootstrapSeed),
      barsPerYear: perYear,
      resamples: input.resamples,
    }),
    seeds,
    generalisation: generalisationOf(seeds),
    walkForward: walkForwardOf(bars, walkForward),
  };
  const report = Report.safeParse({
    schema: "tradewind/report@1",
    clock,
    name,
    experimentHash: hashOf(experiment),
    experiment,
    ...facts,
    algorithm,
    observation,
    verdict: verdictOf({ ...facts, costs: input.costs, randomSharpes: baselines.randomSharpes }),
    series: seriesOf(agent, baselines),
    trades: tradesOf(agent.fills, agent.instrument),
    trainingCurves,
    ...(input.stress && { stress: input.stress }),
    ...(input.trainedUnder && { trainedUnder: input.trainedUnder }),
  });
  assert(report.success, `a report breaks its contract: ${report.error?.message}`);
  return report.data;
}

/** SHA-256 of a report without its clock fields: equal for two equal runs. */
export function reportHash({ clock: _clock, ...report }: Report): string {
  return hashOf(report);
}

/** The agent and what it is compared with, by the names they bear in every table and series. */
const named = (agent: BacktestResult, { buyAndHold, random, flat, others = {} }: Baselines): [name: string, result: BacktestResult][] => [
  ["agent", agent],
  ["buy-and-hold", buyAndHold],
  ["random", random],
  ["flat", flat],
  ...Object.entries(others),
];

const strategiesOf = (agent: BacktestResult, baselines: Baselines): Report["strategies"] =>
  named(agent, baselines).map(([name, { metrics }]) => ({ name, kind: name === "agent" ? "agent" : "baseline", metrics }));

function seriesOf(agent: BacktestResult, baselines: Baselines): Report["series"] {
  const column = (name: "time" | "open" | "high" | "low" | "close" | "exposure") => [...agent.track[name]];
  const each = (values: (result: BacktestResult) => number[]) =>
    Object.fromEntries(named(agent, baselines).map(([name, result]) => [name, values(result)]));
  return {
    time: column("time"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    exposure: column("exposure"),
    equity: each(({ points, instrument }) => points.map(({ equity }) => fromMoney(instrument, equity))),
    drawdown: each(({ points, initialCash }) => [
      ...drawdowns(
        points.map(({ equity }) => equity),
        initialCash,
      ),
    ]),
  };
}

function generalisationOf(seeds: Report["seeds"]): Report["generalisation"] {
  const sharpes = (of: (seed: Report["seeds"][number]) => Metrics) =>
    seeds.map((seed) => of(seed).sharpe).filter((value) => value !== null);
  const test = sharpes((seed) => seed.test);
  const gaps = seeds.flatMap(({ train, test: unseen }) =>
    train.sharpe === null || unseen.sharpe === null ? [] : [train.sharpe - unseen.sharpe],
  );
  return {
    trainSharpe: median(sharpes((seed) => seed.train)),
    testSharpe: median(test),
    gap: median(gaps),
    testSharpeLow: test.length === 0 ? null : Math.min(...test),
    testSharpeHigh: test.length === 0 ? null : Math.max(...test),
  };
}

function walkForwardOf(bars: Bars, folds: readonly FoldResult[]): Report["walkForward"] {
  return {
    folds: folds.map(({ train, test, agent, buyAndHold }) => ({
      train: stretchOf(bars, train),
      test: stretchOf(bars, test),
      agent: agent.metrics,
      buyAndHold: buyAndHold.metrics,
    })),
    agent: folds.length === 0 ? null : measure(...folds.map(({ agent }) => agent)),
    buyAndHold: folds.length === 0 ? null : measure(...folds.map(({ buyAndHold }) => buyAndHold)),
  };
}

function stretchOf({ closeTime }: Bars, { from, to }: Rows): Stretch {
  assert(0 <= from && from < to && to <= closeTime.length, `rows [${from}, ${to}) of ${closeTime.length}`);
  return { from: closeTime[from]!, to: closeTime[to - 1]!, bars: to - from };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
