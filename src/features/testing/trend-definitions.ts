import { type Definition, over } from "./definition.ts";
import { each, exponentialMeans, maxima, minima, sumOf, weightedMeans, wilderMeans, window } from "./plain-columns.ts";

/** Means, channels and stops, by definition. */
export const trendDefinitions: readonly Definition[] = [
  {
    name: "vwap",
    params: { period: 7 },
    plain: ({ at, typical, volume }) => [
      at((index) => {
        const traded = window(volume, index, 7);
        return over(sumOf(window(typical, index, 7).map((price, place) => price * traded[place]!)), sumOf(traded), typical[index]!);
      }),
    ],
  },
  {
    name: "vwma",
    params: { period: 7 },
    plain: ({ at, close, volume }) => [
      at((index) => {
        const traded = window(volume, index, 7);
        return over(sumOf(window(close, index, 7).map((price, place) => price * traded[place]!)), sumOf(traded), close[index]!);
      }),
    ],
  },
  {
    name: "ichimoku",
    params: { conversion: 4, base: 9, span: 17 },
    plain: ({ high, low, at }) => {
      const [conversion, base, long] = [4, 9, 17].map((period) => {
        const [most, least] = [maxima(high, period), minima(low, period)];
        return at((index) => (most[index]! + least[index]!) / 2);
      });
      return [conversion!, base!, at((index) => (conversion![index]! + base![index]!) / 2), long!];
    },
  },
  {
    name: "supertrend",
    params: { period: 5, multiplier: 2 },
    plain: ({ high, low, close, trueRange, at }) => {
      const width = wilderMeans(trueRange, 5);
      const [upper, lower, level, direction]: number[][] = [[], [], [], []];
      at((index) => {
        if (index < 5) return NaN;
        const basicUpper = (high[index]! + low[index]!) / 2 + 2 * width[index]!;
        const basicLower = (high[index]! + low[index]!) / 2 - 2 * width[index]!;
        const isFirst = index === 5;
        upper![index] =
          isFirst || basicUpper < upper![index - 1]! || close[index - 1]! > upper![index - 1]! ? basicUpper : upper![index - 1]!;
        lower![index] =
          isFirst || basicLower > lower![index - 1]! || close[index - 1]! < lower![index - 1]! ? basicLower : lower![index - 1]!;
        const last = isFirst ? 1 : direction![index - 1]!;
        if (last === 1) direction![index] = close[index]! < lower![index]! ? -1 : 1;
        else direction![index] = close[index]! > upper![index]! ? 1 : -1;
        return (level![index] = direction![index] === 1 ? lower![index]! : upper![index]!);
      });
      return [level!, direction!];
    },
  },
  {
    name: "keltner",
    params: { period: 8, rangePeriod: 5, multiplier: 1.5 },
    plain: ({ close, trueRange, at }) => {
      const [mean, width] = [exponentialMeans(close, 8), wilderMeans(trueRange, 5)];
      return [at((index) => mean[index]! + 1.5 * width[index]!), mean, at((index) => mean[index]! - 1.5 * width[index]!)];
    },
  },
  {
    name: "donchian",
    params: { period: 6 },
    plain: ({ high, low, at }) => {
      const [most, least] = [maxima(high, 6), minima(low, 6)];
      return [most, at((index) => (most[index]! + least[index]!) / 2), least];
    },
  },
  {
    name: "chandelier",
    params: { period: 6, multiplier: 2 },
    plain: ({ high, low, trueRange, at }) => {
      const [most, least, width] = [maxima(high, 6), minima(low, 6), wilderMeans(trueRange, 6)];
      return [at((index) => most[index]! - 2 * width[index]!), at((index) => least[index]! + 2 * width[index]!)];
    },
  },
  {
    name: "heikin-ashi",
    params: {},
    plain: ({ open, high, low, close, at }) => {
      const closes = at((index) => (open[index]! + high[index]! + low[index]! + close[index]!) / 4);
      const opens: number[] = [];
      at((index) => (opens[index] = index === 0 ? (open[0]! + close[0]!) / 2 : (opens[index - 1]! + closes[index - 1]!) / 2));
      return [
        opens,
        at((index) => Math.max(high[index]!, opens[index]!, closes[index]!)),
        at((index) => Math.min(low[index]!, opens[index]!, closes[index]!)),
        closes,
      ];
    },
  },
  {
    name: "hull",
    params: { period: 9 },
    plain: ({ close, at }) => {
      const [half, whole] = [weightedMeans(close, 4), weightedMeans(close, 9)];
      return [
        weightedMeans(
          at((index) => 2 * half[index]! - whole[index]!),
          3,
        ),
      ];
    },
  },
  {
    name: "alma",
    params: { period: 9, offset: 0.85, sigma: 6 },
    plain: ({ close, at }) => [
      at((index) => {
        const bell = each(9, (place) => Math.exp(-((place - 0.85 * 8) ** 2) / (2 * 1.5 ** 2)));
        return sumOf(window(close, index, 9).map((price, place) => price * bell[place]!)) / sumOf(bell);
      }),
    ],
  },
  {
    name: "zlema",
    params: { period: 9 },
    plain: ({ close, at }) => [
      exponentialMeans(
        at((index) => 2 * close[index]! - (close[index - 4] ?? NaN)),
        9,
      ),
    ],
  },
  {
    name: "vidya",
    params: { period: 10, momentumPeriod: 4 },
    plain: ({ close, change, at }) => {
      const mean: number[] = [];
      at((index) => {
        const moves = window(change, index, 4);
        const share = over(Math.abs(sumOf(moves)), sumOf(moves.map(Math.abs)), 0);
        return (mean[index] = index < 4 ? close[index]! : mean[index - 1]! + (2 / 11) * share * (close[index]! - mean[index - 1]!));
      });
      return [mean];
    },
  },
  {
    name: "super-smoother",
    params: { period: 10 },
    plain: ({ close, at }) => {
      const a = Math.exp((-Math.SQRT2 * Math.PI) / 10);
      const b = 2 * a * Math.cos((Math.SQRT2 * Math.PI) / 10);
      const smooth: number[] = [];
      at((index) => {
        const input = ((1 - b + a * a) * (close[index]! + close[index - 1]!)) / 2;
        return (smooth[index] = index < 2 ? close[index]! : input + b * smooth[index - 1]! - a * a * smooth[index - 2]!);
      });
      return [smooth];
    },
  },
  {
    name: "alligator",
    params: { jaw: 7, teeth: 5, lips: 3 },
    plain: ({ middle }) => [wilderMeans(middle, 7), wilderMeans(middle, 5), wilderMeans(middle, 3)],
  },
];
