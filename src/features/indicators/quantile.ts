import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { sortedWindow } from "../order-statistics.ts";

/** Quantile of the last `period` closes, between neighbours in proportion (type 7 of Hyndman & Fan, 1996); 0.5 is their median. */
export default indicator({
  name: "quantile",
  params: { period: barCount(20), share: z.number().min(0).max(1).default(0.5) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period, share }) {
    const sorted = sortedWindow(period);
    return (close) => {
      sorted.update(close);
      return sorted.quantile(share);
    };
  },
});
