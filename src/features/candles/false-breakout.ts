import { indicator } from "../indicator.ts";
import { type AskedOf, candleLimits, type Limits, longestPeriod } from "./candle-limits.ts";
import type { CandleSetting } from "./candle-settings.ts";
import { type Candles, candleWindow } from "./candle-window.ts";

/** Candles after a false breakout within which it may be confirmed. */
const patience = 3;

interface FalseBreakout<Setting extends CandleSetting> {
  readonly name: string;
  readonly lookback: number;
  readonly limits?: AskedOf<Setting>;
  /** Whether the present candle breaks out of an inside candle just before it: 1 downwards, which speaks for rising prices, −1 upwards. */
  detect(candles: Candles, limits: Limits<Setting>): 1 | 0 | -1;
}

/**
 * Declares a pattern that is told twice: ±100 at the breakout, and ±200 at the first close, at most three candles later, beyond the
 * other end of the inside candle.
 */
export function falseBreakout<Setting extends CandleSetting = never>({
  name,
  lookback,
  limits: askedOf = {} as AskedOf<Setting>,
  detect,
}: FalseBreakout<Setting>) {
  const warmup = longestPeriod(askedOf) + lookback;
  return indicator({
    name,
    params: {},
    inputs: ["open", "high", "low", "close"],
    unit: "pattern",
    warmup: () => warmup,
    start() {
      const window = candleWindow();
      const { candles, push } = window;
      const { limits, update } = candleLimits(window, askedOf, warmup - patience); // A breakout just before the first value still counts.
      let direction = 0;
      let level = NaN;
      let age = Infinity;
      return (open, high, low, close) => {
        push(open, high, low, close);
        update();
        const found = detect(candles, limits);
        if (found !== 0) {
          direction = found;
          level = found > 0 ? candles.high(1) : candles.low(1);
          age = 0;
          return 100 * direction;
        }
        if (++age > patience || !(direction * close > direction * level)) return 0;
        age = Infinity;
        return 200 * direction;
      };
    },
  });
}
