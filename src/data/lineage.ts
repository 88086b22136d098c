import { z } from "zod";

/** Where data came from, so that anyone can fetch the same bytes: the form that reports carry. */
export const Lineage = z.strictObject({
  source: z.string(),
  file: z.string(),
  sha256: z.string(),
  package: z.string().optional(),
  version: z.string().optional(),
  licence: z.string().optional(),
  note: z.string().optional(),
});

export type Lineage = z.infer<typeof Lineage>;
