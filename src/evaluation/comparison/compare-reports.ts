import { Random, UserError } from "../../base/index.ts";
import { sharpeDifference } from "../bootstrap.ts";
import { number } from "../format.ts";
import { figuresOf } from "../metric-definition.ts";
import { metrics } from "../metrics/index.ts";
import { spreadRows } from "../report/periods.ts";
import type { Interval, Metrics, Report, Stretch } from "../report/document.ts";
import { holm } from "../significance/index.ts";
import { type CommonReturns, commonReturns, type TimedReturns } from "./common-returns.ts";

/** A report under the name that it is compared by. */
export interface ComparedReport {
  readonly label: string;
  readonly report: Report;
}

const overlapFigures = {
  totalReturn: metrics["total-return"],
  annualReturn: metrics["annual-return"],
  annualVolatility: metrics["annual-volatility"],
  sharpe: metrics.sharpe,
  sortino: metrics.sortino,
  maxDrawdown: metrics["max-drawdown"],
} as const;

/** What can be told of returns alone; shares are fractions, `null` where a figure is not defined. */
export type OverlapFigures = Readonly<Record<keyof typeof overlapFigures, number | null>>;

/** One line of a comparison: the agent of a report, or what it would have been to buy and hold. */
export interface ComparedLine {
  readonly label: string;
  readonly kind: "agent" | "buy-and-hold";
  readonly figures: OverlapFigures;
}

/** What one report says of its own stretch. */
export interface ComparedRun {
  readonly label: string;
  readonly name: string;
  readonly method: string;
  readonly symbol: string;
  readonly currency: string;
  readonly contentHash: string;
  readonly test: Stretch;
  readonly verdict: Report["verdict"]["headline"];
  readonly metrics: Metrics;
}

/** The Sharpe ratio of one less that of the other over the common times, and its p-value corrected for how many pairs there are (Holm). */
export interface ComparedPair {
  readonly left: string;
  readonly right: string;
  readonly interval: Interval;
  readonly corrected: number;
}

/** Several reports side by side. */
export interface Comparison {
  readonly runs: readonly ComparedRun[];
  readonly sameData: boolean;
  readonly sameStretch: boolean;
  /** The times that all have in common; a period is a bar or a day of UTC. */
  readonly overlap: {
    readonly from: number;
    readonly to: number;
    readonly period: "bar" | "day";
    readonly periods: number;
    readonly periodsPerYear: number;
  };
  /** Over the common times: the agents in the order given, then buy-and-hold of each data set. */
  readonly lines: readonly ComparedLine[];
  readonly pairs: readonly ComparedPair[];
  /** Worth of 1 put in before the first common time, at no more than 1,500 of them. */
  readonly curves: { readonly time: readonly number[]; readonly worth: Readonly<Record<string, readonly number[]>> };
  /** What to bear in mind, in words. */
  readonly notes: readonly string[];
}

const mostPoints = 1500;

/**
 * Compares the agents of reports over the times that they have in common. Reports of other data or stretches are compared on the overlap,
 * which `notes` say; without one it is `data/mismatch`, as is a report that does not hold its returns.
 */
export function compareReports(
  compared: readonly ComparedReport[],
  { seed, resamples = 2000 }: { readonly seed: number; readonly resamples?: number },
): Comparison {
  const agents = compared.map((each) => seriesOf(each, "agent"));
  const held = distinctData(compared).map((each) => seriesOf(each, "buyAndHold"));
  const common = commonReturns([...agents, ...held]);
  const periodsPerYear = yearOf(common, compared);
  const all = [...agents, ...held];
  const reports = compared.map(({ report }) => report);
  const facts = {
    runs: compared.map(runOf),
    sameData: new Set(reports.map(({ data }) => data.contentHash)).size === 1,
    sameStretch: common.same && new Set(reports.map(({ split }) => `${split.test.from} ${split.test.to}`)).size === 1,
    overlap: { from: common.time[0]!, to: common.time.at(-1)!, period: common.period, periods: common.time.length, periodsPerYear },
  };
  return {
    ...facts,
    lines: all.map(({ label }, index) => ({
      label,
      kind: index < agents.length ? ("agent" as const) : ("buy-and-hold" as const),
      figures: figuresOf(overlapFigures, { returns: common.returns[index]!, barsPerYear: periodsPerYear }),
    })),
    pairs: pairsOf(agents, common, { seed, resamples, periodsPerYear }),
    curves: curvesOf(all, common),
    notes: notesOf(facts, reports),
  };
}

function seriesOf({ label, report: { history, data } }: ComparedReport, column: "agent" | "buyAndHold"): TimedReturns {
  if (!history)
    throw new UserError("data/mismatch", `the report of ${label} does not hold its returns`, {
      path: label,
      hint: "An older version wrote it: judge it again.",
    });
  const name = column === "agent" ? label : `buy-and-hold of ${data.symbol}`;
  return { label: name, period: history.period, time: history.time, returns: history[column] };
}

/** One report of each data set and its costs: buy-and-hold is the same in all of them. */
function distinctData(compared: readonly ComparedReport[]): ComparedReport[] {
  const bySymbol = new Map(compared.toReversed().map((each) => [each.report.data.symbol, each]));
  return compared.filter((each) => bySymbol.get(each.report.data.symbol) === each);
}

function runOf({ label, report }: ComparedReport): ComparedRun {
  const { name, algorithm, data, split, verdict, strategies } = report;
  return {
    label,
    name,
    method: algorithm.name,
    symbol: data.symbol,
    currency: data.currency,
    contentHash: data.contentHash,
    test: split.test,
    verdict: verdict.headline,
    metrics: strategies[0]!.metrics,
  };
}

const yearMs = 365.25 * 24 * 3600 * 1000;

function yearOf({ same, time }: CommonReturns, [first]: readonly ComparedReport[]): number {
  if (same) return first!.report.history!.periodsPerYear;
  return ((time.length - 1) * yearMs) / (time.at(-1)! - time[0]!);
}

interface PairOptions {
  readonly seed: number;
  readonly resamples: number;
  readonly periodsPerYear: number;
}

function pairsOf(
  agents: readonly TimedReturns[],
  { returns }: CommonReturns,
  { seed, resamples, periodsPerYear }: PairOptions,
): ComparedPair[] {
  const pairs = agents.flatMap((left, index) =>
    agents.slice(index + 1).map((right, offset) => {
      const options = { random: new Random(seed, index * agents.length + offset), barsPerYear: periodsPerYear, resamples };
      const interval = sharpeDifference(returns[index]!, returns[index + 1 + offset]!, options);
      return { left: left.label, right: right.label, interval };
    }),
  );
  const corrected = holm(pairs.map(({ interval }) => interval.pValue));
  return pairs.map((pair, index) => ({ ...pair, corrected: corrected[index]! }));
}

function curvesOf(series: readonly TimedReturns[], { time, returns }: CommonReturns): Comparison["curves"] {
  const rows = spreadRows(time.length, mostPoints);
  const worth = (column: readonly number[]) => {
    let level = 1;
    const path = column.map((value) => (level *= 1 + value));
    return rows.map((row) => path[row]!);
  };
  return {
    time: rows.map((row) => time[row]!),
    worth: Object.fromEntries(series.map(({ label }, index) => [label, worth(returns[index]!)])),
  };
}

function notesOf(
  { runs, sameData, sameStretch, overlap }: Pick<Comparison, "runs" | "sameData" | "sameStretch" | "overlap">,
  reports: readonly Report[],
): string[] {
  const symbols = [...new Set(runs.map(({ symbol }) => symbol))];
  const pairs = (runs.length * (runs.length - 1)) / 2;
  const costs = new Set(reports.map(({ experiment }) => JSON.stringify(costsIn(experiment))));
  return [
    sameData
      ? null
      : symbols.length > 1
        ? `They were judged on different data (${symbols.join(", ")}): a difference may be that of the markets.`
        : `They were judged on different versions of the data of ${symbols[0]!}.`,
    sameStretch
      ? null
      : `They were not judged on the same stretch: compared are the ${number(overlap.periods, 0)} ${overlap.period}s that all of them have in common; the figures of a whole stretch are not comparable.`,
    costs.size > 1 ? "They were charged different costs." : null,
    ...runs.map(({ label }, index) =>
      (reports[index]!.sweep?.combinations ?? 1) > 1
        ? `The parameters of ${label} were chosen by the very bars that it is judged on, which flatters it.`
        : null,
    ),
    pairs > 1 ? `Corrected p-values allow for ${number(pairs, 0)} pairs being compared (Holm, 1979).` : null,
    "The best of several is flattered by having been chosen: what chose it has to be judged on data that none of them has seen.",
  ].filter((note) => note !== null);
}

/** The costs of an experiment or of a rule; null where it does not say. */
function costsIn(experiment: Report["experiment"]): unknown {
  const { environment, costs } = experiment as { readonly environment?: { readonly costs?: unknown }; readonly costs?: unknown };
  return environment?.costs ?? costs ?? null;
}
