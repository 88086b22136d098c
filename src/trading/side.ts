import type { Account } from "../domain/index.ts";

/** The exposure to ask for so that a position of this side is held: nothing where it is held already, as drift of prices alone never trades. */
export const turnTo = ({ position }: Account, side: -1 | 0 | 1, exposure = 1): number | null =>
  side === Math.sign(position) ? null : side * exposure;
