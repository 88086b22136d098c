import { z } from "zod";
import type { ParamsOf, ParamsShape } from "../../base/index.ts";
import { indicator } from "../indicator.ts";
import { type AskedOf, candleLimits, type Limits, longestPeriod } from "./candle-limits.ts";
import type { CandleSetting } from "./candle-settings.ts";
import { type Candles, candleWindow } from "./candle-window.ts";

/** A pattern of the last few candles. */
interface CandlePattern<Shape extends ParamsShape, Setting extends CandleSetting> {
  readonly name: string;
  readonly params?: Shape;
  /** Candles before the present one that TA-Lib waits for, besides those that the longest mean takes. */
  readonly lookback: number;
  /** Which candles must be measured against which setting. */
  readonly limits?: AskedOf<Setting>;
  /** 100 where the pattern speaks for rising prices or merely is there, −100 where it speaks for falling ones, 0 where it is not there. */
  detect(candles: Candles, limits: Limits<Setting>, params: ParamsOf<Shape>): number;
}

/** How deep into an earlier body a candle must close, as a share of that body. */
export const penetration = (value: number) => z.number().nonnegative().max(3e37).default(value);

/** Declares a candle pattern: an indicator whose value is decided by the last few candles alone. */
export function candlePattern<const Shape extends ParamsShape = Record<never, never>, Setting extends CandleSetting = never>({
  name,
  params = {} as Shape,
  lookback,
  limits: askedOf = {} as AskedOf<Setting>,
  detect,
}: CandlePattern<Shape, Setting>) {
  const warmup = longestPeriod(askedOf) + lookback;
  return indicator({
    name,
    params,
    inputs: ["open", "high", "low", "close"],
    unit: "pattern",
    warmup: () => warmup,
    start(values) {
      const window = candleWindow();
      const { candles, push } = window;
      const { limits, update } = candleLimits(window, askedOf, warmup);
      return (open, high, low, close) => {
        push(open, high, low, close);
        update();
        return detect(candles, limits, values);
      };
    },
  });
}
