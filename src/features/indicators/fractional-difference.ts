import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { recentValues } from "../lag.ts";

/**
 * Fractional difference of the close of order `order`, over a fixed width (Hosking, 1981; López de Prado, 2018): Σ wₖ × close k bars ago
 * with w₀ = 1 and wₖ = −wₖ₋₁ (order − k + 1) / k.
 */
export default indicator({
  name: "fractional-difference",
  params: { order: z.number().min(0).max(2).default(0.4), width: barCount(50) },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ width }) => width - 1,
  start({ order, width }) {
    const recent = recentValues(width);
    const weights = new Float64Array(width); // Oldest first.
    let weight = 1;
    for (let ago = 0; ago < width; ago++) {
      weights[width - 1 - ago] = weight;
      weight *= -(order - ago) / (ago + 1);
    }
    return (close) => {
      recent.update(close);
      let total = 0;
      for (let index = 0; index < width; index++) total += weights[index]! * recent.values[recent.start + index]!;
      return total;
    };
  },
});
