import { type MeanType, meanLookback, startMean } from "./moving-average.ts";
import { highest, lowest, rollingFold, sum } from "./rolling.ts";
import { delayed, wilderMean } from "./smoothing.ts";

interface MeanChoice {
  readonly period: number;
  readonly type: MeanType;
}

/** A fast and a slow moving average of the same values. */
export interface PriceOscillator {
  /** Index of the first value with both. */
  readonly lookback: number;
  readonly fast: number;
  readonly slow: number;
  update(value: number): void;
}

/**
 * Two moving averages, the one of the shorter period being the fast one, whichever is given first. They begin with the first value,
 * or `together`: so late that their first means are of the same value, as TA-Lib's MACD has it and its APO and PPO have not.
 */
export function priceOscillator(first: MeanChoice, second: MeanChoice, begin: "first" | "together"): PriceOscillator {
  const [short, long] = second.period < first.period ? [second, first] : [first, second];
  const [shortLookback, longLookback] = [meanLookback(short.type, short.period), meanLookback(long.type, long.period)];
  const lookback = Math.max(shortLookback, longLookback);
  const fastMean = delayed(begin === "together" ? lookback - shortLookback : 0, startMean(short.type, short.period));
  const slowMean = delayed(begin === "together" ? lookback - longLookback : 0, startMean(long.type, long.period));
  const means = {
    lookback,
    fast: NaN,
    slow: NaN,
    update(value: number) {
      means.fast = fastMean(value);
      means.slow = slowMean(value);
    },
  };
  return means;
}

/** Gains of the last `period` bars over gains and losses, from 0 to 100; 0 where there are neither. */
export function gainShare(period: number): (gain: number, loss: number) => number {
  const gains = rollingFold(period, sum);
  const losses = rollingFold(period, sum);
  return (gain, loss) => {
    const gained = gains(gain);
    const total = gained + losses(loss);
    return total === 0 ? 0 : (100 * gained) / total;
  };
}

/** Wilder's means of the rises and of the falls of a value. */
export interface WilderStrength {
  readonly gain: number;
  readonly loss: number;
  update(value: number): void;
}

/** Wilder's means over `period` changes; 0 before there is a change. */
export function wilderStrength(period: number): WilderStrength {
  const meanGain = wilderMean(period);
  const meanLoss = wilderMean(period);
  let previous = NaN;
  const strength = {
    gain: 0,
    loss: 0,
    update(value: number) {
      const change = value - previous;
      const isFirst = Number.isNaN(previous);
      previous = value;
      if (isFirst) return;
      strength.gain = meanGain(Math.max(change, 0));
      strength.loss = meanLoss(Math.max(-change, 0));
    },
  };
  return strength;
}

/** Where the close stands between the lowest low and the highest high of `period` bars, from 0 to 100; 0 without a range. */
export function stochasticPosition(period: number): (high: number, low: number, close: number) => number {
  const top = rollingFold(period, highest);
  const bottom = rollingFold(period, lowest);
  return (high, low, close) => {
    const floor = bottom(low);
    const range = top(high) - floor;
    return range === 0 ? 0 : (100 * (close - floor)) / range;
  };
}
