import { barCount, indicator } from "../indicator.ts";
import { highest, rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/**
 * Ulcer index (Martin, 1987), in per cent: root mean square over `period` bars of how far each close is below the highest of the
 * `period` up to it.
 */
export default indicator({
  name: "ulcer-index",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "signed-percent",
  warmup: ({ period }) => 2 * (period - 1),
  start({ period }) {
    const top = rollingFold(period, highest);
    const total = delayed(period - 1, rollingFold(period, sum));
    return (close) => Math.sqrt(total((100 * (close / top(close) - 1)) ** 2) / period);
  },
});
