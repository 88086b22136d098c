import { falseBreakout } from "../candles/false-breakout.ts";

/**
 * Modified hikkake (TA-Lib CDLHIKKAKEMOD), ±100: two candles each inside the one before it, the first closing near the end towards
 * which the breakout goes. The sign is against the breakout, and ±200 once a later close confirms it.
 */
export default falseBreakout({
  name: "cdl-modified-hikkake",
  lookback: 5,
  limits: { near: [2] },
  detect({ high, low, close }, { near }) {
    if (!(high(2) < high(3) && low(2) > low(3) && high(1) < high(2) && low(1) > low(2))) return 0;
    if (high(0) < high(1) && low(0) < low(1) && close(2) <= low(2) + near(2)) return 1;
    return high(0) > high(1) && low(0) > low(1) && close(2) >= high(2) - near(2) ? -1 : 0;
  },
});
