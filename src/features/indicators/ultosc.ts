import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/**
 * Ultimate oscillator, from 0 to 100: buying pressure over true range, of three spans that weigh 4, 2 and 1 from the shortest; 0 for a
 * span without range (Williams, 1985; TA-Lib ULTOSC).
 */
export default indicator({
  name: "ultosc",
  params: { first: barCount(7, 1), second: barCount(14, 1), third: barCount(28, 1) },
  inputs: ["high", "low", "close"],
  unit: "percent",
  warmup: ({ first, second, third }) => Math.max(first, second, third),
  start({ first, second, third }) {
    const spans = [first, second, third].toSorted((left, right) => left - right);
    const pressures = spans.map((period) => rollingFold(period, sum));
    const ranges = spans.map((period) => rollingFold(period, sum));
    let previous = NaN;
    return (high, low, close) => {
      const floor = Math.min(low, previous);
      const range = Math.max(high, previous) - floor;
      const isFirst = Number.isNaN(previous);
      previous = close;
      if (isFirst) return NaN;
      let total = 0;
      for (let span = 0; span < 3; span++) {
        const pressure = pressures[span]!(close - floor);
        const width = ranges[span]!(range);
        if (width > 0) total += ((4 >> span) * pressure) / width;
      }
      return (100 * total) / 7;
    };
  },
});
