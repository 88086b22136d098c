import { barCount, indicator } from "../indicator.ts";
import { delayed, exponentialMean } from "../smoothing.ts";

/**
 * True strength index (Blau, 1991), from −100 to 100: the close's change, smoothed twice, over its absolute change smoothed likewise; 0
 * where nothing moved.
 */
export default indicator({
  name: "tsi",
  params: { slow: barCount(25, 1), fast: barCount(13, 1) },
  inputs: ["close"],
  unit: "signed-percent",
  warmup: ({ slow, fast }) => slow + fast - 1,
  start({ slow, fast }) {
    const smoothing = () => {
      const first = exponentialMean(slow);
      const second = delayed(slow - 1, exponentialMean(fast));
      return (value: number) => second(first(value));
    };
    const net = smoothing();
    const gross = smoothing();
    let previous = NaN;
    return (close) => {
      const change = close - previous;
      const isFirst = Number.isNaN(previous);
      previous = close;
      if (isFirst) return NaN;
      const moved = net(change);
      const path = gross(Math.abs(change));
      return path === 0 ? 0 : (100 * moved) / path;
    };
  },
});
