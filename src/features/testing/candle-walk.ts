import type { Random } from "../../base/index.ts";
import { type Bars, barsFrom } from "../../domain/index.ts";
import { flatBars } from "../sample-bars.ts";

/** The market that made-up candles are said to come from. */
const { instrument } = flatBars(1);

/** A candle as open, high, low and close. */
export type Candle = readonly [open: number, high: number, low: number, close: number];

/**
 * Candles of patterns that no walk finds often enough, in units of a usual body, as open, high, low and close. Upside down they are
 * others, or nearly some.
 */
const rareShapes: readonly (readonly Candle[])[] = Object.entries({
  "a mat hold": "0 2.2 -0.2 2, 2.9 3 2.5 2.6, 2.5 2.6 1.7 1.8, 2.2 2.3 1.5 1.6, 1.7 4 1.7 3.8",
  "a breakaway": "0 0.1 -2.1 -2, -2.5 -2.4 -3.1 -3, -3 -2.7 -3.4 -3.3, -3.3 -3 -4 -3.9, -3.9 -2.1 -4 -2.2",
  "three stars in the south": "0 0.1 -4.2 -1.7, -1 -0.9 -3.5 -1.6, -2 -2 -2.3 -2.3",
  "a concealing baby swallow": "0 0 -2 -2, -1.9 -1.9 -3 -3, -3.5 -2.5 -4 -4, -2 -2 -4.5 -4.4",
  "rising three methods": "0 2.2 -0.2 2, 1.8 1.9 1.2 1.3, 1.4 1.5 0.8 0.9, 1 1.1 0.4 0.5, 0.7 2.7 0.6 2.6",
  "a ladder bottom": "0 0.1 -1.1 -1, -0.5 -0.4 -1.9 -1.8, -1.2 -1 -2.7 -2.6, -2.5 -1.8 -3.2 -3.1, -2 -0.5 -2.1 -0.6",
  "an abandoned baby": "0 2.1 -0.1 2, 2.8 2.9 2.7 2.8, 2 2.1 -0.1 0.1",
  "three black crows": "0 1.1 -0.1 1, 1.2 1.3 0.2 0.2, 0.8 0.9 -0.6 -0.6, 0 0.1 -1.4 -1.4",
  "a unique three river": "0 0.1 -2.1 -2, -1 -0.8 -2.6 -1.6, -2.3 -2 -2.4 -2.1",
  "an upside gap with two crows": "0 2.1 -0.1 2, 2.8 2.9 2.4 2.5, 3 3.1 2.2 2.3",
  "two crows": "0 2.1 -0.1 2, 2.9 3 2.3 2.4, 2.7 2.8 0.9 1",
  "a modified hikkake, confirmed": "0 3 -3 1, 1 2 -2 -1.9, 0 1 -1 0.5, 0 0.5 -1.5 0, 0 2 -0.5 1.5",
}).map(([, candles]) => candles.split(", ").map((candle) => candle.split(" ").map(Number) as unknown as Candle));

/**
 * Candles in which patterns are frequent: on a grid of `tick` so coarse that prices are often equal, with moods that last a few candles
 * (long bodies, dojis, bodies without shadows), runs of one colour, gaps, candles within the one before them, and now and then one of
 * the rare shapes, blurred by a tick, either way up.
 */
export function candleWalk(random: Random, rows: number, tick: number): Bars {
  const candles: Candle[] = [];
  const pick = <Value>(values: readonly Value[]): Value => values[random.below(values.length)]!;
  const snap = (price: number): number => Math.round(price / tick) * tick;
  let mood = 0;
  let colour = 1;
  let shadowless = 0.3;

  const walk = (previous: Candle): Candle => {
    if (random.uniform() < 0.4) mood = random.below(5);
    if (random.uniform() < 0.45) colour = -colour;
    if (random.uniform() < 0.1) shadowless = pick([0, 0.3, 0.9]);
    const length = tick * [0, 1 + random.below(3), 2 + random.below(6), 8 + random.below(16), 24 + random.below(24)][mood]!;
    const level = pick([...previous, previous[0] + tick, previous[3] - tick, (previous[0] + previous[3]) / 2]);
    // Some start at a price of the candle before, some end there; far from where all began they turn back.
    const drift = tick * (level > 1600 * tick ? -40 : level < 400 * tick ? 40 : 0);
    const open = snap(random.uniform() < 0.5 ? level : level - colour * length) + drift;
    const close = open + colour * length;
    const shadow = () => (random.uniform() < shadowless ? 0 : tick * pick([1, 2, 3, 6, 12, 40]));
    return [open, Math.max(open, close) + shadow(), Math.min(open, close) - shadow(), close];
  };

  const shape = (): Candle[] => {
    const latest = candles.slice(-10);
    const unit = latest.reduce((total, [open, , , close]) => total + Math.abs(close - open), 0) / latest.length;
    const start = latest.at(-1)![3];
    const sign = pick([1, -1]);
    const place = (price: number) => snap(start + sign * 1.2 * unit * price) + tick * pick([-1, 0, 0, 0, 1]);
    return pick(rareShapes).map((candle) => {
      const [open, one, other, close] = candle.map(place) as [number, number, number, number];
      return consistent([open, Math.max(one, other), Math.min(one, other), close]);
    });
  };

  while (candles.length < rows) {
    if (candles.length > 10 && random.uniform() < 0.03) candles.push(...shape());
    else candles.push(walk(candles.at(-1) ?? [1000 * tick, 1000 * tick, 1000 * tick, 1000 * tick]));
  }
  return barsOf(candles.slice(0, rows));
}

const barsOf = (candles: readonly Candle[]): Bars =>
  barsFrom(
    instrument,
    candles.map(([open, high, low, close], index) => ({ closeTime: index + 1, open, high, low, close, volume: 1 })),
  );

/** Candles of a window around a pattern: five that a pattern may be made of, and twelve before them that set its limits. */
const [patternSize, windowSize] = [5, 17];

/**
 * The border of a pattern: walks that start at windows which end with one, at the bars `ends`, and wander among such windows. Each of
 * their `steps` tries to move one to three prices of the last candles by some ticks or to another price nearby, or to turn a candle's
 * colour, and goes there if the pattern `isFound` still; all that was tried is in the result, found or not, one window after the other.
 */
export function patternBorder(
  random: Random,
  bars: Bars,
  ends: readonly number[],
  { steps, tick, isFound }: { readonly steps: number; readonly tick: number; readonly isFound: (window: readonly Candle[]) => boolean },
): Bars {
  const result: Candle[] = [];
  for (const end of ends) {
    let window = Array.from({ length: windowSize }, (_, index): Candle => {
      const at = end - windowSize + 1 + index;
      return [bars.open[at]!, bars.high[at]!, bars.low[at]!, bars.close[at]!];
    });
    for (let step = 0; step < steps; step++) {
      const next = changed(random, window, tick);
      result.push(...next);
      if (isFound(next)) window = next;
    }
  }
  return barsOf(result);
}

function changed(random: Random, window: readonly Candle[], tick: number): Candle[] {
  const candles = [...window];
  const first = windowSize - patternSize;
  const some = () => first + random.below(patternSize);
  // At times the candles before become all alike, as long as one of the last, so that lengths are just as long as the mean.
  if (random.uniform() < 0.1) {
    const [open, , , close] = candles[some()]!;
    const [body, above, below] = [Math.abs(close - open), tick * random.below(6), tick * random.below(6)];
    for (let index = 0; index < first; index++) {
      const bottom = Math.min(candles[index]![0], candles[index]![3]);
      candles[index] = [bottom, bottom + body + above, bottom - below, bottom + body];
    }
  }
  for (let change = random.below(3); change >= 0; change--) {
    const index = some();
    const prices = [...candles[index]!] as [number, number, number, number];
    const which = random.below(4);
    if (random.uniform() < 0.15) [prices[0], prices[3]] = [prices[3], prices[0]];
    else if (random.uniform() < 0.6) prices[which]! += tick * (random.below(7) - 3);
    else prices[which] = candles[some()]![random.below(4)]! + tick * (random.below(3) - 1);
    candles[index] = consistent(prices);
  }
  return candles;
}

/** The same with a high that is the highest and a low that is the lowest. */
const consistent = ([open, high, low, close]: Candle): Candle => [open, Math.max(open, high, close), Math.min(open, low, close), close];
