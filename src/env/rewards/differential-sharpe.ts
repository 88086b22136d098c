import { z } from "zod";
import { reward } from "../reward.ts";

/** How much one return moves an exponentially weighted Sharpe ratio (Moody & Saffell, 2001). */
export default reward({
  name: "differential-sharpe",
  params: { adaptationRate: z.number().gt(0).lt(1).default(0.01) },
  start({ adaptationRate }) {
    let mean = 0,
      meanSquare = 0;
    return ({ simpleReturn }) => {
      const meanChange = simpleReturn - mean;
      const meanSquareChange = simpleReturn ** 2 - meanSquare;
      const variance = meanSquare - mean ** 2;
      const numerator = meanSquare * meanChange - 0.5 * mean * meanSquareChange;
      mean += adaptationRate * meanChange;
      meanSquare += adaptationRate * meanSquareChange;
      return variance > 1e-12 ? numerator / variance ** 1.5 : 0; // Undefined until returns vary.
    };
  },
});
