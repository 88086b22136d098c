import { z } from "zod";
import type { Bar } from "../../domain/index.ts";
import { LevelGuardState } from "./level-guard.ts";

const numberOrNull = z.number().nullable();
/** A bar as JSON keeps it: null stands for no number. */
export const BarState = z.strictObject({
  closeTime: z.number(),
  open: numberOrNull,
  high: numberOrNull,
  low: numberOrNull,
  close: numberOrNull,
  volume: numberOrNull,
});

/** Everything that a cleaner needs to go on where it stood, beside its plan and the actions it was told; null stands for no number. */
export const CleanerState = z.strictObject({
  schema: z.literal("tradewind/cleaner@1"),
  plan: z.string(),
  guard: LevelGuardState,
  actionsPassed: z.int().nonnegative(),
  previous: BarState.nullable(),
  latest: numberOrNull,
  unchanged: z.int().nonnegative(),
  hasVolume: z.boolean(),
  price: z.number(),
  units: z.number(),
  lastClose: numberOrNull,
  sinceLast: z.number(),
});

export type CleanerState = z.infer<typeof CleanerState>;

/** JSON knows no NaN and no infinity. */
export const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A bar as JSON keeps it, whatever stands in it. */
export const barToState = ({ closeTime, open, high, low, close, volume }: Readonly<Bar>): z.infer<typeof BarState> => ({
  closeTime,
  open: orNull(open),
  high: orNull(high),
  low: orNull(low),
  close: orNull(close),
  volume: orNull(volume),
});

/** The bar again; what was no number is NaN. */
export const barFromState = ({ closeTime, open, high, low, close, volume }: z.infer<typeof BarState>): Bar => ({
  closeTime,
  open: open ?? NaN,
  high: high ?? NaN,
  low: low ?? NaN,
  close: close ?? NaN,
  volume: volume ?? NaN,
});
