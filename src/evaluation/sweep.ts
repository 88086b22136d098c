import { setImmediate } from "node:timers/promises";
import { UserError } from "../base/index.ts";
import type { Strategy } from "../trading/index.ts";
import { backtest, type BacktestRequest } from "./backtest.ts";
import { metricNames } from "./metric.ts";
import type { Metrics } from "./report/document.ts";
import { type Combination, combinationsOf, type Grid } from "./sweep-grid.ts";

/** What is backtested with every combination: a strategy over the same bars, under the same costs. */
export interface SweepStretch extends Omit<BacktestRequest, "agent"> {
  readonly strategy: Pick<Strategy, "agent">;
  /** Called after each combination with how many are done. */
  readonly onDone?: (done: number) => void;
}

/** How combinations did, in their order. */
export interface SweepResult {
  readonly combinations: readonly Combination[];
  /** [combinations] */
  readonly metrics: readonly Metrics[];
  /** [combinations] Simple returns, one a bar; views of one matrix, row by row. */
  readonly returns: readonly Float64Array[];
}

/** Which did best by Sharpe ratio; ties go to the first. */
export function bestOfSweep(metrics: readonly Pick<Metrics, "sharpe">[]): number {
  const ratio = (index: number) => metrics[index]!.sharpe ?? -Infinity;
  return metrics.reduce((leader, _, index) => (ratio(index) > ratio(leader) ? index : leader), 0);
}

/** Numbers that the returns of a sweep may take: 1 GiB. */
const mostReturns = 2 ** 27;

/** Runs a strategy with every combination of a grid, one after the other. Rejects with the signal's reason when it fires. */
export function sweep({ grid, ...stretch }: SweepStretch & { readonly strategy: Strategy; readonly grid: Grid }): Promise<SweepResult> {
  return sweepCombinations(combinationsOf(stretch.strategy.params, grid), stretch);
}

/** The same with combinations that are known to be right. */
export async function sweepCombinations(
  combinations: readonly Combination[],
  { strategy, onDone, ...request }: SweepStretch,
): Promise<SweepResult> {
  const bars = request.to - request.from;
  const matrix = returnsFor(combinations.length, bars);
  const metrics: Metrics[] = [];
  for (const [index, combination] of combinations.entries()) {
    const result = await backtest({ ...request, agent: strategy.agent(combination as never) });
    matrix.set(result.returns, index * bars);
    metrics.push(result.metrics);
    onDone?.(index + 1);
    await setImmediate(); // A stop must get a word in.
  }
  return { combinations, metrics, returns: rowsOf(matrix, combinations.length, bars) };
}

/** Room for the returns of so many combinations; refuses what no machine should hold. */
function returnsFor(combinations: number, bars: number): Float64Array {
  if (combinations * bars <= mostReturns) return new Float64Array(combinations * bars);
  throw new UserError("usage/invalid-option", `${combinations} combinations over ${bars} bars have too many returns to compare`, {
    path: "params",
    hint: `Try at most ${Math.floor(mostReturns / bars)} combinations, or slower bars.`,
  });
}

const rowsOf = (matrix: Float64Array, rows: number, width: number): Float64Array[] =>
  Array.from({ length: rows }, (_, row) => matrix.subarray(row * width, (row + 1) * width));

/** Results of consecutive parts of the combinations as one. */
export const joinSweeps = (parts: readonly SweepResult[]): SweepResult => ({
  combinations: parts.flatMap(({ combinations }) => combinations),
  metrics: parts.flatMap(({ metrics }) => metrics),
  returns: parts.flatMap(({ returns }) => returns),
});

/** The same table in columns, a place for each combination: parameters and figures by name. */
export interface SweepColumns {
  readonly params: Readonly<Record<string, readonly unknown[]>>;
  readonly metrics: Readonly<Record<keyof Metrics, readonly (number | null)[]>>;
}

/** Puts parameters and figures into columns. */
export function columnsOf({ combinations, metrics }: Pick<SweepResult, "combinations" | "metrics">): SweepColumns {
  const names = [...new Set(combinations.flatMap((combination) => Object.keys(combination)))];
  return {
    params: Object.fromEntries(names.map((name) => [name, combinations.map((combination) => combination[name])])),
    metrics: Object.fromEntries(
      metricNames.map((name) => [name, metrics.map((figures) => figures[name])]),
    ) as unknown as SweepColumns["metrics"],
  };
}
