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
export const wilderDecay = (period: number): number => 1 / period;
