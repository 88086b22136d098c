import { barCount, indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";
import { standardMoments } from "../moments.ts";

/** Skewness of the last `period` log returns, of the population; 0 where all are equal. */
export default indicator({
  name: "skewness",
  params: { period: barCount(60) },
  inputs: ["close"],
  unit: "score",
  warmup: ({ period }) => period,
  start({ period }) {
    const logReturn = logReturns();
    const moments = standardMoments(period);
    return (close) => {
      const change = logReturn(close);
      if (!Number.isNaN(change)) moments.update(change);
      return moments.skewness;
    };
  },
});
