import { indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";

/** Negative volume index (Fosback, 1976) as a logarithm: running total of the log returns of bars whose volume fell. */
export default indicator({
  name: "negative-volume",
  params: {},
  inputs: ["close", "volume"],
  unit: "return",
  warmup: () => 0,
  start() {
    const logReturn = logReturns();
    let previous = NaN;
    let total = 0;
    return (close, volume) => {
      const change = logReturn(close);
      if (volume < previous) total += change;
      previous = volume;
      return total;
    };
  },
});
