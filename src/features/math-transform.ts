import { z } from "zod";
import { closeLocation } from "./bar-prices.ts";
import { indicator } from "./indicator.ts";

/**
 * What a function of one number can be taken of: where the close stands in its bar ("location", −1 at the low to 1 at the high), the
 * close over the open ("relative"), or a column of the bar as it is, which depends on the price's scale.
 */
const operands = {
  location: (_open: number, high: number, low: number, close: number) => closeLocation(high, low, close),
  relative: (open: number, _high: number, _low: number, close: number) => close / open,
  open: (open: number) => open,
  high: (_open: number, high: number) => high,
  low: (_open: number, _high: number, low: number) => low,
  close: (_open: number, _high: number, _low: number, close: number) => close,
  volume: (_open: number, _high: number, _low: number, _close: number, volume: number) => volume,
} as const satisfies Record<string, (open: number, high: number, low: number, close: number, volume: number) => number>;

/** The operands of functions that are defined between −1 and 1 or everywhere. */
export const ofAnySign = ["location", "relative", "open", "high", "low", "close", "volume"] as const;

/** The operands of functions that are defined above 0 only. */
export const ofPositive = ["relative", "open", "high", "low", "close", "volume"] as const;

/** Declares one of TA-Lib's math transforms, of the first operand by default; outside a function's domain it is not a number. */
export const mathTransform = <const Of extends readonly [keyof typeof operands, ...(keyof typeof operands)[]]>(
  name: string,
  transform: (value: number) => number,
  of: Of,
) =>
  indicator({
    name,
    params: { of: z.enum(of).default(of[0] as never) },
    inputs: ["open", "high", "low", "close", "volume"],
    unit: "ratio",
    warmup: () => 0,
    start(params) {
      const operand: (open: number, high: number, low: number, close: number, volume: number) => number =
        operands[params.of as keyof typeof operands];
      return (open, high, low, close, volume) => transform(operand(open, high, low, close, volume));
    },
  });
