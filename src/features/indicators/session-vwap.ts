import { z } from "zod";
import { typicalPrice } from "../bar-prices.ts";
import { indicator } from "../indicator.ts";

/**
 * Volume-weighted average price since the session began, from typical prices; the latest typical price while nothing was traded. A
 * session is a day that begins at midnight, `utcOffsetMinutes` east of UTC; the bar that closes at midnight belongs to the day before.
 */
export default indicator({
  name: "session-vwap",
  params: { utcOffsetMinutes: z.int().min(-1440).max(1440).default(0) },
  inputs: ["high", "low", "close", "volume", "closeTime"],
  unit: "price",
  warmup: () => 0,
  start({ utcOffsetMinutes }) {
    let session = NaN;
    let value = 0;
    let traded = 0;
    return (high, low, close, volume, closeTime) => {
      const day = Math.ceil((closeTime + utcOffsetMinutes * 60_000) / 86_400_000);
      if (day !== session) value = traded = 0;
      session = day;
      const price = typicalPrice(high, low, close);
      value += price * volume;
      traded += volume;
      return traded === 0 ? price : value / traded;
    };
  },
});
