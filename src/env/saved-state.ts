import { z } from "zod";
import { UserError } from "../base/index.ts";

/**
 * A vector environment's saved state. An episode is kept as its first row and the actions since, and restored by doing them
 * again: accounts and rewards then stand exactly where they stood, whatever they remember.
 */
export const SavedState = z.strictObject({
  schema: z.literal("tradewind/environment@1"),
  observationSchema: z.string(),
  stretch: z.array(z.number()).readonly(),
  environments: z.array(
    z.strictObject({
      random: z.strictObject({ words: z.tuple([z.int(), z.int(), z.int(), z.int()]).readonly(), spare: z.number().nullable() }),
      startRow: z.int(),
      actions: z.base64(),
    }),
  ),
});

export type SavedState = z.output<typeof SavedState>;

/** Float32 actions as base64 of their bytes. */
export const encodeActions = (actions: Float32Array): string =>
  Buffer.from(actions.buffer, actions.byteOffset, actions.byteLength).toString("base64");

/** The actions of a base64 text. */
export function decodeActions(text: string): Float32Array {
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  if (bytes.length % 4 !== 0) throw invalidState("actions are cut off");
  return new Float32Array(bytes.buffer);
}

/** Says that a saved state cannot be restored. */
export const invalidState = (reason: string): UserError =>
  new UserError("checkpoint/invalid", `The environment's saved state does not fit: ${reason}`, {
    path: "environment",
    hint: "Resume with the configuration and the data that it was saved with.",
  });
