import { type Definition, over } from "./definition.ts";
import { each, exponentialMeans, maxima, means, minima, sumOf, sums, weightedMeans, wilderMeans, window } from "./plain-columns.ts";

/** Wilder's relative strength index. */
const strengths = (values: readonly number[], period: number): number[] => {
  const change = each(values.length, (index) => values[index]! - values[index - 1]!);
  const gain = wilderMeans(
    change.map((value) => Math.max(value, 0)),
    period,
  );
  const loss = wilderMeans(
    change.map((value) => Math.max(-value, 0)),
    period,
  );
  return gain.map((up, index) => over(100 * up, up + loss[index]!, 0));
};

/**
 * Each value in shares of its range of `period` values, the last one where there is no range, each smoothed with the half of the one
 * before.
 */
const smoothedPlaces = (values: readonly number[], period: number): number[] => {
  const first = values.findIndex((value) => !Number.isNaN(value));
  let place = 0;
  let smoothed = NaN;
  return values.map((value, index) => {
    if (index < first) return NaN;
    const seen = values.slice(Math.max(first, index - period + 1), index + 1);
    const [least, most] = [Math.min(...seen), Math.max(...seen)];
    if (most > least) place = (100 * (value - least)) / (most - least);
    smoothed = Number.isNaN(smoothed) ? place : smoothed + 0.5 * (place - smoothed);
    return smoothed;
  });
};

/** Oscillators, by definition. */
export const oscillatorDefinitions: readonly Definition[] = [
  {
    name: "fisher",
    params: { period: 6 },
    plain: ({ middle, at }) => {
      const [place, fisher]: number[][] = [[], []];
      at((index) => {
        if (index < 5) return NaN;
        const seen = window(middle, index, 6);
        const least = Math.min(...seen);
        const raw =
          0.66 * (Math.max(...seen) === least ? 0 : (middle[index]! - least) / (Math.max(...seen) - least) - 0.5) +
          0.67 * (place![index - 1] ?? 0);
        place![index] = Math.min(0.999, Math.max(-0.999, raw));
        return (fisher![index] = Math.atanh(place![index]!) + 0.5 * (fisher![index - 1] ?? 0));
      });
      return [fisher!, at((index) => fisher![index - 1] ?? 0)];
    },
  },
  {
    name: "connors-rsi",
    params: { period: 3, streakPeriod: 2, rankPeriod: 20 },
    plain: ({ close, share, at }) => {
      const streak: number[] = [];
      at((index) => {
        const last = streak[index - 1] ?? 0;
        if (index === 0) return (streak[0] = NaN);
        if (share[index]! > 0) return (streak[index] = last > 0 ? last + 1 : 1);
        return (streak[index] = share[index]! < 0 ? (last < 0 ? last - 1 : -1) : 0);
      });
      const [price, run] = [strengths(close, 3), strengths(streak, 2)];
      return [
        at(
          (index) => (price[index]! + run[index]! + 5 * share.slice(index - 20, index).filter((value) => value < share[index]!).length) / 3,
        ),
      ];
    },
  },
  {
    name: "tsi",
    params: { slow: 8, fast: 5 },
    plain: ({ change, at }) => {
      const net = exponentialMeans(exponentialMeans(change, 8), 5);
      const gross = exponentialMeans(exponentialMeans(change.map(Math.abs), 8), 5);
      return [at((index) => over(100 * net[index]!, gross[index]!, 0))];
    },
  },
  {
    name: "coppock",
    params: { short: 4, long: 7, period: 5 },
    plain: ({ close, at }) => [
      weightedMeans(
        at((index) => 100 * (close[index]! / close[index - 4]! - 1) + 100 * (close[index]! / close[index - 7]! - 1)),
        5,
      ),
    ],
  },
  {
    name: "kst",
    params: { signal: 9 },
    plain: ({ close, at }) => {
      const roc = (lag: number) => at((index) => 100 * (close[index]! / close[index - lag]! - 1));
      const [a, b, c, d] = [means(roc(10), 10), means(roc(15), 10), means(roc(20), 10), means(roc(30), 15)];
      const kst = at((index) => a[index]! + 2 * b[index]! + 3 * c[index]! + 4 * d[index]!);
      return [kst, means(kst, 9)];
    },
  },
  {
    name: "dpo",
    params: { period: 10 },
    plain: ({ close, at }) => {
      const mean = means(close, 10);
      return [at((index) => close[index - 6]! - mean[index]!)];
    },
  },
  {
    name: "awesome",
    params: { fast: 3, slow: 11 },
    plain: ({ middle, at }) => {
      const [fast, slow] = [means(middle, 3), means(middle, 11)];
      return [at((index) => fast[index]! - slow[index]!)];
    },
  },
  {
    name: "accelerator",
    params: { period: 5 },
    plain: ({ middle, at }) => {
      const [fast, slow] = [means(middle, 5), means(middle, 34)];
      const awesome = at((index) => fast[index]! - slow[index]!);
      const mean = means(awesome, 5);
      return [at((index) => awesome[index]! - mean[index]!)];
    },
  },
  {
    name: "elder-ray",
    params: { period: 7 },
    plain: ({ high, low, close, at }) => {
      const mean = exponentialMeans(close, 7);
      return [at((index) => high[index]! - mean[index]!), at((index) => low[index]! - mean[index]!)];
    },
  },
  {
    name: "mass-index",
    params: { meanPeriod: 4, period: 6 },
    plain: ({ range, at }) => {
      const single = exponentialMeans(range, 4);
      const double = exponentialMeans(single, 4);
      return [
        sums(
          at((index) => over(single[index]!, double[index]!, 1)),
          6,
        ),
      ];
    },
  },
  {
    name: "vortex",
    params: { period: 6 },
    plain: ({ high, low, trueRange, at }) => {
      const total = sums(trueRange, 6);
      const rises = sums(
        at((index) => Math.abs(high[index]! - low[index - 1]!)),
        6,
      );
      const falls = sums(
        at((index) => Math.abs(low[index]! - high[index - 1]!)),
        6,
      );
      return [at((index) => over(rises[index]!, total[index]!, 0)), at((index) => over(falls[index]!, total[index]!, 0))];
    },
  },
  {
    name: "choppiness",
    params: { period: 6 },
    plain: ({ high, low, trueRange, at }) => {
      const [path, most, least] = [sums(trueRange, 6), maxima(high, 6), minima(low, 6)];
      return [
        at((index) =>
          most[index] === least[index] ? 100 : (100 * Math.log10(path[index]! / (most[index]! - least[index]!))) / Math.log10(6),
        ),
      ];
    },
  },
  {
    name: "efficiency-ratio",
    params: { period: 6 },
    plain: ({ close, change, at }) => [
      at((index) => over(Math.abs(close[index]! - close[index - 6]!), sumOf(window(change, index, 6).map(Math.abs)), 1)),
    ],
  },
  {
    name: "stc",
    params: { fast: 5, slow: 9, cycle: 4 },
    plain: ({ close, at }) => {
      const [fast, slow] = [exponentialMeans(close, 5), exponentialMeans(close, 9)];
      const first = smoothedPlaces(
        at((index) => fast[index]! - slow[index]!),
        4,
      );
      return [
        smoothedPlaces(
          first.map((value, index) => (index < 8 + 3 ? NaN : value)),
          4,
        ),
      ];
    },
  },
  {
    name: "relative-vigor",
    params: { period: 5 },
    plain: ({ open, close, range, at }) => {
      const smooth = (values: readonly number[]) =>
        at((index) => (values[index]! + 2 * values[index - 1]! + 2 * values[index - 2]! + values[index - 3]!) / 6);
      const bodies = sums(smooth(at((index) => close[index]! - open[index]!)), 5);
      const ranges = sums(smooth(range), 5);
      const vigor = at((index) => over(bodies[index]!, ranges[index]!, 0));
      return [vigor, smooth(vigor)];
    },
  },
  {
    name: "qstick",
    params: { period: 5 },
    plain: ({ open, close, at }) => [
      means(
        at((index) => close[index]! - open[index]!),
        5,
      ),
    ],
  },
  {
    name: "psychological-line",
    params: { period: 5 },
    plain: ({ change, at }) => [at((index) => 20 * window(change, index, 5).filter((value) => value > 0).length)],
  },
];
