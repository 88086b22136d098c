import { z } from "zod";

/**
 * A book environment's saved state. An episode is kept as the state of its dice when it began and the actions since, and restored
 * by doing them again. `session` is the hash of all that decides what follows from them.
 */
export const SavedBookState = z.strictObject({
  schema: z.literal("tradewind/book-environment@1"),
  session: z.string(),
  environments: z.array(
    z.strictObject({
      random: z.strictObject({ words: z.tuple([z.int(), z.int(), z.int(), z.int()]).readonly(), spare: z.number().nullable() }),
      actions: z.base64(),
    }),
  ),
});

export type SavedBookState = z.output<typeof SavedBookState>;
