import { type Definition, over } from "./definition.ts";
import { correlationOfLists, each, maxima, meanOf, means, productsOf, shifted, squaresOf, sumOf, window } from "./plain-columns.ts";

const quantileOf = (values: readonly number[], share: number) => {
  const sorted = values.toSorted((left, right) => left - right);
  const place = share * (sorted.length - 1);
  const lower = Math.floor(place);
  return sorted[lower]! + (place - lower) * ((sorted[lower + 1] ?? sorted[lower]!) - sorted[lower]!);
};

const moment = (values: readonly number[], power: number) => meanOf(values.map((value) => (value - meanOf(values)) ** power));

/** Volatility and statistics, by definition. */
export const statisticsDefinitions: readonly Definition[] = [
  {
    name: "parkinson",
    params: { period: 5 },
    plain: ({ high, low, at }) => [
      means(
        at((i) => Math.log(high[i]! / low[i]!) ** 2 / (4 * Math.LN2)),
        5,
      ).map(Math.sqrt),
    ],
  },
  {
    name: "garman-klass",
    params: { period: 5 },
    plain: ({ open, high, low, close, at }) => [
      means(
        at((i) => Math.log(high[i]! / low[i]!) ** 2 / 2 - (2 * Math.LN2 - 1) * Math.log(close[i]! / open[i]!) ** 2),
        5,
      ).map(Math.sqrt),
    ],
  },
  {
    name: "rogers-satchell",
    params: { period: 5 },
    plain: ({ open, high, low, close, at }) => {
      const [u, d, c] = [high, low, close].map((prices) => at((i) => Math.log(prices[i]! / open[i]!)));
      return [
        means(
          at((i) => u![i]! * (u![i]! - c![i]!) + d![i]! * (d![i]! - c![i]!)),
          5,
        ).map((value) => Math.sqrt(Math.max(0, value))),
      ];
    },
  },
  {
    name: "yang-zhang",
    params: { period: 6 },
    plain: ({ open, high, low, close, at }) => {
      const [u, d, c] = [high, low, close].map((prices) => at((i) => Math.log(prices[i]! / open[i]!)));
      const within = means(
        at((i) => u![i]! * (u![i]! - c![i]!) + d![i]! * (d![i]! - c![i]!)),
        6,
      );
      const overnight = at((i) => Math.log(open[i]! / close[i - 1]!));
      const k = 0.34 / (1.34 + 7 / 5);
      return [
        at((i) =>
          Math.sqrt(Math.max(0, squaresOf(window(overnight, i, 6)) / 5 + (k * squaresOf(window(c!, i, 6))) / 5 + (1 - k) * within[i]!)),
        ),
      ];
    },
  },
  {
    name: "ewma-volatility",
    params: { lambda: 0.9 },
    plain: ({ logReturn, at }) => {
      const variance: number[] = [];
      return [at((i) => Math.sqrt((variance[i] = i < 2 ? logReturn[i]! ** 2 : 0.9 * variance[i - 1]! + 0.1 * logReturn[i]! ** 2)))];
    },
  },
  {
    name: "bipower-variation",
    params: { period: 5 },
    plain: ({ logReturn, at }) => [
      means(
        at((i) => (Math.PI / 2) * Math.abs(logReturn[i]! * (logReturn[i - 1] ?? NaN))),
        5,
      ).map(Math.sqrt),
    ],
  },
  {
    name: "downside-deviation",
    params: { period: 5 },
    plain: ({ logReturn }) => [
      means(
        logReturn.map((value) => Math.min(value, 0) ** 2),
        5,
      ).map(Math.sqrt),
    ],
  },
  { name: "overnight-gap", params: {}, plain: ({ open, close, at }) => [at((i) => Math.log(open[i]! / close[i - 1]!))] },
  {
    name: "ulcer-index",
    params: { period: 5 },
    plain: ({ close, at }) => {
      const most = maxima(close, 5);
      return [
        means(
          at((i) => (100 * (close[i]! / most[i]! - 1)) ** 2),
          5,
        ).map(Math.sqrt),
      ];
    },
  },
  { name: "drawdown", params: { period: 9 }, plain: ({ close, at }) => [at((i) => close[i]! / Math.max(...window(close, i, 9)) - 1)] },
  { name: "quantile", params: { period: 9, share: 0.3 }, plain: ({ close, at }) => [at((i) => quantileOf(window(close, i, 9), 0.3))] },
  {
    name: "percent-rank",
    params: { period: 20 },
    plain: ({ close, at }) => [at((i) => 5 * close.slice(Math.max(0, i - 20), i).filter((value) => value < close[i]!).length)],
  },
  {
    name: "skewness",
    params: { period: 9 },
    plain: ({ logReturn, at }) => [at((i) => over(moment(window(logReturn, i, 9), 3), moment(window(logReturn, i, 9), 2) ** 1.5, 0))],
  },
  {
    name: "kurtosis",
    params: { period: 9 },
    plain: ({ logReturn, at }) => [at((i) => over(moment(window(logReturn, i, 9), 4), moment(window(logReturn, i, 9), 2) ** 2, 3) - 3)],
  },
  {
    name: "autocorrelation",
    params: { period: 9, lag: 2 },
    plain: ({ logReturn, at }) => [at((i) => correlationOfLists(window(shifted(logReturn, 2), i, 9), window(logReturn, i, 9)))],
  },
  {
    name: "variance-ratio",
    params: { period: 12, horizon: 3 },
    plain: ({ close, logReturn, at }) => {
      const long = at((i) => Math.log(close[i]! / close[i - 3]!));
      return [at((i) => over(squaresOf(window(long, i, 12)), 3 * squaresOf(window(logReturn, i, 12)), 1))];
    },
  },
  {
    name: "hurst",
    params: { period: 30 },
    plain: ({ close, at }) => {
      const horizons = [1, 2, 4, 8, 16];
      const xs = horizons.map(Math.log);
      const sizes = horizons.map((horizon) =>
        means(
          at((i) => Math.abs(Math.log(close[i]! / close[i - horizon]!))),
          30,
        ),
      );
      return [
        at((i) => {
          const ys = sizes.map((column) => Math.log(column[i]!));
          return ys.every(Number.isFinite) ? productsOf(xs, ys) / squaresOf(xs) : 0.5;
        }),
      ];
    },
  },
  {
    name: "fractional-difference",
    params: { order: 0.4, width: 12 },
    plain: ({ close, at }) => {
      const binomial = (k: number): number => (k === 0 ? 1 : (binomial(k - 1) * (0.4 - k + 1)) / k);
      return [at((i) => sumOf(each(12, (k) => (-1) ** k * binomial(k) * close[i - k]!)))];
    },
  },
  {
    name: "permutation-entropy",
    params: { period: 20, order: 3 },
    plain: ({ close, at }) => {
      const orders = at((i) =>
        Number([0, 1, 2].toSorted((left, right) => close[i - 2 + left]! - close[i - 2 + right]! || left - right).join("")),
      );
      return [
        at((i) => {
          const seen = window(orders, i, 20);
          return (
            -sumOf([...new Set(seen)].map((order) => seen.filter((other) => other === order).length / 20).map((p) => p * Math.log(p))) /
            Math.log(6)
          );
        }),
      ];
    },
  },
  {
    name: "rolling-sharpe",
    params: { period: 9 },
    plain: ({ logReturn, at }) => [at((i) => over(meanOf(window(logReturn, i, 9)), Math.sqrt(squaresOf(window(logReturn, i, 9)) / 8), 0))],
  },
  {
    name: "r-squared",
    params: { period: 9 },
    plain: ({ close, at }) => [
      at(
        (i) =>
          correlationOfLists(
            window(close, i, 9),
            each(Math.min(9, i + 1), (place) => place),
          ) ** 2,
      ),
    ],
  },
  {
    name: "garch",
    params: { omega: 3e-6, alpha: 0.1, beta: 0.85 },
    plain: ({ logReturn, at }) => {
      // Unrolled: the long-run variance and every squared return, each as far as it has decayed since.
      const variance = (i: number) =>
        sumOf(each(i, (lag) => 0.85 ** lag * (3e-6 + 0.1 * logReturn[i - lag]! ** 2))) + 0.85 ** i * (3e-6 / (1 - 0.1 - 0.85));
      return [at((i) => Math.sqrt(variance(i)))];
    },
  },
];
