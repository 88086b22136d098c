import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Bar, type Bars, barsFrom } from "../domain/index.ts";
import { batchIndicator, type Indicator, startIndicator } from "./indicator.ts";
import { indicators } from "./indicators/index.ts";
import { walkBars } from "./sample-bars.ts";
import { readTable, realSeries } from "./testing/sample-series.ts";

const { instrument } = walkBars(new Random(0), 1);

/** One output of an indicator, a number a bar. */
function column(kind: Indicator, params: unknown, bars: Bars, output = 0): Float64Array {
  const width = Math.max(kind.outputs.length, 1);
  return batchIndicator(kind, params, bars).filter((_, index) => index % width === output);
}

/** Greatest distance from `expected`, relative to it, or to `scale` where that is greater. */
function worstError(actual: Float64Array, expected: ArrayLike<number>, from: number, scale: number): number {
  let worst = 0;
  for (let index = from; index < actual.length; index++) {
    const error = Math.abs(actual[index]! - expected[index]!) / (Math.max(Math.abs(expected[index]!), scale) || 1);
    worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
  }
  return worst;
}

describe("plain definitions", () => {
  const bars = realSeries()[0]!.load();
  const { close, volume } = bars;
  const period = 20;
  const window = (column: Float64Array, index: number, length = period) => column.subarray(index - length + 1, index + 1);
  const mean = (values: Float64Array) => values.reduce((total, value) => total + value, 0) / values.length;
  const squares = (values: Float64Array) => values.reduce((total, value) => total + (value - mean(values)) ** 2, 0);
  const logReturns = close.map((price, index) => Math.log(price / close[index - 1]!));

  test.each<[keyof typeof indicators, number, number, (index: number) => number]>([
    ["log-return", 0, period, (index) => Math.log(close[index]!) - Math.log(close[index - period]!)],
    ["rolling-volatility", 0, period, (index) => Math.sqrt(squares(window(logReturns, index)) / (period - 1))],
    [
      "rolling-z-score",
      0,
      period - 1,
      (index) => (close[index]! - mean(window(close, index))) / Math.sqrt(squares(window(close, index)) / period),
    ],
    ["volume-ratio", 0, period - 1, (index) => volume[index]! / mean(window(volume, index))],
    [
      "bollinger",
      3,
      period - 1,
      (index) => {
        const deviation = Math.sqrt(squares(window(close, index)) / period);
        return (close[index]! - mean(window(close, index)) + 2 * deviation) / (4 * deviation);
      },
    ],
    ["bollinger", 4, period - 1, (index) => (4 * Math.sqrt(squares(window(close, index)) / period)) / mean(window(close, index))],
  ])("%s, output %d, agrees to 1e-9", (name, output, warmup, slow) => {
    const actual = column(indicators[name], { period }, bars, output);
    const expected = Array.from(actual, (_, index) => slow(index));
    expect(startIndicator(indicators[name], { period }).warmup).toBe(warmup);
    expect(worstError(actual, expected, warmup, 1e-3)).toBeLessThan(1e-9);
  });
});

const stockCharts = "../shared/data/indicator_reference_stockcharts";
const present = existsSync(stockCharts);
if (!present) console.warn(`skipped: StockCharts' tables, because ${stockCharts} is not there`);

describe.skipIf(!present)("StockCharts' tables", () => {
  /** Bars of a table, after `standstill` bars in which the first price did not move: that is how its recursions were seeded. */
  const barsAfter = (rows: ReturnType<typeof readTable>, standstill: number) => {
    const bars = rows.map((row, closeTime): Bar => {
      const close = Number(row["close"] || row["high"] || 0);
      return {
        closeTime,
        open: close,
        high: Number(row["high"] ?? close),
        low: Number(row["low"] ?? close),
        close,
        volume: Number(row["volume"] || 0),
      };
    });
    const first = bars[0]!;
    return barsFrom(instrument, [...Array<Bar>(standstill).fill({ ...first, high: first.close, low: first.close }), ...bars]);
  };

  const macd = { fast: 12, slow: 26, signal: 9 };
  const stochastic = { period: 14, slowing: 1, signal: 3 };

  // Table, its column, our indicator, parameters, bars at a standstill before it, rows to compare at its end, tolerance as printed.
  test.each<[string, string, keyof typeof indicators, string, Record<string, number | string>, number, number, number]>([
    ["cs-rsi.csv", "RSI", "rsi", "", { period: 14 }, 14, 19, 1e-4],
    ["cs-macd.csv", "MACD_line", "macd", "line", macd, 34, 123, 1e-7],
    ["cs-macd.csv", "MACD_signal", "macd", "signal", macd, 34, 10, 1e-8], // Seeded otherwise; forgotten by then.
    ["cs-atr.csv", "ATR", "atr", "", { period: 14 }, 1, 16, 1e-8],
    ["cs-adx.csv", "ADX", "adx", "", { period: 14 }, 0, 100, 1e-6], // Seeded one bar later; forgotten by then.
    ["cs-bbands.csv", "MiddleBand", "bollinger", "middle", { period: 20 }, 0, 23, 1e-5],
    ["cs-bbands.csv", "HighBand", "bollinger", "upper", { period: 20 }, 0, 23, 1e-5],
    ["cs-bbands.csv", "LowBand", "bollinger", "lower", { period: 20 }, 0, 23, 1e-5],
    ["cs-bbands.csv", "PercentageBand", "bollinger", "percentB", { period: 20 }, 0, 23, 1e-5],
    ["cs-soo.csv", "SO", "stochastic", "k", stochastic, 0, 15, 1e-4],
    ["cs-soo.csv", "SO_SIG", "stochastic", "d", stochastic, 0, 13, 1e-4],
    ["cs-accum.csv", "ADLine", "ad", "", {}, 0, 30, 1e-4],
    ["cs-cci.csv", "CCI", "cci", "", { period: 20 }, 0, 11, 1e-4],
    ["cs-dc.csv", "upper_band", "donchian", "upper", { period: 20 }, 0, 11, 1e-12],
    ["cs-dc.csv", "lower_band", "donchian", "lower", { period: 20 }, 0, 11, 1e-12],
    ["cs-easeofmovement.csv", "SMA_EMV", "ease-of-movement", "", { period: 14 }, 0, 16, 1e-9],
    ["cs-kama.csv", "KAMA", "kama", "", { period: 10 }, 0, 26, 1e-6],
    ["cs-kc.csv", "middle_band", "keltner", "middle", { period: 20, rangePeriod: 10 }, 20, 28, 1e-12],
    ["cs-mfi.csv", "MFI", "mfi", "", { period: 14 }, 0, 16, 1e-5],
    ["cs-obv.csv", "OBV", "obv", "", {}, 0, 29, 1e-9],
    ["cs-percentr.csv", "Williams_%R", "willr", "", { period: 14 }, 0, 17, 1e-6],
    ["cs-ppo.csv", "PPO", "ppo", "", { fast: 12, slow: 26, type: "ema" }, 40, 40, 1e-8],
    ["cs-pvo.csv", "PVO", "pvo", "line", {}, 40, 26, 1e-8],
    ["cs-pvo.csv", "PVO_Signal_Line", "pvo", "signal", {}, 80, 26, 1e-8],
    ["cs-roc.csv", "ROC", "roc", "", { period: 12 }, 0, 8, 1e-8],
    ["cs-stc.csv", "stc", "stc", "", {}, 60, 26, 1e-8],
    ["cs-ui.csv", "ulcer_index", "ulcer-index", "", { period: 14 }, 13, 1, 1e-8],
    ["cs-ultosc.csv", "Ult_Osc", "ultosc", "", {}, 0, 2, 1e-6],
    ["cs-vortex.csv", "+VI14", "vortex", "plus", { period: 14 }, 0, 16, 1e-6],
    ["cs-vortex.csv", "-VI14", "vortex", "minus", { period: 14 }, 0, 16, 1e-6],
    ["cs-vpt.csv", "unsmoothed vpt", "price-volume-trend", "", {}, 0, 29, 1e-9],
    ["cs-vwap.csv", "vwap", "vwap", "", { period: 14 }, 0, 17, 1e-9],
    ["cs-wma.csv", "WMA", "wma", "", { period: 9 }, 0, 26, 1e-4],
  ])("%s: %s", (file, title, name, output, params, standstill, tail, tolerance) => {
    const rows = readTable(join(stockCharts, file));
    const kind: Indicator = indicators[name];
    const actual = column(kind, params, barsAfter(rows, standstill), Math.max(kind.outputs.indexOf(output), 0)).subarray(-tail);
    const expected = rows.slice(-tail).map((row) => Number(row[title.toLowerCase()] || NaN));
    expect(actual).toHaveLength(tail);
    const worst = actual.reduce((worst, value, index) => Math.max(worst, Math.abs(value - expected[index]!)), 0);
    expect(worst).toBeLessThan(tolerance);
  });
});
