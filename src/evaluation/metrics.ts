import { assert } from "../base/index.ts";
import { type Fill, fromMoney, type Instrument } from "../domain/index.ts";
import type { Metrics } from "./report/document.ts";
import { type ReturnSums, returnSums } from "./return-sums.ts";
import { type RoundTrip, roundTripsOf } from "./trades.ts";

/*
 * Definitions follow empyrical (stefan-jansen/empyrical-reloaded), with a risk-free and a required return of 0.
 * r is a per-bar simple return, n their count, A the bars of a year. `null` is "not defined": never 0, never infinite.
 */

/** What a stretch is measured by: one point a bar, at its close, and the fills. Equity and cash in money units, position in lots. */
export interface Performance {
  readonly instrument: Instrument;
  readonly initialCash: number;
  readonly track: { readonly [Column in "time" | "equity" | "position"]: ArrayLike<number> };
  readonly fills: readonly Fill[];
  readonly barsPerYear: number;
  /** Simple returns, one a bar, where they have been worked out already. */
  readonly returns?: Float64Array;
}

/** r[t] = equity[t] / equity[t−1] − 1, the first against initial cash. Ruin is final: −1 where equity falls to 0 or below, 0 ever after. */
export function simpleReturns(equity: ArrayLike<number>, initialCash: number): Float64Array {
  const returns = new Float64Array(equity.length);
  let previous = initialCash;
  for (let bar = 0; bar < equity.length && previous > 0; bar++) {
    const current = Math.max(equity[bar]!, 0);
    returns[bar] = current / previous - 1;
    previous = current;
  }
  return returns;
}

/** The simple returns of a stretch, one a bar. */
export const returnsOf = ({ returns, track, initialCash }: Performance): Float64Array =>
  returns ?? simpleReturns(track.equity, initialCash);

/** Π(1 + r) − 1. */
export const totalReturn = (returns: ArrayLike<number>): number | null => totalOf(returnSums(returns));

const totalOf = ({ count, growth }: ReturnSums): number | null => (count === 0 ? null : growth - 1);

/** Geometric, also called CAGR: (Π(1 + r))^(A / n) − 1. */
export const annualReturn = (returns: ArrayLike<number>, barsPerYear: number): number | null => annualOf(returnSums(returns), barsPerYear);

const annualOf = ({ count, growth }: ReturnSums, barsPerYear: number): number | null =>
  count === 0 ? null : finite(growth ** (barsPerYear / count) - 1);

/** Standard deviation of r with ddof 1, times √A. */
export const annualVolatility = (returns: ArrayLike<number>, barsPerYear: number): number | null =>
  volatilityOf(returnSums(returns), barsPerYear);

const volatilityOf = ({ deviation }: ReturnSums, barsPerYear: number): number | null =>
  deviation === null ? null : deviation * Math.sqrt(barsPerYear);

/** mean(r) / standard deviation(r, ddof 1) × √A; null without variance. */
export const sharpe = (returns: ArrayLike<number>, barsPerYear: number): number | null => sharpeOf(returnSums(returns), barsPerYear);

const sharpeOf = ({ mean, deviation }: ReturnSums, barsPerYear: number): number | null =>
  deviation === null || deviation === 0 ? null : (mean / deviation) * Math.sqrt(barsPerYear);

/** mean(r) × A / downside risk, where downside risk = √mean(min(r, 0)²) × √A over all n bars; null without a loss. */
export const sortino = (returns: ArrayLike<number>, barsPerYear: number): number | null => sortinoOf(returnSums(returns), barsPerYear);

const sortinoOf = ({ count, mean, downside }: ReturnSums, barsPerYear: number): number | null =>
  downside === 0 ? null : (mean / Math.sqrt(downside / count)) * Math.sqrt(barsPerYear);

/** Deepest fall of equity below its highest value so far, as a share of it: −0.1 is 10 % down. The start is the first peak. */
export const maxDrawdown = (returns: ArrayLike<number>): number | null => deepestOf(returnSums(returns));

const deepestOf = ({ count, deepest }: ReturnSums): number | null => (count === 0 ? null : deepest);

/** Annual return / |max drawdown|; null without a drawdown. */
export const calmar = (returns: ArrayLike<number>, barsPerYear: number): number | null => calmarOf(returnSums(returns), barsPerYear);

function calmarOf(sums: ReturnSums, barsPerYear: number): number | null {
  const [deepest, yearly] = [deepestOf(sums), annualOf(sums, barsPerYear)];
  return deepest === null || yearly === null || deepest === 0 ? null : yearly / -deepest;
}

/** Fall from the highest equity so far at each bar, as a share of it (0 at a peak, −0.1 is 10 % down); initial cash is the first peak. */
export function drawdowns(equity: ArrayLike<number>, initialCash: number): Float64Array {
  let peak = initialCash;
  return Float64Array.from(equity, (value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

/** Winning trips / closed trips, by profit after fees; null without a closed trip. */
export function winRate(trips: readonly RoundTrip[]): number | null {
  return trips.length === 0 ? null : trips.filter(({ profit }) => profit > 0).length / trips.length;
}

/** Σ profits / |Σ losses| over closed trips, after fees; null without a loss. */
export function profitFactor(trips: readonly RoundTrip[]): number | null {
  let profits = 0,
    losses = 0;
  for (const { profit } of trips) {
    if (profit > 0) profits += profit;
    else losses -= profit;
  }
  return losses === 0 ? null : profits / losses;
}

/** Traded value of each bar / equity before it, averaged over the bars: what part of equity changes hands in a bar, both sides counted. */
export function turnoverPerBar(...stretches: readonly Performance[]): number | null {
  const bars = stretches.reduce((sum, { track }) => sum + track.time.length, 0);
  return bars === 0 ? null : stretches.reduce((sum, stretch) => sum + tradedShares(stretch), 0) / bars;
}

function tradedShares({ initialCash, track: { time, equity }, fills }: Performance): number {
  let [bar, before, sum] = [0, initialCash, 0];
  for (let next = 0; next < fills.length; bar++) {
    for (const { filledAt } = fills[next]!; bar < time.length && time[bar]! < filledAt && before > 0; bar++) before = equity[bar]!;
    if (bar === time.length || !(before > 0)) break; // Ruined, there is nothing left to be a share of.
    let traded = 0;
    for (; next < fills.length && fills[next]!.filledAt <= time[bar]!; next++) traded += fills[next]!.quantity * fills[next]!.priceTicks;
    sum += traded / before;
    before = equity[bar]!;
  }
  return sum;
}

/** Share of bars that close with a position, of either sign. */
export function exposure(...stretches: readonly Pick<Performance, "track">[]): number | null {
  let bars = 0,
    held = 0;
  for (const { position } of stretches.map(({ track }) => track)) {
    bars += position.length;
    for (let bar = 0; bar < position.length; bar++) if (position[bar] !== 0) held++;
  }
  return bars === 0 ? null : held / bars;
}

/**
 * Every figure of one stretch, or of several lived one after the other, each begun with its own initial cash (walk-forward folds).
 * Turnover is per year, `trades` counts fills, fees are in quote currency. All stretches must be of one instrument.
 */
export function measure(...stretches: readonly Performance[]): Metrics {
  const [first] = stretches;
  assert(first !== undefined, "there is a stretch to measure");
  const { instrument, barsPerYear } = first;
  const sums = returnSums(joined(stretches.map(returnsOf)));
  const trips = stretches.flatMap(({ fills }) => roundTripsOf(fills));
  const fills = stretches.flatMap((stretch) => stretch.fills);
  const turnover = turnoverPerBar(...stretches);
  return {
    totalReturn: totalOf(sums),
    annualReturn: annualOf(sums, barsPerYear),
    annualVolatility: volatilityOf(sums, barsPerYear),
    sharpe: sharpeOf(sums, barsPerYear),
    sortino: sortinoOf(sums, barsPerYear),
    calmar: calmarOf(sums, barsPerYear),
    maxDrawdown: deepestOf(sums),
    winRate: winRate(trips),
    profitFactor: profitFactor(trips),
    turnover: turnover === null ? null : turnover * barsPerYear,
    exposure: exposure(...stretches),
    trades: fills.length,
    feesPaid: fromMoney(
      instrument,
      fills.reduce((sum, { fee }) => sum + fee, 0),
    ),
  };
}

/** Series one after the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
