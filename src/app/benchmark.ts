import { UserError } from "../base/index.ts";
import { barColumns, type Bars, fromMoney, toMoney } from "../domain/index.ts";
import { backtest, type BacktestResult } from "../evaluation/index.ts";
import { buyAndHold } from "../trading/index.ts";
import type { SweepJob } from "./sweep-job.ts";

/** Another data set, bought and held over the bars of a backtest, under its costs and with as much money. */
export interface Benchmark {
  /** As tables call it. */
  readonly name: string;
  readonly result: BacktestResult;
}

/**
 * Buys and holds a benchmark over the closes that a backtest trades. One in another currency, or that lacks one of those closes, is
 * `data/mismatch`, with the time of the first that it lacks.
 */
export async function holdBenchmark(name: string, benchmark: Bars, job: SweepJob, signal: AbortSignal): Promise<Benchmark> {
  const { bars, from, to, costs } = job;
  const { currency } = benchmark.instrument;
  if (currency !== bars.instrument.currency) throw mismatch(`${name} is quoted in ${currency}, not in ${bars.instrument.currency}`);
  const aligned = barsAtCloses(name, benchmark, bars.closeTime.subarray(from, to));
  const initialCash = toMoney(benchmark.instrument, fromMoney(bars.instrument, job.initialCash));
  const stretch = { bars: aligned, from: 0, to: to - from, costs, initialCash, signal };
  return { name: `${name}, held`, result: await backtest({ ...stretch, agent: buyAndHold() }) };
}

function barsAtCloses(name: string, benchmark: Bars, closes: Float64Array): Bars {
  const rowOf = new Map(Array.from(benchmark.closeTime, (time, row) => [time, row]));
  const rows = Int32Array.from(closes, (time) => rowOf.get(time) ?? -1);
  const missing = rows.indexOf(-1);
  if (missing >= 0) {
    const count = rows.filter((row) => row < 0).length;
    const [first, last] = [benchmark.closeTime[0]!, benchmark.closeTime.at(-1)!].map(moment);
    throw mismatch(
      `${name} has no bar that closes at ${moment(closes[missing]!)}: it lacks ${count} of ${closes.length} closes, and goes from ${first} to ${last}`,
    );
  }
  const columns = barColumns.map((column) => [column, Float64Array.from(rows, (row) => benchmark[column][row]!)]);
  return { instrument: benchmark.instrument, ...(Object.fromEntries(columns) as Omit<Bars, "instrument">) };
}

const moment = (timeMs: number): string => new Date(timeMs).toISOString();

const mismatch = (message: string): UserError =>
  new UserError("data/mismatch", message, {
    path: "benchmark",
    hint: "Choose --from and --to within the benchmark's days, or one of the same calendar.",
  });
