import { z } from "zod";

/** A figure that may not be defined, such as a Sharpe ratio without variance: then `null`, never 0 or NaN. */
export const figure = z.number().nullable();

/** Performance over one stretch. Shares are fractions (0.1 = 10 %); `null` where a figure is not defined, such as a Sharpe ratio without variance. */
export const Metrics = z.strictObject({
  totalReturn: figure,
  annualReturn: figure,
  annualVolatility: figure,
  sharpe: figure,
  sortino: figure,
  calmar: figure,
  maxDrawdown: figure,
  winRate: figure,
  profitFactor: figure,
  turnover: figure,
  exposure: figure,
  trades: z.int(),
  feesPaid: z.number(),
});

/** Bars of a data set: the closes of the first and the last, and how many there are. */
export const Stretch = z.strictObject({ from: z.number(), to: z.number(), bars: z.int() });

/** A difference between two strategies with how sure it is. */
export const Interval = z.strictObject({
  statistic: z.string(),
  method: z.string(),
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
  level: z.number(),
  /** Two-sided, for the null hypothesis of no difference. */
  pValue: z.number(),
  blockLength: z.number(),
  resamples: z.int(),
});

export type Metrics = z.infer<typeof Metrics>;
export type Stretch = z.infer<typeof Stretch>;
export type Interval = z.infer<typeof Interval>;
