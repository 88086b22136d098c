import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { recentValues } from "../lag.ts";

/**
 * Arnaud Legoux moving average (2009): the last `period` closes under a Gaussian bell centred at `offset` of the window, `period /
 * sigma` wide.
 */
export default indicator({
  name: "alma",
  params: { period: barCount(9), offset: z.number().min(0).max(1).default(0.85), sigma: z.number().gt(0).default(6) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period, offset, sigma }) {
    const recent = recentValues(period);
    const centre = offset * (period - 1);
    const bell = Float64Array.from({ length: period }, (_, index) => Math.exp(-((index - centre) ** 2) / (2 * (period / sigma) ** 2)));
    const total = bell.reduce((left, right) => left + right, 0);
    const weights = bell.map((weight) => weight / total);
    return (close) => {
      recent.update(close);
      let mean = 0;
      for (let index = 0; index < period; index++) mean += weights[index]! * recent.values[recent.start + index]!;
      return mean;
    };
  },
});
