import type { CandlestickData, HistogramData, SeriesMarker, UTCTimestamp } from "lightweight-charts";
import type { Report, Trade } from "../../../src/api/contract.ts";
import type { Palette } from "../palette.ts";

/** A bar as the price chart draws it; time in ms since the epoch, UTC. */
export interface PriceBar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly exposure: number;
}

/** The rows of a report's columns. */
export const barsOf = ({ time, open, high, low, close, exposure }: Report["series"]): readonly PriceBar[] =>
  time.map((moment, index) => ({
    time: moment,
    open: open[index]!,
    high: high[index]!,
    low: low[index]!,
    close: close[index]!,
    exposure: exposure[index]!,
  }));

const daySeconds = 86_400;

/** A bar's time for the chart. A close at midnight is drawn a second earlier, within the day that it ends. */
export function seconds(timeMs: number): UTCTimestamp {
  const whole = Math.floor(timeMs / 1000);
  return (whole % daySeconds === 0 ? whole - 1 : whole) as UTCTimestamp;
}

/** The time of the bar that the chart draws there. */
export const millisecondsOf = (drawn: number): number => ((drawn + 1) % daySeconds === 0 ? drawn + 1 : drawn) * 1000;

export const candleOf = ({ time, open, high, low, close }: PriceBar): CandlestickData<UTCTimestamp> => ({
  time: seconds(time),
  open,
  high,
  low,
  close,
});

export const exposureOf = ({ time, exposure }: PriceBar, { up, down }: Palette): HistogramData<UTCTimestamp> => ({
  time: seconds(time),
  value: exposure * 100,
  color: exposure < 0 ? down : up,
});

/** The bar in which a trade was filled: the first that closes at or after it. */
export function barOfTrade(bars: readonly PriceBar[], { time }: Pick<Trade, "time">): PriceBar | undefined {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return bars[low];
}

/** From so many trades on, marks are drawn small. */
const crowd = 120;

/** Arrows under bars for buys and over them for sells. */
export const markersOf = (bars: readonly PriceBar[], trades: readonly Trade[], { agent, hold }: Palette): SeriesMarker<UTCTimestamp>[] =>
  trades.flatMap((trade) => {
    const bar = barOfTrade(bars, trade);
    if (bar === undefined) return [];
    const [position, shape, color] =
      trade.side === "buy" ? (["belowBar", "arrowUp", agent] as const) : (["aboveBar", "arrowDown", hold] as const);
    return [{ time: seconds(bar.time), position, shape, color, size: trades.length > crowd ? 0.5 : 1 }];
  });
