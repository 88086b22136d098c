import { z } from "zod";
import { hashOf } from "../../base/index.ts";
import { sharpeFacts } from "../significance/index.ts";
import { momentsOf } from "../statistics/index.ts";

/**
 * One look at data by which something is chosen: what was tried, on which rows of which data, and how it did there. Ratios and moments
 * are those of the returns of a bar, not annualised; they are null where the returns do not vary.
 */
export const Trial = z.strictObject({
  /** When it was looked at, ISO 8601. */
  at: z.iso.datetime(),
  /** Strategy or experiment, for people. */
  name: z.string(),
  /** Hash of all that was tried but its parameters: the rule, costs, cash. */
  subject: z.string(),
  params: z.record(z.string(), z.unknown()),
  /** Content hash of the data set. */
  data: z.string(),
  /** Rows [from, to) of it. */
  rows: z.tuple([z.int().min(0), z.int().min(1)]),
  bars: z.int().min(1),
  sharpe: z.number().nullable(),
  skewness: z.number().nullable(),
  /** Raw: 3 for a normal distribution. */
  kurtosis: z.number().nullable(),
  /** See `fingerprintOf`; null where the returns do not vary. */
  fingerprint: z.array(z.number()).nullable(),
});

export type Trial = z.output<typeof Trial>;

/** What is known of a trial beside how it did. */
export type TrialFacts = Pick<Trial, "at" | "name" | "subject" | "params" | "data" | "rows">;

/** The trial whose simple returns, one a bar, are these. */
export function trialOf(facts: TrialFacts, returns: ArrayLike<number>): Trial {
  const { sharpe, skewness, kurtosis } = sharpeFacts(returns) ?? { sharpe: null, skewness: null, kurtosis: null };
  return { ...facts, bars: returns.length, sharpe, skewness, kurtosis, fingerprint: fingerprintOf(returns) };
}

/** What makes two looks the same: only the first of them is another try. */
export const trialKey = ({ subject, params, data, rows }: Trial): string => hashOf({ subject, params, data, rows });

const stretches = 64;

/**
 * Returns made so small that they can be kept: their sums over 64 stretches of time (as many as there are bars, where those are fewer),
 * less the mean, of length 1. The product of two of them estimates how the returns of two trials over the same rows correlate.
 */
export function fingerprintOf(returns: ArrayLike<number>): number[] | null {
  const count = Math.min(stretches, returns.length);
  const sums = new Float64Array(count);
  for (let bar = 0; bar < returns.length; bar++) sums[Math.floor((bar * count) / returns.length)]! += returns[bar]!;
  const { mean, deviation } = momentsOf(sums);
  if (mean === null || deviation === null || !(deviation > 0)) return null;
  const length = deviation * Math.sqrt(count - 1);
  return Array.from(sums, (sum) => Math.round((1e4 * (sum - mean)) / length) / 1e4);
}
