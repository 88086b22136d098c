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

export const seconds = (timeMs: number) => Math.floor(timeMs / 1000) as UTCTimestamp;

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

/** Arrows under bars for buys and over them for sells. */
export const markersOf = (bars: readonly PriceBar[], trades: readonly Trade[], { agent, hold }: Palette): SeriesMarker<UTCTimestamp>[] =>
  trades.flatMap((trade) => {
    const bar = barOfTrade(bars, trade);
    if (bar === undefined) return [];
    const buy = trade.side === "buy";
    return [
      {
        time: seconds(bar.time),
        position: buy ? "belowBar" : "aboveBar",
        shape: buy ? "arrowUp" : "arrowDown",
        color: buy ? agent : hold,
      } as const,
    ];
  });
