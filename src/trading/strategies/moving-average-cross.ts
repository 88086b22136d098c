import { z } from "zod";
import { strategy } from "../strategy.ts";

/** Long while the mean close of the last `fast` bars is above that of the last `slow`, else flat or short (Brock, Lakonishok & LeBaron, 1992). */
export default strategy({
  name: "moving-average-cross",
  params: {
    fast: z.int().min(1).max(10_000).default(20).describe("Bars of the shorter mean"),
    slow: z.int().min(2).max(10_000).default(100).describe("Bars of the longer mean"),
    allowShort: z.boolean().default(false).describe("Short instead of flat below"),
  },
  agent({ fast, slow, allowShort }) {
    const size = Math.max(fast, slow);
    const closes = new Float64Array(size);
    let seen = 0;
    const mean = (count: number) => {
      let sum = 0;
      for (let age = 0; age < count; age++) sum += closes[(seen - 1 - age) % size]!;
      return sum / count;
    };
    return {
      update: ({ close }) => void (closes[seen++ % size] = close),
      decide({ position }) {
        if (seen < size) return null;
        const wanted = mean(fast) > mean(slow) ? 1 : allowShort ? -1 : 0;
        return wanted === Math.sign(position) ? null : wanted; // Drift of prices alone never trades.
      },
    };
  },
});
