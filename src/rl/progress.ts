import { z } from "zod";

/** How far training has come, after each round. `returnMean` is of finished episodes, raw, and null before the first. */
export const trainingProgress = z.strictObject({
  steps: z.int(),
  totalSteps: z.int(),
  stepsPerSecond: z.number(),
  returnMean: z.number().nullable(),
  approxKl: z.number().nullable(),
  entropy: z.number().nullable(),
  policyLoss: z.number(),
  valueLoss: z.number(),
  explainedVariance: z.number().nullable(),
  clipFraction: z.number().nullable(),
  /** What else the algorithm shows, by name. */
  figures: z.record(z.string(), z.number()).exactOptional(),
});

export type TrainingProgress = Readonly<z.output<typeof trainingProgress>>;
