import { UserError } from "../../base/index.ts";
import { formatDuration } from "../report-text.ts";

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const dayMs = units.d;

/**
 * How long a bar is: a fixed time, a session of a calendar, a week or a month, or until so much was traded. `amount` is in units of
 * the instrument for volume, in quote currency for value (closes × volumes), and of source bars for count.
 */
export type Timeframe =
  | { readonly kind: "time"; readonly lengthMs: number }
  | { readonly kind: "session" | "week" | "month" }
  | { readonly kind: "volume" | "value" | "count"; readonly amount: number };

/** Reads a timeframe such as 5m, 4h, 1d, session, 1w, 1mo, volume:1000, value:1e6 or count:10; others are `config/invalid`. */
export function parseTimeframe(text: string): Timeframe {
  const time = /^(\d+)(s|m|h|d)$/.exec(text);
  const amount = /^(volume|value|count):(\d+(?:\.\d+)?(?:e\d+)?)$/.exec(text);
  if (time && Number(time[1]) > 0) return { kind: "time", lengthMs: Number(time[1]) * units[time[2] as keyof typeof units] };
  if (amount && Number(amount[2]) > 0) return { kind: amount[1] as "volume" | "value" | "count", amount: Number(amount[2]) };
  if (text === "session") return { kind: "session" };
  if (text === "1w" || text === "week") return { kind: "week" };
  if (text === "1mo" || text === "month") return { kind: "month" };
  throw new UserError("config/invalid", `"${text}" is no timeframe`, {
    path: "to",
    hint: "Write 5m, 4h, 1d, session, 1w, 1mo, volume:1000, value:1e6 or count:10.",
  });
}

/** Refuses what bars of a length cannot be made into. Without a calendar, times must fit a day, and source bars must fit into them. */
export function assertSlower(timeframe: Timeframe, intervalMs: number, hasCalendar: boolean): void {
  const refuse = (message: string, hint: string) => {
    throw new UserError("config/invalid", message, { path: "to", hint });
  };
  if (timeframe.kind === "session" && !hasCalendar)
    refuse("sessions are a calendar's", "Name a calendar, such as nyse, or resample to 1d.");
  const shortest = {
    session: dayMs,
    week: 7 * dayMs,
    month: 28 * dayMs,
    time: Infinity,
    volume: Infinity,
    value: Infinity,
    count: Infinity,
  };
  if (intervalMs >= shortest[timeframe.kind])
    refuse(
      `bars of ${formatDuration(intervalMs)} cannot be made into bars of a ${timeframe.kind}`,
      "Choose a slower timeframe than the bars have.",
    );
  if (timeframe.kind !== "time") return;
  const { lengthMs } = timeframe;
  if (lengthMs <= intervalMs)
    refuse(
      `bars of ${formatDuration(intervalMs)} cannot be made into bars of ${formatDuration(lengthMs)}`,
      "Choose a slower timeframe than the bars have.",
    );
  if (lengthMs % intervalMs !== 0 && !(hasCalendar && lengthMs >= dayMs))
    refuse(
      `bars of ${formatDuration(intervalMs)} do not fit into bars of ${formatDuration(lengthMs)}`,
      "Choose a multiple of the bars' own length.",
    );
  if (hasCalendar ? lengthMs > dayMs : dayMs % lengthMs !== 0 && lengthMs % dayMs !== 0)
    refuse(
      `bars of ${formatDuration(lengthMs)} do not fit a ${hasCalendar ? "session" : "day"}`,
      hasCalendar ? "Up to 1d; then 1w or 1mo." : "Choose a part of a day, or whole days.",
    );
}
