import { UserError } from "../../base/index.ts";
import { checkFinite } from "../finite-values.ts";
import { day } from "../format.ts";
import { simpleReturns } from "../metrics.ts";
import { drawdownPath, growthOf } from "../statistics/index.ts";

/** A bad time of the past by its days, both included, as `YYYY-MM-DD`. */
export interface HistoricalWindow {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** The times that portfolios are usually held against. */
export const historicalWindows: readonly HistoricalWindow[] = [
  { name: "crash of 1987", from: "1987-10-01", to: "1987-10-31" },
  { name: "bursting of the dot-com bubble", from: "2000-03-01", to: "2002-10-31" },
  { name: "financial crisis", from: "2007-10-01", to: "2009-03-31" },
  { name: "outbreak of the pandemic", from: "2020-02-19", to: "2020-04-30" },
];

/** Simple returns of one strategy or baseline, one a bar. */
export interface NamedReturns {
  readonly name: string;
  readonly returns: ArrayLike<number>;
}

/** How one strategy went through a window. */
export interface WindowOutcome {
  readonly name: string;
  /** From the close before the window to its last. */
  readonly totalReturn: number;
  /** Deepest fall from a peak within it, the close before it being the first; 0 or below. */
  readonly maxDrawdown: number;
  /** The lowest return of a bar. */
  readonly worstBar: number;
  /**
   * Bars from the bottom of that fall until the peak before it was reached again, also after the window; 0 where nothing was lost,
   * `null` where it was not by the end of the data.
   */
  readonly recoveryBars: number | null;
}

/** A window that the data reach into. */
export interface WindowResult extends HistoricalWindow {
  readonly bars: number;
  /** Whether the data reach, but for a long weekend, from its first day to its last; else it is judged by the part they have. */
  readonly isWhole: boolean;
  readonly strategies: readonly WindowOutcome[];
}

/**
 * Cuts bad times of the past out of what strategies did, side by side: give buy-and-hold as one of them. `time` are the bars' closes in
 * ms, ascending, one for each return. Windows that the data do not reach are left out.
 */
export function stressWindows(
  time: ArrayLike<number>,
  strategies: readonly NamedReturns[],
  windows: readonly HistoricalWindow[] = historicalWindows,
): WindowResult[] {
  checkFinite(time, "time");
  for (const { name, returns } of strategies) {
    checkFinite(returns, name);
    if (returns.length === time.length) continue;
    throw new UserError("data/invalid-value", `${name} has ${returns.length} returns for ${time.length} bars`, {
      path: name,
      hint: "Give every strategy over the same bars.",
    });
  }
  const days = Array.from(time, day);
  return windows.flatMap((window) => {
    const [from, to] = [rowsBefore(days, (each) => each < window.from), rowsBefore(days, (each) => each <= window.to)];
    if (from >= to) return [];
    const outcomes = strategies.map(({ name, returns }) => ({ name, ...outcome(Float64Array.from(returns), from, to) }));
    return [{ ...window, bars: to - from, isWhole: isWhole(window, days), strategies: outcomes }];
  });
}

/** The same for what a session left, beside what was bought at its first close and held, without costs. */
export function trackStressWindows(
  { time, equity, close }: { readonly [Column in "time" | "equity" | "close"]: ArrayLike<number> },
  initialCash: number,
  windows: readonly HistoricalWindow[] = historicalWindows,
): WindowResult[] {
  const strategies = [
    { name: "strategy", returns: simpleReturns(equity, initialCash) },
    { name: "buy and hold", returns: simpleReturns(close, close[0] ?? 0) },
  ];
  return stressWindows(time, strategies, windows);
}

const longWeekendMs = 4 * 24 * 3600 * 1000;

function isWhole({ from, to }: HistoricalWindow, days: readonly string[]): boolean {
  return Date.parse(days[0]!) <= Date.parse(from) + longWeekendMs && Date.parse(days.at(-1)!) >= Date.parse(to) - longWeekendMs;
}

/** How many of the days, which ascend, pass a test that only the first ones do. */
function rowsBefore(days: readonly string[], test: (day: string) => boolean): number {
  const first = days.findIndex((each) => !test(each));
  return first < 0 ? days.length : first;
}

function outcome(returns: Float64Array, from: number, to: number): Omit<WindowOutcome, "name"> {
  const inside = returns.subarray(from, to);
  const path = drawdownPath(inside);
  const maxDrawdown = path.reduce((deepest, depth) => Math.min(deepest, depth), 0);
  return {
    totalReturn: growthOf(inside) - 1,
    maxDrawdown,
    worstBar: inside.reduce((worst, value) => Math.min(worst, value), Infinity),
    recoveryBars: maxDrawdown === 0 ? 0 : barsUntil(returns, from + path.indexOf(maxDrawdown), 1 / (1 + maxDrawdown)),
  };
}

/** Bars after a row until wealth has grown by a factor; `null` where it never does. */
function barsUntil(returns: Float64Array, row: number, factor: number): number | null {
  let growth = 1;
  for (let bar = row + 1; bar < returns.length; bar++) {
    growth *= 1 + returns[bar]!;
    if (growth >= factor * (1 - 1e-12)) return bar - row;
  }
  return null;
}
