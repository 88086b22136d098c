/**
 * A mean that forgets: the plain mean of the first `period` values, then mean += decay × (value − mean), as TA-Lib seeds it.
 * `decay` is 2 / (period + 1) for an exponential mean and 1 / period for Wilder's.
 */
export function seededMean(period: number, decay: number): (value: number) => number {
  let mean = 0;
  let count = 0;
  return (value) => {
    mean += (count < period ? 1 / ++count : decay) * (value - mean);
    return mean;
  };
}

/** Decay of an exponential mean over `period` values. */
export const exponentialDecay = (period: number): number => 2 / (period + 1);

/** Decay of Wilder's mean over `period` values. */
const wilderDecay = (period: number): number => 1 / period;

/** Holds back the first `skip` values, giving NaN for them: what smooths an average begins where that average is defined. */
export function delayed(skip: number, smooth: (value: number) => number): (value: number) => number {
  let seen = 0;
  return (value) => {
    if (seen === skip) return smooth(value);
    seen++;
    return NaN;
  };
}

/** An exponential mean over `period` values, seeded by their plain mean. */
export const exponentialMean = (period: number): ((value: number) => number) => seededMean(period, exponentialDecay(period));

/** Wilder's mean over `period` values, seeded by their plain mean. */
export const wilderMean = (period: number): ((value: number) => number) => seededMean(period, wilderDecay(period));
