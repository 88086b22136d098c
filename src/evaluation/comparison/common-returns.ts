import { UserError } from "../../base/index.ts";
import { day } from "../format.ts";
import { dayPeriods, type Periods } from "../report/periods.ts";

/** Returns of one strategy with the closes that they end at, ms since the epoch, ascending. */
export interface TimedReturns {
  readonly label: string;
  readonly period: "bar" | "day";
  readonly time: readonly number[];
  readonly returns: readonly number[];
}

/** Returns of several strategies over the same times. */
export interface CommonReturns {
  /** Whether nothing had to be left out or put together for it. */
  readonly same: boolean;
  readonly period: "bar" | "day";
  readonly time: readonly number[];
  /** One column for each strategy, in their order. */
  readonly returns: readonly (readonly number[])[];
}

/** Fewer returns than these in common say nothing. */
const leastReturns = 20;

/**
 * Brings strategies to common times: as they are where they were judged on the same closes; else what each gained from one common close
 * to the next, by closes where at least half of the shortest series has them in common, or by days of UTC. Series that hardly overlap
 * are `data/mismatch`.
 */
export function commonReturns(series: readonly TimedReturns[]): CommonReturns {
  const [first, ...others] = series;
  if (others.every(({ time, period }) => period === first!.period && equalTimes(time, first!.time)))
    return { same: true, period: first!.period, time: first!.time, returns: series.map(({ returns }) => returns) };
  const shortest = Math.min(...series.map(({ time }) => time.length));
  const inBars = series.every(({ period }) => period === "bar") ? overlapping(series.map(levelsByClose)) : null;
  const isDense = inBars !== null && 2 * inBars.keys.length >= shortest && inBars.keys.length > leastReturns;
  const { keys, columns } = isDense ? inBars : overlapping(series.map(levelsByDay));
  if (keys.length <= leastReturns) throw apart(series);
  const returns = columns.map((levels) =>
    keys.slice(1).map((key, index) => ratio(levels.get(key)!.level, levels.get(keys[index]!)!.level)),
  );
  return { same: false, period: isDense ? "bar" : "day", time: keys.slice(1).map((key) => columns[0]!.get(key)!.time), returns };
}

const equalTimes = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((time, index) => time === right[index]);

/** Worth of 1 at some closes, by what they are known by in all series. */
type Levels = ReadonlyMap<number, { readonly time: number; readonly level: number }>;

function levelsByClose({ time, returns }: TimedReturns): Levels {
  return levelsAt(time, returns, { period: "bar", lastRows: Int32Array.from(time, (_, row) => row) }, (close) => close);
}

const dayMs = 24 * 3600 * 1000;

const levelsByDay = ({ time, returns }: TimedReturns): Levels =>
  levelsAt(time, returns, dayPeriods(time), (close) => Math.floor((close - 1) / dayMs));

function levelsAt(time: readonly number[], returns: readonly number[], { lastRows }: Periods, keyOf: (close: number) => number): Levels {
  const levels = new Map<number, { time: number; level: number }>();
  let level = 1,
    row = 0;
  for (const last of lastRows) {
    for (; row <= last; row++) level *= 1 + returns[row]!;
    levels.set(keyOf(time[last]!), { time: time[last]!, level });
  }
  return levels;
}

function overlapping(columns: readonly Levels[]): { readonly keys: readonly number[]; readonly columns: readonly Levels[] } {
  const keys = [...columns[0]!.keys()].filter((key) => columns.every((levels) => levels.has(key)));
  return { keys, columns };
}

/** Ruin is final. */
const ratio = (now: number, before: number): number => (before > 0 ? now / before - 1 : 0);

function apart(series: readonly TimedReturns[]): UserError {
  const apartOnes = series.filter(({ time }, index) => series.findIndex((other) => other.time === time) === index);
  const stretches = apartOnes.map(({ label, time }) => `${label} ${day(time[0]!)} to ${day(time.at(-1)!)}`);
  return new UserError("data/mismatch", `they were judged at times that have too little in common: ${stretches.join("; ")}`, {
    path: "runs",
    hint: `Compare what was judged over the same time: at least ${leastReturns} returns in common.`,
  });
}
