import { z } from "zod";

const ActionSpace = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("discrete"), count: z.int().positive(), labels: z.array(z.string()).exactOptional() }),
  z.object({ kind: z.literal("box"), size: z.int().positive(), low: z.number(), high: z.number() }),
]);

/** What the registry needs of a model's `manifest.json`; whatever else stands in it is kept as it is. */
export const ModelManifest = z.looseObject({
  policy: z.looseObject({
    algorithm: z.string().min(1),
    observationSize: z.int().positive(),
    /** Hash of the observation's schema. */
    observationSchema: z.string().min(1),
    actionSpace: ActionSpace,
    /** Hash of the trained numbers, in hexadecimal. */
    weightsSha256: z.string().min(1),
  }),
  /** Of a policy that is made of several, in the folders `member-0` and so on. */
  ensemble: z.looseObject({ members: z.int().positive() }).exactOptional(),
  /** The run that trained it, if one did. */
  runId: z.string().nullable().default(null),
});

/** A parsed manifest. */
export type ModelManifest = z.infer<typeof ModelManifest>;
