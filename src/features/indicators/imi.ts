import { barCount, indicator } from "../indicator.ts";
import { gainShare } from "../oscillators.ts";

/**
 * Intraday momentum index, from 0 to 100: rises from open to close of `period` bars over rises and falls; 0 where nothing moved (Chande,
 * 1994; TA-Lib IMI).
 */
export default indicator({
  name: "imi",
  params: { period: barCount(14) },
  inputs: ["open", "close"],
  unit: "percent",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const share = gainShare(period);
    return (open, close) => share(Math.max(close - open, 0), Math.max(open - close, 0));
  },
});
