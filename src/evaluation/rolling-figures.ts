import { UserError } from "../base/index.ts";
import { figuresOf, type Metric, type MetricFacts, metricFacts, type MetricInput } from "./metric-definition.ts";

/** How a window moves: its length in bars, and how many bars it goes on each time (1 unless given). */
export interface RollingWindow {
  readonly bars: number;
  readonly every?: number;
}

/** Figures of a moving window. `rows` are the last rows of the windows, counted from 0; every column is as long. */
export interface RollingFigures<Name extends string> {
  readonly rows: readonly number[];
  readonly columns: Readonly<Record<Name, readonly (number | null)[]>>;
}

/**
 * Figures over a window that moves along the bars, each as `figuresOf` says of the window alone; the first window is the first that is
 * whole, and a series shorter than it has none. With `time` (closing times of the bars in ms) round trips belong to the windows in which
 * they were closed; without it, figures of round trips see none. A window that is no window is `config/invalid`.
 */
export function rollingFigures<Name extends string>(
  kinds: Readonly<Record<Name, Metric>>,
  { time, ...input }: MetricInput & { readonly time?: ArrayLike<number> },
  { bars, every = 1 }: RollingWindow,
): RollingFigures<Name> {
  if (!(Number.isInteger(bars) && bars >= 1 && Number.isInteger(every) && every >= 1))
    throw new UserError("config/invalid", `a window of ${bars} bars that moves on by ${every} is none`, {
      path: "window",
      hint: "Give whole numbers from 1.",
    });
  const whole = metricFacts(input); // So that a wrong number is told wherever it stands.
  const rows: number[] = [];
  const columns = Object.fromEntries(Object.keys(kinds).map((name) => [name, []])) as unknown as Record<Name, (number | null)[]>;
  for (let to = bars; to <= whole.returns.length; to += every) {
    rows.push(to - 1);
    const figures = figuresOf(kinds, windowOf(whole, to - bars, to, time));
    for (const name of Object.keys(figures) as Name[]) columns[name].push(figures[name]);
  }
  return { rows, columns };
}

function windowOf({ returns, benchmark, trips, ...rest }: MetricFacts, from: number, to: number, time?: ArrayLike<number>): MetricInput {
  const closedWithin = (at: number) => (from === 0 || at > time![from - 1]!) && at <= time![to - 1]!;
  return {
    ...rest,
    returns: returns.subarray(from, to),
    ...(benchmark.length > 0 && { benchmark: benchmark.subarray(from, to) }),
    trips: time ? trips.filter(({ closedAt }) => closedWithin(closedAt)) : [],
  };
}
