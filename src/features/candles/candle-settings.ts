/** What a setting measures a candle by: its real body, its whole range, or both of its shadows together. */
type Measure = "body" | "range" | "shadows";

/**
 * What counts as long, short, near and so on, as TA-Lib has it by default: `factor` times the mean of the measure over the
 * `period` candles before the one in question, or of that candle itself where the period is 0.
 */
export const candleSettings = {
  bodyLong: { measure: "body", period: 10, factor: 1 },
  bodyShort: { measure: "body", period: 10, factor: 1 },
  bodyDoji: { measure: "range", period: 10, factor: 0.1 },
  shadowLong: { measure: "body", period: 0, factor: 1 },
  shadowVeryLong: { measure: "body", period: 0, factor: 2 },
  shadowShort: { measure: "shadows", period: 10, factor: 0.5 }, // Half, for there are two of them.
  shadowVeryShort: { measure: "range", period: 10, factor: 0.1 },
  near: { measure: "range", period: 5, factor: 0.2 },
  far: { measure: "range", period: 5, factor: 0.6 },
  equal: { measure: "range", period: 5, factor: 0.05 },
} as const satisfies Record<string, { readonly measure: Measure; readonly period: number; readonly factor: number }>;

/** The name of one of them. */
export type CandleSetting = keyof typeof candleSettings;
