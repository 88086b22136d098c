import { candlePattern } from "../candles/candle-pattern.ts";

/** Homing pigeon (TA-Lib CDLHOMINGPIGEON), 100: a short black body within a long black one. */
export default candlePattern({
  name: "cdl-homing-pigeon",
  lookback: 1,
  limits: { bodyLong: [1], bodyShort: [0] },
  detect: ({ isBlack, body, open, close }, { bodyLong, bodyShort }) =>
    isBlack(1) && isBlack(0) && body(1) > bodyLong(1) && body(0) <= bodyShort(0) && open(0) < open(1) && close(0) > close(1) ? 100 : 0,
});
