import { parseParams, type ParamsOf, type ParamsShape, UserError } from "../base/index.ts";
import { checkFinite } from "./finite-values.ts";
import type { RoundTrip } from "./trades.ts";

/** What metrics are computed of: a stretch of bars. */
export interface MetricInput {
  /** Simple returns, one a bar. */
  readonly returns: ArrayLike<number>;
  readonly barsPerYear: number;
  /** Risk-free return of a bar; 0 unless given. */
  readonly riskFree?: number;
  /** Simple returns of what is compared with, over the same bars. */
  readonly benchmark?: ArrayLike<number>;
  /** Closed round trips. */
  readonly trips?: readonly RoundTrip[];
}

/** An input with everything in its place. */
export interface MetricFacts {
  readonly returns: Float64Array;
  readonly barsPerYear: number;
  readonly riskFree: number;
  /** Empty where there is none: what is relative to it is then not defined. */
  readonly benchmark: Float64Array;
  readonly trips: readonly RoundTrip[];
}

/** How a figure is written: `share` in per cent, `bars` as a count of bars, `money` in money units. */
export type MetricUnit = "share" | "ratio" | "count" | "bars" | "money";

/** A figure of performance. What it is not defined for is `null`: never 0, never infinite, never NaN. */
export interface Metric<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly label: string;
  readonly unit: MetricUnit;
  /** In words and symbols: r is a bar's simple return, n the bars, A the bars of a year, f the benchmark's return, rf the risk-free one. */
  readonly formula: string;
  /** Whose definition it is. */
  readonly source: string;
  readonly params: Shape;
  of(facts: MetricFacts, params: ParamsOf<Shape>): number | null;
}

/** Declares a metric; it only lends types. */
export const metric = <const Shape extends ParamsShape = Record<never, never>>(
  definition: Omit<Metric<Shape>, "params"> & { readonly params?: Shape },
): Metric<Shape> => ({ params: {} as Shape, ...definition });

/** Checks an input: a return that is no number, or a benchmark of other length, is `data/invalid-value`. */
export function metricFacts({ returns, barsPerYear, riskFree = 0, benchmark, trips = [] }: MetricInput): MetricFacts {
  const facts = { returns: Float64Array.from(returns), barsPerYear, riskFree, benchmark: Float64Array.from(benchmark ?? []), trips };
  checkFinite(facts.returns, "returns");
  checkFinite(facts.benchmark, "benchmark");
  if (benchmark && benchmark.length !== returns.length) {
    throw new UserError("data/invalid-value", `a benchmark of ${benchmark.length} bars beside ${returns.length} returns`, {
      path: "benchmark",
      hint: "Give the benchmark over the same bars: see `alignment` for calendars that differ.",
    });
  }
  return facts;
}

/** One metric of an input; parameters as a person writes them. */
export const figureOf = (kind: Metric, input: MetricInput, params: unknown = {}): number | null =>
  finite(kind.of(metricFacts(input), parseParams(kind.params, params, kind.name)));

/** Metrics of an input by name, with their default parameters. */
export function figuresOf<Name extends string>(kinds: Readonly<Record<Name, Metric>>, input: MetricInput): Record<Name, number | null> {
  const facts = metricFacts(input);
  const entries = Object.entries<Metric>(kinds).map(([name, kind]) => [name, finite(kind.of(facts, parseParams(kind.params, {}, name)))]);
  return Object.fromEntries(entries) as Record<Name, number | null>;
}

/** Never −0, which JSON does not know. */
const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value + 0 : null);
