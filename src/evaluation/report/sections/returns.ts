import { z } from "zod";
import type { BacktestResult } from "../../backtest.ts";
import { drawdowns } from "../../metrics.ts";
import { momentsOf, quantileOf } from "../../statistics/index.ts";
import { figure } from "../shapes.ts";

const Month = z.strictObject({
  year: z.int(),
  month: z.int().min(1).max(12),
  bars: z.int(),
  agent: z.number().describe("simple return of the month's bars"),
  buyAndHold: z.number(),
});

const Year = Month.omit({ month: true });

const Moments = z.strictObject({
  mean: figure,
  deviation: figure.describe("ddof 1"),
  skewness: figure,
  kurtosis: figure.describe("raw: 3 for a normal distribution"),
});

const Bin = z.strictObject({
  from: figure.describe("null in the first bin, which takes all that is lower"),
  to: figure.describe("null in the last bin, which takes all that is higher; the value itself belongs to the next"),
  agent: z.int().describe("bars"),
  buyAndHold: z.int().describe("bars"),
});

const BarReturn = z.strictObject({ time: z.number().describe("close of the bar, ms since the epoch, UTC"), simpleReturn: z.number() });

const Extremes = z.strictObject({ best: z.array(BarReturn), worst: z.array(BarReturn) });

const Drawdown = z.strictObject({
  from: z.number().describe("close of the last bar at the peak, ms since the epoch, UTC; of the first bar where the start was the peak"),
  trough: z.number().describe("close of the lowest bar"),
  recovered: figure.describe("close of the bar that reached the peak again; null if none did"),
  depth: z.number().describe("fall from the peak as a share of it: −0.1 is 10 % down"),
  bars: z.int().describe("bars below the peak"),
});

const both = <Shape extends z.ZodType>(shape: Shape) => z.strictObject({ agent: shape, buyAndHold: shape });

/** Returns by the calendar, how they are spread, and the deepest drawdowns; of the agent and of buy-and-hold over the test stretch. */
export const Returns = z.strictObject({
  months: z.array(Month).describe("in order of time, UTC; those without a bar are left out"),
  years: z.array(Year).describe("in order of time; the first and the last may not be whole"),
  distribution: z.strictObject({ bins: z.array(Bin).describe("of the simple returns of bars"), moments: both(Moments) }),
  extremes: both(Extremes).describe("the five most extreme bars that gained, and that lost, the most extreme first"),
  drawdowns: both(z.array(Drawdown)).describe("the ten deepest, the deepest first"),
});

export type Returns = z.infer<typeof Returns>;

/** Looks at the returns of an agent and of buy-and-hold over the same bars in every way that people expect. */
export function returnsSection(agent: BacktestResult, buyAndHold: BacktestResult): Returns {
  const months = byMonth(agent.track.time, agent.returns, buyAndHold.returns);
  const each = <Result>(of: (result: BacktestResult) => Result) => ({ agent: of(agent), buyAndHold: of(buyAndHold) });
  return {
    months,
    years: byYear(months),
    distribution: { bins: binsOf(agent.returns, buyAndHold.returns), moments: each(({ returns }) => shapeOf(returns)) },
    extremes: each(extremesOf),
    drawdowns: each(deepest),
  };
}

function shapeOf(returns: Float64Array): z.infer<typeof Moments> {
  const { mean, deviation, skewness, kurtosis } = momentsOf(returns);
  return { mean, deviation, skewness, kurtosis };
}

/** A bar belongs to the month of its last moment before it closes. */
function byMonth(time: ArrayLike<number>, agent: Float64Array, buyAndHold: Float64Array): Returns["months"] {
  const months: Returns["months"] = [];
  let monthEnd = -Infinity;
  for (let row = 0; row < time.length; row++) {
    if (time[row]! > monthEnd) {
      const date = new Date(time[row]! - 1);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      monthEnd = Date.UTC(year, month + 1);
      months.push({ year, month: month + 1, bars: 0, agent: 1, buyAndHold: 1 });
    }
    const current = months.at(-1)!;
    current.bars++;
    current.agent *= 1 + agent[row]!;
    current.buyAndHold *= 1 + buyAndHold[row]!;
  }
  return months.map((each) => ({ ...each, agent: each.agent - 1, buyAndHold: each.buyAndHold - 1 }));
}

const byYear = (months: Returns["months"]): Returns["years"] =>
  Array.from(
    Map.groupBy(months, ({ year }) => year),
    ([year, parts]) => ({
      year,
      bars: parts.reduce((sum, { bars }) => sum + bars, 0),
      agent: parts.reduce((growth, each) => growth * (1 + each.agent), 1) - 1,
      buyAndHold: parts.reduce((growth, each) => growth * (1 + each.buyAndHold), 1) - 1,
    }),
  );

/** Bins on either side of the one around 0, which standing aside fills. */
const sideBins = 20;

/** Bins of one width around 0, as far as 99 % of the returns of either go; what lies beyond is in the outermost ones. */
function binsOf(agent: Float64Array, buyAndHold: Float64Array): Returns["distribution"]["bins"] {
  const reach = Math.max(...[agent, buyAndHold].map((returns) => quantileOf(returns.map(Math.abs), 0.99) ?? 0));
  if (reach === 0) return [];
  const width = reach / (sideBins - 0.5);
  const edge = (bin: number) => (bin - sideBins - 0.5) * width;
  const counts = (returns: Float64Array) => {
    const bins = new Int32Array(2 * sideBins + 1);
    for (const value of returns) bins[Math.min(2 * sideBins, Math.max(0, Math.floor(value / width + 0.5) + sideBins))]!++;
    return bins;
  };
  const [own, other] = [counts(agent), counts(buyAndHold)];
  return Array.from(own, (count, bin) => ({
    from: bin === 0 ? null : edge(bin),
    to: bin === 2 * sideBins ? null : edge(bin + 1),
    agent: count,
    buyAndHold: other[bin]!,
  }));
}

const extremesShown = 5;

function extremesOf({ returns, track: { time } }: BacktestResult): z.infer<typeof Extremes> {
  const sorted = returns.toSorted();
  const [low, high] = [sorted[Math.min(extremesShown, sorted.length) - 1]!, sorted[Math.max(0, sorted.length - extremesShown)]!];
  const bars = Array.from(returns.keys()).filter((row) => returns[row]! <= low || returns[row]! >= high);
  const shown = (rows: number[], sign: 1 | -1) =>
    rows
      .filter((row) => sign * returns[row]! > 0)
      .sort((left, right) => sign * (returns[right]! - returns[left]!))
      .slice(0, extremesShown)
      .map((row) => ({ time: time[row]!, simpleReturn: returns[row]! }));
  return { best: shown(bars, 1), worst: shown(bars, -1) };
}

const drawdownsShown = 10;

function deepest({ track: { time, equity }, initialCash }: BacktestResult): z.infer<typeof Drawdown>[] {
  const all: z.infer<typeof Drawdown>[] = [];
  let current: z.infer<typeof Drawdown> | undefined;
  for (const [row, depth] of drawdowns(equity, initialCash).entries()) {
    const now = time[row]!;
    if (depth === 0) {
      if (current) current.recovered = now;
      current = undefined;
      continue;
    }
    if (!current) all.push((current = { from: time[Math.max(0, row - 1)]!, trough: now, recovered: null, depth: 0, bars: 0 }));
    current.bars++;
    if (depth < current.depth) Object.assign(current, { depth, trough: now });
  }
  return all.sort((left, right) => left.depth - right.depth).slice(0, drawdownsShown);
}
