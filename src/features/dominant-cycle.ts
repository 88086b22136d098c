import { type HomodyneDiscriminator, homodyneDiscriminator } from "./hilbert.ts";

const longest = 50; // No cycle counts as longer, in bars.

/** Sine and cosine of i / n of a turn at [n × (longest + 1) + i]. */
const turns = (wave: (angle: number) => number) =>
  Float64Array.from({ length: (longest + 1) ** 2 }, (_, index) => {
    const bars = Math.floor(index / (longest + 1));
    return bars === 0 ? 0 : wave((2 * Math.PI * (index % (longest + 1))) / bars);
  });
const sines = turns(Math.sin);
const cosines = turns(Math.cos);

/** The last 50 values; those that were never there are 0. */
function lastFifty() {
  const values = new Float64Array(longest);
  let latest = longest - 1;
  return {
    values,
    push(value: number): number {
      latest = latest + 1 === longest ? 0 : latest + 1;
      values[latest] = value;
      return latest;
    },
  };
}

const wholeBars = ({ period }: HomodyneDiscriminator) => Math.floor(period + 0.5);

/** Where price stands in its dominant cycle. */
export interface CyclePhase {
  readonly cycle: HomodyneDiscriminator;
  /** Degrees, from −45 to 315. */
  readonly degrees: number;
  /** Of the phase, and of the phase an eighth of a turn later. */
  readonly sine: number;
  readonly leadSine: number;
  /** Takes the next price; true once its filters run. */
  update(price: number): boolean;
}

/** Phase of the dominant cycle: that of the smoothed price's Fourier term over one such cycle (Ehlers, 2001; TA-Lib HT_DCPHASE). */
export function cyclePhase(): CyclePhase {
  const cycle = homodyneDiscriminator(37);
  const smoothed = lastFifty();

  const measure = (latest: number) => {
    const bars = wholeBars(cycle);
    let real = 0;
    let imaginary = 0;
    for (let ago = 0, at = latest; ago < bars; ago++, at = at === 0 ? longest - 1 : at - 1) {
      real += sines[bars * (longest + 1) + ago]! * smoothed.values[at]!;
      imaginary += cosines[bars * (longest + 1) + ago]! * smoothed.values[at]!;
    }
    // Where there is no cosine term at all the last phase is turned by a quarter, as TA-Lib does it.
    let degrees = imaginary === 0 ? phase.degrees + 90 * Math.sign(real) : (Math.atan(real / imaginary) * 180) / Math.PI;
    degrees += 90 + 360 / cycle.period; // The smoothing lags by one bar.
    if (imaginary < 0) degrees += 180;
    return degrees > 315 ? degrees - 360 : degrees;
  };

  const phase = {
    cycle,
    degrees: 0,
    sine: 0,
    leadSine: 0,
    update(price: number) {
      if (!cycle.update(price)) return false;
      phase.degrees = measure(smoothed.push(cycle.smoothed));
      phase.sine = Math.sin((phase.degrees * Math.PI) / 180);
      phase.leadSine = Math.sin(((phase.degrees + 45) * Math.PI) / 180);
      return true;
    },
  };
  return phase;
}

/**
 * Ehlers' instantaneous trendline (TA-Lib HT_TRENDLINE): the mean price over one dominant cycle, smoothed with weights 4, 3, 2, 1.
 * Takes prices and the cycle measured with them; `runs` tells whether that is measured already.
 */
export function cycleTrendline(): (price: number, cycle: HomodyneDiscriminator, runs: boolean) => number {
  const prices = lastFifty();
  let [mean1, mean2, mean3] = [0, 0, 0];
  return (price, cycle, runs) => {
    const latest = prices.push(price);
    if (!runs) return NaN;
    const bars = wholeBars(cycle);
    let total = 0;
    for (let ago = 0, at = latest; ago < bars; ago++, at = at === 0 ? longest - 1 : at - 1) total += prices.values[at]!;
    const mean = bars > 0 ? total / bars : 0;
    const trendline = (4 * mean + 3 * mean1 + 2 * mean2 + mean3) / 10;
    mean3 = mean2;
    mean2 = mean1;
    mean1 = mean;
    return trendline;
  };
}
