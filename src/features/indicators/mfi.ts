import { typicalPrice } from "../bar-prices.ts";
import { barCount, indicator } from "../indicator.ts";
import { gainShare } from "../oscillators.ts";

/**
 * Money flow index, from 0 to 100: typical price times volume of the bars in which that price rose, over that of those in which it rose
 * or fell, of `period`; 0 without any, and only then: TA-Lib takes any sum below 1 for none (Quong & Soudack, 1989; TA-Lib MFI).
 */
export default indicator({
  name: "mfi",
  params: { period: barCount(14) },
  inputs: ["high", "low", "close", "volume"],
  unit: "percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const share = gainShare(period);
    let previous = NaN;
    return (high, low, close, volume) => {
      const price = typicalPrice(high, low, close);
      const change = price - previous;
      const isFirst = Number.isNaN(previous);
      previous = price;
      if (isFirst) return NaN;
      return share(change > 0 ? price * volume : 0, change < 0 ? price * volume : 0);
    };
  },
});
