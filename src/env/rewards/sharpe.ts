import { z } from "zod";
import { reward } from "../reward.ts";

/** Sharpe ratio of the latest returns, per step and not annualised: mean ÷ standard deviation (n − 1) over at most `period` steps. */
export default reward({
  name: "sharpe",
  params: { period: z.int().min(2).default(32) },
  start({ period }) {
    const returns = new Float64Array(period);
    let seen = 0;
    return ({ simpleReturn }) => {
      returns[seen++ % period] = simpleReturn;
      const count = Math.min(seen, period);
      // Summed afresh: running sums of squares drift, and a window is short.
      let sum = 0;
      for (let index = 0; index < count; index++) sum += returns[index]!;
      const mean = sum / count;
      let squares = 0;
      for (let index = 0; index < count; index++) squares += (returns[index]! - mean) ** 2;
      const deviation = Math.sqrt(squares / (count - 1));
      return deviation > 1e-9 ? mean / deviation : 0; // Undefined until returns vary.
    };
  },
});
