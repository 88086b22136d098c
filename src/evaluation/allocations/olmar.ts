import { z } from "zod";
import { allocation, latest } from "../allocation-definition.ts";
import { dot } from "../portfolio-math/covariance.ts";
import { ontoSimplex } from "../portfolio-math/simplex.ts";

/**
 * On-line moving average reversion (Li & Hoi, 2012): expects each price back at its mean of the last bars, and moves from what it holds
 * no further than to expect `epsilon` times its wealth.
 */
export default allocation({
  name: "olmar",
  summary: "on-line moving average reversion",
  params: {
    window: z.int().min(2).max(10_000).default(5).describe("Bars of the moving average"),
    epsilon: z.number().min(1).default(10).describe("Growth that is reached for"),
  },
  needed: ({ window }) => window - 1,
  start:
    ({ window, epsilon }) =>
    (past, held) => {
      const { values, rows, assets } = latest(past, window - 1);
      // Mean of the last prices over the newest: from the newest back, each price is the one after it over 1 + r.
      const expected = Float64Array.from({ length: assets }, (_, asset) => {
        let [price, sum] = [1, 1];
        for (let row = rows - 1; row >= 0; row--) sum += price /= 1 + values[row * assets + asset]!;
        return sum / (rows + 1);
      });
      const mean = expected.reduce((sum, value) => sum + value, 0) / assets;
      const away = expected.map((value) => value - mean);
      const squares = dot(away, away);
      const step = squares > 0 ? Math.max(0, (epsilon - dot(held, expected)) / squares) : 0;
      return ontoSimplex(held.map((weight, asset) => weight + step * away[asset]!));
    },
});
