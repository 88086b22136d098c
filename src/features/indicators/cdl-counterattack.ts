import { candlePattern } from "../candles/candle-pattern.ts";
import { isWithin } from "../candles/candle-window.ts";

/**
 * Counterattack (TA-Lib CDLCOUNTERATTACK), ±100: two long candles of different colour that close at the same price. The sign is that of
 * the second.
 */
export default candlePattern({
  name: "cdl-counterattack",
  lookback: 1,
  limits: { bodyLong: [1, 0], equal: [1] },
  detect: ({ colour, body, close }, { bodyLong, equal }) =>
    colour(1) === -colour(0) && body(1) > bodyLong(1) && body(0) > bodyLong(0) && isWithin(close(0), close(1), equal(1))
      ? 100 * colour(0)
      : 0,
});
