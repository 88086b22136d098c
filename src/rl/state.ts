import { z } from "zod";

const numbers = z.array(z.number()).readonly();
const word = z.int32();

/** A random generator's state in a checkpoint. */
export const randomState = z.strictObject({ words: z.tuple([word, word, word, word]).readonly(), spare: z.number().nullable() });

/** Running moments in a checkpoint. */
export const momentsState = z.strictObject({ mean: numbers, variance: numbers, count: z.number() });

/** A reward normaliser in a checkpoint: its moments and the discounted return of each environment. */
export const rewardNormaliserState = momentsState.extend({ discounted: numbers });

/** Episodes in a checkpoint: returns of those under way, and of those that ended last. */
export const episodesState = z.strictObject({ running: numbers, finished: numbers });

export type MomentsState = z.output<typeof momentsState>;
export type RewardNormaliserState = z.output<typeof rewardNormaliserState>;
export type EpisodesState = z.output<typeof episodesState>;
