import fc from "fast-check";
import type { Bars } from "../../domain/index.ts";
import { batchIndicator } from "../indicator.ts";
import { indicators } from "../indicators/index.ts";

/** Chosen parameters, by name. */
export type Params = Readonly<Record<string, number | string>>;
type Column = "open" | "high" | "low" | "close" | "volume";

/** How one of our indicators is one of TA-Lib's functions. */
export interface Twin {
  readonly name: keyof typeof indicators;
  readonly theirs: string;
  readonly inputs: readonly Column[];
  /** Parameters to try, ours by name in the order of TA-Lib's options. */
  readonly params: Readonly<Record<string, fc.Arbitrary<number | string>>>;
  /** TA-Lib's options where they are not just the parameters. */
  readonly options?: (params: Params) => number[];
  /** Ours that stand for theirs, in their order; all of ours where left out. */
  readonly outputs?: readonly string[];
  readonly isInteger?: boolean;
  /** What TA-Lib is given where it is not just the inputs. */
  readonly columns?: (bars: Bars, params: Params) => readonly Float64Array[];
  /** Done to each column before TA-Lib sees it. */
  readonly prepare?: (column: Float64Array) => Float64Array;
  /** What a difference is measured against where it is more than the value: errors of what the value is taken from. */
  readonly scale?: (bars: Bars) => number;
  /** Where nothing moves TA-Lib gives the noise of its rounding: it is only asked where something does. */
  readonly onlyMoving?: boolean;
  /** What is compared, of our number and of theirs at a bar. */
  readonly compare?: (bars: Bars, value: number, index: number, side: "ours" | "theirs") => number;
}

const meanTypes = ["sma", "ema", "wma", "dema", "tema", "trima", "kama", "mama", "t3"];
const bars = (least = 2, most = 40) => fc.integer({ min: least, max: most });
const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const kind = fc.constantFrom(...meanTypes);
// An oscillator that rests at its bound has no cycle and no path to measure.
const smooth = fc.constantFrom(...meanTypes.filter((type) => type !== "mama" && type !== "kama"));
const period = { period: bars() };
const from1 = { period: bars(1) };

const close: readonly Column[] = ["close"];
const highLow: readonly Column[] = ["high", "low"];
const ranges: readonly Column[] = ["high", "low", "close"];
const traded: readonly Column[] = ["high", "low", "close", "volume"];

const top = (column: Float64Array) => column.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const price = (bars: Bars) => top(bars.high);
const aroundMean = (column: Float64Array) => {
  const mean = column.reduce((total, value) => total + value, 0) / column.length;
  return column.map((value) => value - mean);
};
const hundred = () => 100;
const one = () => 1;

/**
 * Absolute bar of TA-Lib's index, bars ago of ours: either way the close that is meant, for of equal ones TA-Lib takes now one, now
 * another.
 */
const meantClose: Twin["compare"] = (bars, value, index, side) => bars.close[side === "ours" ? index - value : value]!;

/** What a math transform is taken of; what is no finite number there is one of three marks, which must then be the same. */
const operandOf = (bars: Bars, of: string): Float64Array => {
  if (of === "relative") return bars.close.map((close, index) => close / bars.open[index]!);
  if (of !== "location") return bars[of as Column];
  return bars.close.map((close, index) => {
    const [high, low] = [bars.high[index]!, bars.low[index]!];
    return high === low ? 0 : (2 * close - high - low) / (high - low);
  });
};
const mark = (value: number) => (Number.isFinite(value) ? value : Number.isNaN(value) ? -12_345 : 54_321 * Math.sign(value));

const transform = (name: Twin["name"], of: readonly string[]): Twin => ({
  name,
  theirs: name.toUpperCase(),
  inputs: close,
  params: { of: fc.constantFrom(...of) },
  options: () => [],
  columns: (bars, params) => [operandOf(bars, String(params["of"]))],
  compare: (_, value) => mark(value),
});
const positive = ["relative", "open", "high", "low", "close"];
const anySign = ["location", ...positive, "volume"];

/** The periods of MAVP: whole bars of the dominant cycle, the longest before it is known. */
const cyclePeriods = (bars: Bars, longest: number): Float64Array =>
  batchIndicator(indicators["ht-dcperiod"], {}, bars).map((period) => (Number.isNaN(period) ? longest : period));
const extremes = ({ shortest, longest }: Params) => [
  Math.min(Number(shortest), Number(longest)),
  Math.max(Number(shortest), Number(longest)),
];

/** Every indicator that is one of TA-Lib's functions, except the candle patterns. */
export const twins: readonly Twin[] = [
  ...["acos", "asin", "atan", "ceil", "cos", "cosh", "exp", "floor", "sin", "sinh", "tan", "tanh"].map((name) =>
    transform(name as Twin["name"], anySign),
  ),
  ...["ln", "log10", "sqrt"].map((name) => transform(name as Twin["name"], positive)),
  { name: "accbands", theirs: "ACCBANDS", inputs: ranges, params: period },
  { name: "ad", theirs: "AD", inputs: traded, params: {}, scale: ({ volume }) => top(volume) },
  { name: "add", theirs: "ADD", inputs: highLow, params: {} },
  { name: "adosc", theirs: "ADOSC", inputs: traded, params: { fast: bars(), slow: bars() }, scale: ({ volume }) => top(volume) },
  { name: "adx", theirs: "ADX", inputs: ranges, params: period },
  { name: "adxr", theirs: "ADXR", inputs: ranges, params: period },
  { name: "apo", theirs: "APO", inputs: close, params: { fast: bars(), slow: bars(), type: kind }, scale: price },
  { name: "aroon", theirs: "AROON", inputs: highLow, params: period },
  { name: "aroonosc", theirs: "AROONOSC", inputs: highLow, params: period },
  { name: "atr", theirs: "ATR", inputs: ranges, params: from1 },
  { name: "avgdev", theirs: "AVGDEV", inputs: close, params: period, scale: price },
  { name: "avgprice", theirs: "AVGPRICE", inputs: ["open", "high", "low", "close"], params: {} },
  { name: "beta", theirs: "BETA", inputs: ["volume", "close"], params: { period: bars(3) }, scale: one, onlyMoving: true },
  {
    name: "bollinger",
    theirs: "BBANDS",
    inputs: close,
    params: { period: bars(5), deviations: real(0.5, 3) },
    options: ({ period, deviations }) => [Number(period), Number(deviations), Number(deviations), 0],
    outputs: ["upper", "middle", "lower"],
  },
  { name: "bop", theirs: "BOP", inputs: ["open", "high", "low", "close"], params: {} },
  { name: "cci", theirs: "CCI", inputs: ranges, params: period, scale: hundred },
  { name: "cmo", theirs: "CMO", inputs: close, params: period, scale: hundred },
  {
    name: "correl",
    theirs: "CORREL",
    inputs: ["close", "volume"],
    params: { period: bars(5) },
    scale: one,
    onlyMoving: true,
    prepare: aroundMean, // Its sums of squares lose digits to the level of the price, which the correlation does not depend on.
  },
  { name: "dema", theirs: "DEMA", inputs: close, params: period },
  { name: "div", theirs: "DIV", inputs: ["close", "open"], params: {} },
  { name: "dx", theirs: "DX", inputs: ranges, params: period, scale: hundred },
  { name: "ema", theirs: "EMA", inputs: close, params: period },
  { name: "ht-dcperiod", theirs: "HT_DCPERIOD", inputs: close, params: {} },
  { name: "ht-dcphase", theirs: "HT_DCPHASE", inputs: close, params: {}, onlyMoving: true, scale: hundred },
  { name: "ht-phasor", theirs: "HT_PHASOR", inputs: close, params: {}, scale: price },
  { name: "ht-sine", theirs: "HT_SINE", inputs: close, params: {}, onlyMoving: true, scale: one },
  { name: "ht-trendline", theirs: "HT_TRENDLINE", inputs: close, params: {} },
  { name: "ht-trendmode", theirs: "HT_TRENDMODE", inputs: close, params: {}, onlyMoving: true, isInteger: true },
  {
    name: "imi",
    theirs: "IMI",
    inputs: ["open", "close"],
    params: period,
    scale: hundred,
    compare: (_, value) => (Number.isNaN(value) ? 0 : value), // Where nothing moved TA-Lib divides 0 by 0.
  },
  { name: "kama", theirs: "KAMA", inputs: close, params: period },
  { name: "linearreg", theirs: "LINEARREG", inputs: close, params: period },
  { name: "linearreg-angle", theirs: "LINEARREG_ANGLE", inputs: close, params: period, scale: price },
  { name: "linearreg-intercept", theirs: "LINEARREG_INTERCEPT", inputs: close, params: period },
  { name: "linearreg-slope", theirs: "LINEARREG_SLOPE", inputs: close, params: period, scale: price },
  { name: "ma", theirs: "MA", inputs: close, params: { period: bars(1), type: kind } },
  {
    name: "macd",
    theirs: "MACD",
    inputs: close,
    params: { fast: bars(), slow: bars(), signal: bars() },
    scale: price,
  },
  {
    name: "macdext",
    theirs: "MACDEXT",
    inputs: close,
    params: { fast: bars(), fastType: kind, slow: bars(), slowType: kind, signal: bars(1, 12), signalType: kind },
    scale: price,
  },
  { name: "macdfix", theirs: "MACDFIX", inputs: close, params: { signal: bars() }, scale: price },
  { name: "mama", theirs: "MAMA", inputs: close, params: { fastLimit: real(0.1, 0.99), slowLimit: real(0.01, 0.1) } },
  {
    name: "mavp",
    theirs: "MAVP",
    inputs: close,
    params: { shortest: bars(), longest: bars(), type: kind },
    options: (params) => [...extremes(params), meanTypes.indexOf(String(params["type"]))],
    columns: (bars, params) => [bars.close, cyclePeriods(bars, extremes(params)[1]!)],
  },
  { name: "max", theirs: "MAX", inputs: close, params: period },
  { name: "maxindex", theirs: "MAXINDEX", inputs: close, params: period, isInteger: true, compare: meantClose },
  { name: "medprice", theirs: "MEDPRICE", inputs: highLow, params: {} },
  { name: "mfi", theirs: "MFI", inputs: traded, params: period, scale: hundred },
  { name: "midpoint", theirs: "MIDPOINT", inputs: close, params: period },
  { name: "midprice", theirs: "MIDPRICE", inputs: highLow, params: period },
  { name: "min", theirs: "MIN", inputs: close, params: period },
  { name: "minindex", theirs: "MININDEX", inputs: close, params: period, isInteger: true, compare: meantClose },
  { name: "minmax", theirs: "MINMAX", inputs: close, params: period },
  { name: "minmaxindex", theirs: "MINMAXINDEX", inputs: close, params: period, isInteger: true, compare: meantClose },
  { name: "minus-di", theirs: "MINUS_DI", inputs: ranges, params: period, scale: hundred },
  { name: "minus-dm", theirs: "MINUS_DM", inputs: highLow, params: period, scale: price },
  { name: "mom", theirs: "MOM", inputs: close, params: from1 },
  { name: "mult", theirs: "MULT", inputs: ["close", "volume"], params: {} },
  { name: "natr", theirs: "NATR", inputs: ranges, params: period },
  { name: "obv", theirs: "OBV", inputs: ["close", "volume"], params: {}, scale: ({ volume }) => top(volume) },
  { name: "plus-di", theirs: "PLUS_DI", inputs: ranges, params: period, scale: hundred },
  { name: "plus-dm", theirs: "PLUS_DM", inputs: highLow, params: period, scale: price },
  { name: "ppo", theirs: "PPO", inputs: close, params: { fast: bars(), slow: bars(), type: kind }, scale: hundred },
  { name: "roc", theirs: "ROC", inputs: close, params: from1, scale: hundred },
  { name: "rocp", theirs: "ROCP", inputs: close, params: from1, scale: one },
  { name: "rocr", theirs: "ROCR", inputs: close, params: from1 },
  { name: "rocr100", theirs: "ROCR100", inputs: close, params: from1 },
  { name: "rsi", theirs: "RSI", inputs: close, params: period, scale: hundred },
  { name: "sar", theirs: "SAR", inputs: highLow, params: { acceleration: real(0, 0.1), maximum: real(0, 0.4) } },
  {
    name: "sarext",
    theirs: "SAREXT",
    inputs: highLow,
    params: {
      startValue: fc.constantFrom(0, 90, -110),
      offsetOnReverse: fc.constantFrom(0, 0.02),
      initialLong: real(0, 0.1),
      accelerationLong: real(0, 0.1),
      maximumLong: real(0, 0.4),
      initialShort: real(0, 0.1),
      accelerationShort: real(0, 0.1),
      maximumShort: real(0, 0.4),
    },
  },
  { name: "sma", theirs: "SMA", inputs: close, params: period },
  { name: "stddev", theirs: "STDDEV", inputs: close, params: { period: bars(5), deviations: real(0.5, 3) }, scale: price },
  {
    name: "stochastic",
    theirs: "STOCH",
    inputs: ranges,
    params: { period: bars(1), slowing: bars(1, 9), signal: bars(1, 9) },
    options: ({ period, slowing, signal }) => [Number(period), Number(slowing), 0, Number(signal), 0],
    scale: hundred,
  },
  { name: "stochf", theirs: "STOCHF", inputs: ranges, params: { period: bars(1), signal: bars(1, 9), type: smooth }, scale: hundred },
  {
    name: "stochrsi",
    theirs: "STOCHRSI",
    inputs: close,
    params: { period: bars(6), stochasticPeriod: bars(2, 20), signal: bars(1, 9), type: smooth },
    scale: hundred,
    onlyMoving: true,
  },
  { name: "sub", theirs: "SUB", inputs: highLow, params: {} },
  { name: "sum", theirs: "SUM", inputs: close, params: period },
  { name: "t3", theirs: "T3", inputs: close, params: { period: bars(), volumeFactor: real(0, 1) } },
  { name: "tema", theirs: "TEMA", inputs: close, params: period },
  { name: "trange", theirs: "TRANGE", inputs: ranges, params: {} },
  { name: "trima", theirs: "TRIMA", inputs: close, params: period },
  { name: "trix", theirs: "TRIX", inputs: close, params: period, scale: hundred },
  { name: "tsf", theirs: "TSF", inputs: close, params: period },
  { name: "typprice", theirs: "TYPPRICE", inputs: ranges, params: {} },
  { name: "ultosc", theirs: "ULTOSC", inputs: ranges, params: { first: bars(1), second: bars(1), third: bars(1) }, scale: hundred },
  {
    name: "variance",
    theirs: "VAR",
    inputs: close,
    params: from1,
    options: ({ period }) => [Number(period), 1],
    scale: (bars) => price(bars) ** 2,
  },
  { name: "wclprice", theirs: "WCLPRICE", inputs: ranges, params: {} },
  { name: "willr", theirs: "WILLR", inputs: ranges, params: period, scale: hundred },
  { name: "wma", theirs: "WMA", inputs: close, params: period },
];

/** TA-Lib's options for chosen parameters of ours. */
export const optionsOf = ({ params, options }: Twin, chosen: Params) =>
  options
    ? options(chosen)
    : Object.keys(params).map((name) => (typeof chosen[name] === "string" ? meanTypes.indexOf(chosen[name]) : chosen[name]!));

/** What TA-Lib is given of the bars for chosen parameters of ours. */
export const columnsFor = ({ inputs, columns, prepare }: Twin, chosen: Params, bars: Bars): readonly Float64Array[] =>
  columns ? columns(bars, chosen) : inputs.map((input) => prepare?.(bars[input]) ?? bars[input]);
