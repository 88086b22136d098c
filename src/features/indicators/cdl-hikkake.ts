import { falseBreakout } from "../candles/false-breakout.ts";

/**
 * Hikkake (Chesler, 2003; TA-Lib CDLHIKKAKE), ±100: a candle inside the one before it, then one that breaks out of it with both its
 * high and its low. The sign is against the breakout, and ±200 once a later close confirms it.
 */
export default falseBreakout({
  name: "cdl-hikkake",
  lookback: 5,
  detect({ high, low }) {
    if (!(high(1) < high(2) && low(1) > low(2))) return 0;
    if (high(0) < high(1) && low(0) < low(1)) return 1;
    return high(0) > high(1) && low(0) > low(1) ? -1 : 0;
  },
});
