import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/** Volume over its mean of the last `period` bars, this one included; 1 where nothing was traded in all of them. */
export default indicator({
  name: "volume-ratio",
  params: { period: barCount(20) },
  inputs: ["volume"],
  unit: "ratio",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const total = rollingFold(period, sum);
    return (volume) => {
      const traded = total(volume);
      return traded === 0 ? 1 : (volume * period) / traded;
    };
  },
});
