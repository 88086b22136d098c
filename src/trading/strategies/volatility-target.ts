import { z } from "zod";
import { barCount, indicators } from "../../features/index.ts";
import { exposureForVolatility } from "../sizing.ts";
import { strategy } from "../strategy.ts";

/**
 * Holds as much as keeps volatility at a target: exposure = target ÷ volatility of the last bars, at most `most`. It trades once
 * that is `band` away from what is held (volatility-managed portfolios: Moreira & Muir, 2017).
 */
export default strategy({
  name: "volatility-target",
  params: {
    target: z.number().positive().default(0.01).describe("Volatility of a bar to aim at, as a share: 0.01 is 1 %"),
    period: barCount(20).describe("Bars over which volatility is measured"),
    most: z.number().positive().max(1).default(1).describe("Largest share of equity to hold"),
    band: z.number().min(0).default(0.1).describe("Difference of exposure that is not worth a trade"),
  },
  start({ target, period, most, band }) {
    const next = indicators["rolling-volatility"].start({ period });
    let seen = 0;
    let volatility = NaN;
    return {
      update({ close }) {
        volatility = next(close);
        seen++;
      },
      onBar({ account }) {
        if (seen <= period) return null;
        const wanted = exposureForVolatility(target, volatility, most);
        return Math.abs(wanted - account.exposure) > band ? wanted : null;
      },
    };
  },
});
