import { candlePattern } from "../candles/candle-pattern.ts";
import { isKicking, kickingLimits } from "../candles/kicking.ts";

/** Kicking (TA-Lib CDLKICKINGBYLENGTH), ±100: as `cdl-kicking`, but the sign is that of the longer body, of the first if they are equal. */
export default candlePattern({
  name: "cdl-kicking-by-length",
  lookback: 1,
  limits: kickingLimits,
  detect: (candles, limits) => (isKicking(candles, limits) ? 100 * candles.colour(candles.body(0) > candles.body(1) ? 0 : 1) : 0),
});
