import * as indicatorts from "indicatorts";
import * as technicalIndicators from "technicalindicators";
import * as tradingSignals from "trading-signals";
import type { Bars } from "../../src/domain/index.ts";
import { batchIndicator, type Indicator, indicators } from "../../src/features/index.ts";

// What the npm libraries have that we have, in the form in which they take it: arrays of plain numbers, or a value or candle at a time.

/** The same bars as the libraries want them; made before the clock starts. */
export interface PlainBars {
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
  readonly volume: number[];
  readonly candles: readonly Candle[];
}

interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** One of our indicators beside a library's. */
export interface Pair {
  readonly name: keyof typeof indicators;
  readonly params: Readonly<Record<string, number>>;
  /** Which of our outputs is compared, where there are several. */
  readonly output?: string;
  /** Computes all of it and gives the last number. */
  theirs(bars: PlainBars): number | undefined;
}

export const plainBars = (bars: Bars): PlainBars => {
  const { open, high, low, close, volume } = bars;
  const candles = Array.from(close, (price, row) => ({
    open: open[row]!,
    high: high[row]!,
    low: low[row]!,
    close: price,
    volume: volume[row]!,
  }));
  return { open: [...open], high: [...high], low: [...low], close: [...close], volume: [...volume], candles };
};

/** A library's streaming indicator over inputs; the last result it gave. */
function streamed<Input, Result>(
  indicator: { update(input: Input, replace: boolean): Result },
  inputs: readonly Input[],
): Result | undefined {
  let last: Result | undefined;
  for (const input of inputs) last = indicator.update(input, false);
  return last;
}

const { SMA, EMA, WMA, RSI, ROC, BollingerBands, ATR, ADX, CCI, WilliamsR, OBV, MFI, MACD, TRIX, ADL, Stochastic } = technicalIndicators;

const ofTechnicalIndicators: readonly Pair[] = [
  { name: "sma", params: { period: 20 }, theirs: ({ close }) => SMA.calculate({ period: 20, values: close }).at(-1) },
  { name: "ema", params: { period: 20 }, theirs: ({ close }) => EMA.calculate({ period: 20, values: close }).at(-1) },
  { name: "wma", params: { period: 20 }, theirs: ({ close }) => WMA.calculate({ period: 20, values: close }).at(-1) },
  { name: "rsi", params: { period: 14 }, theirs: ({ close }) => RSI.calculate({ period: 14, values: close }).at(-1) },
  { name: "roc", params: { period: 10 }, theirs: ({ close }) => ROC.calculate({ period: 10, values: close }).at(-1) },
  {
    name: "bollinger",
    params: { period: 20, deviations: 2 },
    output: "upper",
    theirs: ({ close }) => BollingerBands.calculate({ period: 20, stdDev: 2, values: close }).at(-1)?.upper,
  },
  {
    name: "macd",
    params: { fast: 12, slow: 26, signal: 9 },
    output: "line",
    theirs: ({ close }) =>
      MACD.calculate({
        values: close,
        fastPeriod: 12,
        slowPeriod: 26,
        signalPeriod: 9,
        SimpleMAOscillator: false,
        SimpleMASignal: false,
      }).at(-1)?.MACD,
  },
  { name: "atr", params: { period: 14 }, theirs: ({ high, low, close }) => ATR.calculate({ period: 14, high, low, close }).at(-1) },
  { name: "adx", params: { period: 14 }, theirs: ({ high, low, close }) => ADX.calculate({ period: 14, high, low, close }).at(-1)?.adx },
  {
    name: "cci",
    params: { period: 20 },
    theirs: ({ high, low, close }) => CCI.calculate({ period: 20, high, low, close }).at(-1),
  },
  { name: "willr", params: { period: 14 }, theirs: ({ high, low, close }) => WilliamsR.calculate({ period: 14, high, low, close }).at(-1) },
  {
    name: "stochf",
    params: { period: 14, signal: 3 },
    output: "k",
    theirs: ({ high, low, close }) => Stochastic.calculate({ period: 14, signalPeriod: 3, high, low, close }).at(-1)?.k,
  },
  { name: "trix", params: { period: 18 }, theirs: ({ close }) => TRIX.calculate({ period: 18, values: close }).at(-1) },
  { name: "obv", params: {}, theirs: ({ close, volume }) => OBV.calculate({ close, volume }).at(-1) },
  { name: "ad", params: {}, theirs: ({ high, low, close, volume }) => ADL.calculate({ high, low, close, volume }).at(-1) },
  {
    name: "mfi",
    params: { period: 14 },
    theirs: ({ high, low, close, volume }) => MFI.calculate({ period: 14, high, low, close, volume }).at(-1),
  },
];

const signals = tradingSignals;

const ofTradingSignals: readonly Pair[] = [
  { name: "sma", params: { period: 20 }, theirs: ({ close }) => streamed(new signals.SMA(20), close) ?? undefined },
  { name: "ema", params: { period: 20 }, theirs: ({ close }) => streamed(new signals.EMA(20), close) },
  { name: "wma", params: { period: 20 }, theirs: ({ close }) => streamed(new signals.WMA(20), close) ?? undefined },
  { name: "dema", params: { period: 20 }, theirs: ({ close }) => streamed(new signals.DEMA(20), close) ?? undefined },
  { name: "tema", params: { period: 20 }, theirs: ({ close }) => streamed(new signals.TEMA(20), close) ?? undefined },
  { name: "rsi", params: { period: 14 }, theirs: ({ close }) => streamed(new signals.RSI(14, signals.WSMA), close) ?? undefined },
  { name: "mom", params: { period: 10 }, theirs: ({ close }) => streamed(new signals.MOM(10), close) ?? undefined },
  {
    name: "bollinger",
    params: { period: 20, deviations: 2 },
    output: "upper",
    theirs: ({ close }) => streamed(new signals.BollingerBands(20, 2), close)?.upper,
  },
  {
    name: "macd",
    params: { fast: 12, slow: 26, signal: 9 },
    output: "line",
    theirs: ({ close }) => streamed(new signals.MACD(new signals.EMA(12), new signals.EMA(26), new signals.EMA(9)), close)?.macd,
  },
  { name: "atr", params: { period: 14 }, theirs: ({ candles }) => streamed(new signals.ATR(14, signals.WSMA), candles) ?? undefined },
  { name: "adx", params: { period: 14 }, theirs: ({ candles }) => streamed(new signals.ADX(14, signals.WSMA), candles) ?? undefined },
  { name: "cci", params: { period: 20 }, theirs: ({ candles }) => streamed(new signals.CCI(20), candles) ?? undefined },
  { name: "willr", params: { period: 14 }, theirs: ({ candles }) => streamed(new signals.WilliamsR(14), candles) ?? undefined },
  { name: "obv", params: {}, theirs: ({ candles }) => streamed(new signals.OBV(2), candles) ?? undefined },
  { name: "mfi", params: { period: 14 }, theirs: ({ candles }) => streamed(new signals.MFI(14), candles) ?? undefined },
];

const ofIndicatorts: readonly Pair[] = [
  { name: "sma", params: { period: 20 }, theirs: ({ close }) => indicatorts.sma(close, { period: 20 }).at(-1) },
  { name: "ema", params: { period: 20 }, theirs: ({ close }) => indicatorts.ema(close, { period: 20 }).at(-1) },
  { name: "dema", params: { period: 20 }, theirs: ({ close }) => indicatorts.dema(close, { period: 20 }).at(-1) },
  { name: "tema", params: { period: 20 }, theirs: ({ close }) => indicatorts.tema(close, { period: 20 }).at(-1) },
  { name: "trima", params: { period: 20 }, theirs: ({ close }) => indicatorts.trima(close, { period: 20 }).at(-1) },
  { name: "max", params: { period: 20 }, theirs: ({ close }) => indicatorts.mmax(close, { period: 20 }).at(-1) },
  { name: "min", params: { period: 20 }, theirs: ({ close }) => indicatorts.mmin(close, { period: 20 }).at(-1) },
  { name: "sum", params: { period: 20 }, theirs: ({ close }) => indicatorts.msum(close, { period: 20 }).at(-1) },
  { name: "rsi", params: { period: 14 }, theirs: ({ close }) => indicatorts.rsi(close, { period: 14 }).at(-1) },
  {
    name: "bollinger",
    params: { period: 20, deviations: 2 },
    output: "upper",
    theirs: ({ close }) => indicatorts.bb(close, { period: 20 }).upper.at(-1),
  },
  {
    name: "macd",
    params: { fast: 12, slow: 26, signal: 9 },
    output: "line",
    theirs: ({ close }) => indicatorts.macd(close, { fast: 12, slow: 26, signal: 9 }).macdLine.at(-1),
  },
  { name: "willr", params: { period: 14 }, theirs: ({ high, low, close }) => indicatorts.willr(high, low, close, { period: 14 }).at(-1) },
  { name: "obv", params: {}, theirs: ({ close, volume }) => indicatorts.obv(close, volume).at(-1) },
  { name: "ad", params: {}, theirs: ({ high, low, close, volume }) => indicatorts.ad(high, low, close, volume).at(-1) },
];

/** What each library can do that we can, by its name. */
export const libraries: Readonly<Record<string, readonly Pair[]>> = {
  "technicalindicators": ofTechnicalIndicators,
  "trading-signals": ofTradingSignals,
  "indicatorts": ofIndicatorts,
};

/** The last number of ours. */
export function ours({ name, params, output }: Pair, bars: Bars): number {
  const kind: Indicator = indicators[name];
  const values = batchIndicator(kind, params, bars);
  const width = Math.max(kind.outputs.length, 1);
  return values[values.length - width + (output === undefined ? 0 : kind.outputs.indexOf(output))]!;
}
