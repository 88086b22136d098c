/**
 * Ehlers' Hilbert transformer (Rocket Science for Traders, 2001): a quarter turn of phase by a filter over seven values, whose gain
 * follows the period measured last.
 */
function hilbertTransformer(): (value: number, gain: number) => number {
  const past = new Float64Array(8);
  let index = 0;
  return (value, gain) => {
    past[index] = value;
    const turned = (0.0962 * (value - past[(index - 6) & 7]!) + 0.5769 * (past[(index - 2) & 7]! - past[(index - 4) & 7]!)) * gain;
    index = (index + 1) & 7;
    return turned;
  };
}

/** What Ehlers' homodyne discriminator measures of a price. */
export interface HomodyneDiscriminator {
  /** Price, smoothed with weights 4, 3, 2, 1. */
  readonly smoothed: number;
  readonly inPhase: number;
  readonly quadrature: number;
  /** Length of the dominant cycle in bars, smoothed. */
  readonly period: number;
  /** Takes the next price; true once its filters run. */
  update(price: number): boolean;
}

/** A new estimate of the period, held within half as much again, two thirds, 6 and 50 bars of the last, and smoothed. */
function nextPeriod(last: number, real: number, imaginary: number): number {
  const measured = imaginary !== 0 && real !== 0 ? (2 * Math.PI) / Math.atan(imaginary / real) : last;
  const near = Math.max(Math.min(measured, 1.5 * last), 0.67 * last);
  return 0.2 * Math.max(6, Math.min(50, near)) + 0.8 * last;
}

/** Measures the period of the dominant cycle; its filters begin at bar `skip`, 12 or 37 as in TA-Lib. */
export function homodyneDiscriminator(skip: number): HomodyneDiscriminator {
  const detrend = hilbertTransformer();
  const turn = hilbertTransformer();
  const turnInPhase = hilbertTransformer();
  const turnQuadrature = hilbertTransformer();
  let [price1, price2, price3] = [NaN, NaN, NaN]; // One, two and three bars ago.
  let [trend1, trend2, trend3] = [0, 0, 0];
  let [phasorI, phasorQ, real, imaginary, period] = [0, 0, 0, 0, 0];
  let seen = 0;

  const measure = (smoothed: number) => {
    const gain = 0.075 * period + 0.54;
    const detrended = detrend(smoothed, gain);
    const quadrature = turn(detrended, gain);
    const inPhase = trend3;
    trend3 = trend2;
    trend2 = trend1;
    trend1 = detrended;
    const nextQ = 0.2 * (quadrature + turnInPhase(inPhase, gain)) + 0.8 * phasorQ;
    const nextI = 0.2 * (inPhase - turnQuadrature(quadrature, gain)) + 0.8 * phasorI;
    real = 0.2 * (nextI * phasorI + nextQ * phasorQ) + 0.8 * real;
    imaginary = 0.2 * (nextI * phasorQ - nextQ * phasorI) + 0.8 * imaginary;
    phasorI = nextI;
    phasorQ = nextQ;
    period = nextPeriod(period, real, imaginary);
    cycle.inPhase = inPhase;
    cycle.quadrature = quadrature;
    cycle.period = 0.33 * period + 0.67 * cycle.period;
  };

  const cycle = {
    smoothed: NaN,
    inPhase: 0,
    quadrature: 0,
    period: 0,
    update(price: number) {
      cycle.smoothed = 0.1 * (4 * price + 3 * price1 + 2 * price2 + price3);
      price3 = price2;
      price2 = price1;
      price1 = price;
      const runs = seen >= skip;
      if (runs) measure(cycle.smoothed);
      else seen++;
      return runs;
    },
  };
  return cycle;
}
