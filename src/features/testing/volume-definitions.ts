import { type Definition, over } from "./definition.ts";
import { each, exponentialMeans, meanOf, means, productsOf, shifted, squaresOf, sumOf, sums, window } from "./plain-columns.ts";

/** What volume and liquidity tell, by definition. */
export const volumeDefinitions: readonly Definition[] = [
  {
    name: "chaikin-money-flow",
    params: { period: 5 },
    plain: ({ location, volume, at }) => {
      const [flow, traded] = [
        sums(
          at((index) => location[index]! * volume[index]!),
          5,
        ),
        sums(volume, 5),
      ];
      return [at((index) => over(flow[index]!, traded[index]!, 0))];
    },
  },
  { name: "money-flow-multiplier", params: {}, plain: ({ location }) => [location] },
  {
    name: "force-index",
    params: { period: 5 },
    plain: ({ change, volume, at }) => [
      exponentialMeans(
        at((index) => change[index]! * volume[index]!),
        5,
      ),
    ],
  },
  {
    name: "ease-of-movement",
    params: { period: 5 },
    plain: ({ middle, range, volume, at }) => [
      means(
        at((index) => over((middle[index]! - middle[index - 1]!) * range[index]!, volume[index]! / 1e8, index === 0 ? NaN : 0)),
        5,
      ),
    ],
  },
  {
    name: "klinger",
    params: { fast: 4, slow: 7, signal: 3 },
    plain: ({ typical, range, volume, at }) => {
      const trend = at((index) => (typical[index]! > typical[index - 1]! ? 1 : -1));
      const force = at((index) => {
        if (index === 0) return NaN;
        let cumulated = range[index]!;
        let place = index;
        for (; place > 0 && trend[place - 1] === trend[index]; place--) cumulated += range[place - 1]!;
        if (place > 0) cumulated += range[place - 1]!; // The bar at which the trend turned counts, too.
        return volume[index]! * Math.abs(over(2 * range[index]!, cumulated, 1) - 1) * trend[index]! * 100;
      });
      const [fast, slow] = [exponentialMeans(force, 4), exponentialMeans(force, 7)];
      const klinger = at((index) => fast[index]! - slow[index]!);
      return [klinger, exponentialMeans(klinger, 3)];
    },
  },
  {
    name: "price-volume-trend",
    params: {},
    plain: ({ share, volume, at }) => [at((index) => sumOf(share.slice(1, index + 1).map((value, place) => value * volume[place + 1]!)))],
  },
  {
    name: "negative-volume",
    params: {},
    plain: ({ logReturn, volume, at }) => [
      at((index) => sumOf(logReturn.slice(0, index + 1).filter((_, place) => place > 0 && volume[place]! < volume[place - 1]!))),
    ],
  },
  {
    name: "positive-volume",
    params: {},
    plain: ({ logReturn, volume, at }) => [
      at((index) => sumOf(logReturn.slice(0, index + 1).filter((_, place) => place > 0 && volume[place]! > volume[place - 1]!))),
    ],
  },
  {
    name: "pvo",
    params: { fast: 4, slow: 7, signal: 3 },
    plain: ({ volume, at }) => {
      const [fast, slow] = [exponentialMeans(volume, 4), exponentialMeans(volume, 7)];
      const line = at((index) => over(100 * (fast[index]! - slow[index]!), slow[index]!, 0));
      const signal = exponentialMeans(line, 3);
      return [line, signal, at((index) => line[index]! - signal[index]!)];
    },
  },
  {
    name: "volume-z-score",
    params: { period: 6 },
    plain: ({ volume, at }) => [
      at((index) => over(volume[index]! - meanOf(window(volume, index, 6)), Math.sqrt(squaresOf(window(volume, index, 6)) / 6), 0)),
    ],
  },
  {
    name: "amihud",
    params: { period: 5 },
    plain: ({ logReturn, close, volume, at }) => {
      const ratio = at((i) => (volume[i]! > 0 ? (1e6 * Math.abs(logReturn[i]!)) / (close[i]! * volume[i]!) : Infinity));
      return [
        at((i) => {
          const traded = window(ratio, i, 5).filter(Number.isFinite);
          return traded.length === 0 ? 0 : meanOf(traded);
        }),
      ];
    },
  },
  {
    name: "roll-spread",
    params: { period: 9 },
    plain: ({ change, at }) => [
      at((i) => 2 * Math.sqrt(Math.max(0, -productsOf(window(shifted(change, 1), i, 9), window(change, i, 9)) / 9))),
    ],
  },
  {
    name: "corwin-schultz",
    params: { period: 5 },
    plain: ({ high, low, at }) => [
      means(
        at((i) => {
          const k = 3 - 2 * Math.sqrt(2);
          const beta = Math.log(high[i]! / low[i]!) ** 2 + Math.log(high[i - 1]! / low[i - 1]!) ** 2;
          const gamma = Math.log(Math.max(high[i]!, high[i - 1]!) / Math.min(low[i]!, low[i - 1]!)) ** 2;
          const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / k - Math.sqrt(gamma / k);
          return Math.max(0, (2 * (Math.exp(alpha) - 1)) / (1 + Math.exp(alpha)));
        }),
        5,
      ),
    ],
  },
  {
    name: "volume-profile",
    params: { period: 12, bins: 6, share: 0.7 },
    plain: ({ typical, volume, at }) => {
      const found = at((i) => i).map((i) => {
        const [prices, traded] = [window(typical, i, 12), window(volume, i, 12)];
        const weights = sumOf(traded) > 0 ? traded : traded.map(() => 1);
        const [least, most] = [Math.min(...prices), Math.max(...prices)];
        const width = (most - least) / 6;
        const binOf = (price: number) => (width === 0 ? 0 : Math.min(5, Math.floor((price - least) / width)));
        const bins = each(6, (bin) => sumOf(weights.filter((_, place) => binOf(prices[place]!) === bin)));
        const fullest = bins.indexOf(Math.max(...bins));
        let [first, last] = [fullest, fullest];
        while (sumOf(bins.slice(first, last + 1)) < 0.7 * sumOf(weights) && last - first < 5) {
          if ((bins[last + 1] ?? -1) >= (bins[first - 1] ?? -1)) last++;
          else first--;
        }
        return [least + (fullest + 0.5) * width, least + (last + 1) * width, least + first * width];
      });
      return [0, 1, 2].map((output) => found.map((row) => row[output]!));
    },
  },
];
