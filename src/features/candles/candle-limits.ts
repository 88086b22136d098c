import { type CandleSetting, candleSettings } from "./candle-settings.ts";
import { type CandleWindow, ringIndex } from "./candle-window.ts";

/** For each setting that a pattern uses, which candles it is asked of, counted back from the present one. */
export type AskedOf<Setting extends CandleSetting> = { readonly [Name in Setting]: readonly number[] };

/** The limits of each setting, in price: `bodyLong(2)` is the length from which the candle two before counts as long. */
export type Limits<Setting extends CandleSetting> = { readonly [Name in Setting]: (ago: number) => number };

/** Limits at work. */
export interface LimitStream<Setting extends CandleSetting> {
  readonly limits: Limits<Setting>;
  /** Takes note of the candle that has just been pushed. */
  update(): void;
}

/** The greatest number of candles that one of the settings takes its mean over; 0 of none. */
export const longestPeriod = (settings: AskedOf<CandleSetting> | object): number =>
  Math.max(0, ...Object.keys(settings).map((name) => candleSettings[name as CandleSetting].period));

/**
 * Follows the limits of a pattern that is first looked for at bar `first`. They are sums that run from there on, each step adding
 * one candle and taking one out, with roundings and all as in TA-Lib: prices lie on a grid, a body is often just as long as the
 * mean, and then the last bit decides. A limit that was not asked for, or is not there yet, is NaN.
 */
export function candleLimits<Setting extends CandleSetting>(
  { candles, measures }: CandleWindow,
  askedOf: AskedOf<Setting>,
  first: number,
): LimitStream<Setting> {
  const limits = {} as { [Name in Setting]: (ago: number) => number };
  const means: RunningSums[] = [];
  for (const name of Object.keys(askedOf) as Setting[]) {
    const { measure, period, factor } = candleSettings[name];
    if (period === 0) {
      limits[name] = measure === "body" ? (ago) => factor * candles.body(ago) : (ago) => factor * candles.range(ago);
    } else {
      const sums = new RunningSums(measures[measure], askedOf[name], period, first);
      means.push(sums);
      limits[name] = (ago) => factor * (sums.totals[ago]! / period);
    }
  }
  let index = -1;
  const update = () => {
    index++;
    for (let which = 0; which < means.length; which++) means[which]!.update(index);
  };
  return { limits, update };
}

/** Sums of a measure over the `period` candles before each of some candles. */
class RunningSums {
  /** By how many candles ago the candle is. */
  readonly totals: Float64Array;
  readonly #measure: Float64Array;
  readonly #agos: Int32Array;
  readonly #period: number;
  readonly #first: number;

  constructor(measure: Float64Array, agos: readonly number[], period: number, first: number) {
    this.totals = new Float64Array(Math.max(...agos) + 1).fill(NaN);
    this.#measure = measure;
    this.#agos = Int32Array.from(agos);
    this.#period = period;
    this.#first = first;
  }

  update(index: number): void {
    const { totals } = this;
    const measure = this.#measure;
    const agos = this.#agos;
    const period = this.#period;
    for (let which = 0; which < agos.length; which++) {
      const ago = agos[which]!;
      const newest = index - ago - 1;
      if (index > this.#first) totals[ago]! += measure[ringIndex(newest)]! - measure[ringIndex(newest - period)]!;
      else if (index === this.#first) totals[ago] = sumOf(measure, newest - period + 1, newest);
    }
  }
}

/** Of candles `from` to `to`, added up from the oldest on. */
function sumOf(measure: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let candle = from; candle <= to; candle++) total += measure[ringIndex(candle)]!;
  return total;
}
