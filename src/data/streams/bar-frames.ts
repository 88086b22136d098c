import { UserError } from "../../base/index.ts";

/** Lengths of bars by their usual names, ms. */
export const barFrames = {
  "1m": 60_000,
  "5m": 300_000,
  "15m": 900_000,
  "30m": 1_800_000,
  "1h": 3_600_000,
  "4h": 14_400_000,
  "1d": 86_400_000,
} as const;

/** The names of the lengths of bars. */
export const barFrameNames = Object.keys(barFrames) as [keyof typeof barFrames, ...(keyof typeof barFrames)[]];

/** The error for a channel that a venue does not have. */
export const noSuchChannel = (venue: string, channel: string, hint: string): UserError =>
  new UserError("config/invalid", `${venue} has no live ${channel}`, { path: "channels", hint });
