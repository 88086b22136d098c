import { barCount, indicator } from "../indicator.ts";
import { priceOscillator } from "../oscillators.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/**
 * Schaff trend cycle (1999), from 0 to 100: where MACD stands in its range of `cycle` bars, smoothed by half, and where that stands in
 * its own, smoothed alike; where there is no range the last place is kept.
 */
export default indicator({
  name: "stc",
  params: { fast: barCount(23), slow: barCount(50), cycle: barCount(10) },
  inputs: ["close"],
  unit: "percent",
  warmup: ({ fast, slow, cycle }) => Math.max(fast, slow) + 2 * cycle - 3,
  start({ fast, slow, cycle }) {
    const lookback = Math.max(fast, slow) - 1;
    const means = priceOscillator({ period: fast, type: "ema" }, { period: slow, type: "ema" }, "first");
    const placed = () => {
      const top = rollingFold(cycle, highest);
      const bottom = rollingFold(cycle, lowest);
      let place = 0;
      let smoothed = NaN;
      return (value: number) => {
        const floor = bottom(value);
        const range = top(value) - floor;
        if (range > 0) place = (100 * (value - floor)) / range;
        smoothed = Number.isNaN(smoothed) ? place : (smoothed + place) / 2;
        return smoothed;
      };
    };
    const first = delayed(lookback, placed());
    const second = delayed(lookback + cycle - 1, placed());
    return (close) => {
      means.update(close);
      return second(first(means.fast - means.slow));
    };
  },
});
