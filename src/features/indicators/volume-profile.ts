import { z } from "zod";
import { typicalPrice } from "../bar-prices.ts";
import { barCount, indicator } from "../indicator.ts";
import { volumeProfile } from "../volume-at-price.ts";

/**
 * Where the last `period` bars traded (Steidlmayer, 1984): middle of the one of `bins` equal price bins with the most volume, and the
 * bounds of the bins around it that hold `share` of it. A bar trades at its typical price; without volume each bar counts alike.
 */
export default indicator({
  name: "volume-profile",
  params: { period: barCount(50), bins: z.int().min(2).max(1000).default(24), share: z.number().gt(0).lte(1).default(0.7) },
  inputs: ["high", "low", "close", "volume"],
  outputs: ["pointOfControl", "valueAreaHigh", "valueAreaLow"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period, bins, share }) {
    const profile = volumeProfile(period, bins, share);
    const out = new Float64Array(3);
    return (high, low, close, volume) => {
      profile.update(typicalPrice(high, low, close), volume);
      out[0] = profile.pointOfControl;
      out[1] = profile.top;
      out[2] = profile.bottom;
      return out;
    };
  },
});
