import { existsSync, readFileSync } from "node:fs";
import { createRequire, findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import * as talib from "talib-web";
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Bar, type Bars, barsFrom } from "../domain/index.ts";
import { batchIndicator, type Indicator, startIndicator } from "./indicator.ts";
import { indicators } from "./indicators/index.ts";
import { walkBars } from "./sample-bars.ts";

const { instrument } = walkBars(new Random(0), 1);

/** A table with a header line as records of text. */
const readTable = (path: string) => {
  const [header, ...lines] = readFileSync(path, "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return lines.map((cells) => Object.fromEntries(header!.map((name, index) => [name, cells[index] ?? ""])));
};

const sp500Bars = (): Bars => {
  const rows = readTable(join(dirname(findPackageJSON("vega-datasets", import.meta.url)!), "data", "sp500-2000.csv"));
  return barsFrom(
    instrument,
    rows.map(({ date, open, high, low, close, volume }) => ({
      closeTime: Date.parse(date!),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
    })),
  );
};

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

/** The part of TA-Lib's WebAssembly module that a call needs. */
interface TaLib {
  readonly HEAPF64: Float64Array;
  readonly HEAP32: Int32Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  ccall(name: string, result: "number", types: readonly "number"[], values: readonly number[]): number;
}

/**
 * Calls one of TA-Lib's functions: where its first value belongs, and its outputs from there on. The package's own functions will
 * not do: they read one value too many, and give `outBegIdx` and `outNBElement` one address, which ruins BBANDS and STOCH.
 */
function callTaLib(library: TaLib, name: string, inputs: readonly Float64Array[], options: readonly number[], outputCount: number) {
  const rows = inputs[0]!.length;
  const addresses: number[] = [];
  const allocate = (bytes: number) => {
    addresses.push(library._malloc(bytes));
    return addresses.at(-1)!;
  };
  const inputAddresses = inputs.map((input) => {
    const address = allocate(input.byteLength);
    library.HEAPF64.set(input, address / 8);
    return address;
  });
  const [begin, count] = [allocate(4), allocate(4)] as const;
  const outputAddresses = Array.from({ length: outputCount }, () => allocate(rows * 8));
  const values = [0, rows - 1, ...inputAddresses, ...options, begin, count, ...outputAddresses];
  const code = library.ccall(`TA_${name}`, "number", Array<"number">(values.length).fill("number"), values);
  const length = library.HEAP32[count / 4]!;
  const result = {
    code,
    begin: library.HEAP32[begin / 4]!,
    outputs: outputAddresses.map((address) => library.HEAPF64.slice(address / 8, address / 8 + length)),
  };
  addresses.forEach((address) => library._free(address));
  return result;
}

describe("TA-Lib", () => {
  let library: TaLib;

  beforeAll(async () => {
    // The package loads its binary from disk only where there is no fetch.
    const { fetch } = globalThis;
    Reflect.set(globalThis, "fetch", undefined);
    try {
      library = await talib.init(join(dirname(createRequire(import.meta.url).resolve("talib-web")), "talib.wasm"));
    } finally {
      globalThis.fetch = fetch;
    }
  });

  const simple = 0; // TA-Lib's number for a simple mean.
  const close = ({ close }: Bars) => [close];
  const ranges = ({ high, low, close }: Bars) => [high, low, close];
  const sets: [string, () => Bars][] = [
    ["a random walk", () => walkBars(new Random(11), 5_000)], // Over 20,000 bars BBANDS' own running sums drift by more than 1e-9.
    ["the S&P 500 of 2000 to 2020", sp500Bars],
  ];

  interface OracleCase {
    readonly name: keyof typeof indicators;
    readonly params: Record<string, number>;
    readonly theirs: string;
    readonly inputs: (bars: Bars) => Float64Array[];
    readonly options: readonly number[];
    readonly outputs: readonly string[];
  }

  const single = (name: OracleCase["name"], inputs: OracleCase["inputs"], period: number): OracleCase => {
    return { name, params: { period }, theirs: name.toUpperCase(), inputs, options: [period], outputs: [""] };
  };
  const macd = (fast: number, slow: number, signal: number): OracleCase => {
    const outputs = ["line", "signal", "histogram"];
    return { name: "macd", params: { fast, slow, signal }, theirs: "MACD", inputs: close, options: [fast, slow, signal], outputs };
  };
  const bollinger = (period: number, deviations: number): OracleCase => {
    const options = [period, deviations, deviations, simple];
    return {
      name: "bollinger",
      params: { period, deviations },
      theirs: "BBANDS",
      inputs: close,
      options,
      outputs: ["upper", "middle", "lower"],
    };
  };
  const stochastic = (period: number, slowing: number, signal: number): OracleCase => {
    const options = [period, slowing, simple, signal, simple];
    return { name: "stochastic", params: { period, slowing, signal }, theirs: "STOCH", inputs: ranges, options, outputs: ["k", "d"] };
  };

  const cases = [
    ...[1, 2, 14, 50].map((period) => single("atr", ranges, period)),
    ...[2, 14, 50].map((period) => single("sma", close, period)),
    ...[2, 14, 50].map((period) => single("ema", close, period)),
    ...[2, 14, 50].map((period) => single("rsi", close, period)),
    ...[2, 14, 50].map((period) => single("adx", ranges, period)),
    macd(12, 26, 9),
    macd(3, 10, 2),
    macd(26, 12, 5),
    macd(5, 5, 3),
    bollinger(20, 2),
    bollinger(5, 1.5),
    stochastic(14, 3, 3),
    stochastic(5, 1, 4),
    stochastic(9, 6, 1),
  ];

  describe.each(sets)("on %s", (_, load) => {
    test.each(cases)("$name $params agrees to 1e-9", ({ name, params, theirs, inputs, options, outputs }) => {
      const bars = load();
      const kind: Indicator = indicators[name];
      const { warmup } = startIndicator(kind, params);
      const expected = callTaLib(library, theirs, inputs(bars), options, outputs.length);
      expect(expected).toMatchObject({ code: 0, begin: warmup });
      // A difference of prices goes through zero: its error is measured against the price it was taken from.
      const scale = name === "macd" ? bars.close.reduce((low, price) => Math.min(low, price)) : 0;
      outputs.forEach((output, index) => {
        const actual = column(kind, params, bars, Math.max(kind.outputs.indexOf(output), 0)).subarray(warmup);
        expect(expected.outputs[index]).toHaveLength(actual.length);
        expect(worstError(actual, expected.outputs[index]!, 0, scale), output).toBeLessThan(1e-9);
      });
    });
  });
});

describe("plain definitions", () => {
  const bars = sp500Bars();
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
    const bars = rows.map(({ High, Low, Close }, closeTime): Bar => {
      const close = Number(Close || High);
      return { closeTime, open: close, high: Number(High ?? close), low: Number(Low ?? close), close, volume: 0 };
    });
    const first = bars[0]!;
    return barsFrom(instrument, [...Array<Bar>(standstill).fill({ ...first, high: first.close, low: first.close }), ...bars]);
  };

  const macd = { fast: 12, slow: 26, signal: 9 };
  const stochastic = { period: 14, slowing: 1, signal: 3 };

  // Table, its column, our indicator, parameters, bars at a standstill before it, rows to compare at its end, tolerance as printed.
  test.each<[string, string, keyof typeof indicators, string, Record<string, number>, number, number, number]>([
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
  ])("%s: %s", (file, title, name, output, params, standstill, tail, tolerance) => {
    const rows = readTable(join(stockCharts, file));
    const kind: Indicator = indicators[name];
    const actual = column(kind, params, barsAfter(rows, standstill), Math.max(kind.outputs.indexOf(output), 0)).subarray(-tail);
    const expected = rows.slice(-tail).map((row) => Number(row[title] || NaN));
    expect(actual).toHaveLength(tail);
    const worst = actual.reduce((worst, value, index) => Math.max(worst, Math.abs(value - expected[index]!)), 0);
    expect(worst).toBeLessThan(tolerance);
  });
});
