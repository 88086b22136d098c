import { z } from "zod";
import { UserError } from "../../base/index.ts";
import type { LoadContext } from "../source.ts";
import { type MarketHours, shiftDay } from "./market-hours.ts";

const minuteMs = 60_000;

/** Lengths of bars that vendors serve, ms. Longer ones are made by resampling. */
export const intervalsMs = {
  "1m": minuteMs,
  "5m": 5 * minuteMs,
  "15m": 15 * minuteMs,
  "30m": 30 * minuteMs,
  "1h": 60 * minuteMs,
  "1d": 1440 * minuteMs,
} as const;

/** A length of bars, by the name that people use. */
export type Interval = keyof typeof intervalsMs;

/** Shorter lengths, ms, which brokers serve of the last months. */
export const secondsMs = { "1s": 1000, "5s": 5000, "10s": 10_000, "15s": 15_000, "30s": 30_000 } as const;

/** A length of bars that somebody serves. */
export type BarLength = Interval | keyof typeof secondsMs;

/** How long bars of that name are, ms. */
export const lengthMs = (interval: BarLength): number => ({ ...secondsMs, ...intervalsMs })[interval];

/**
 * What has been done to prices: `raw` is what was paid at the time, with splits and dividends beside it; `split` is restated for
 * splits; `all` for dividends as well.
 */
export type Adjustment = "raw" | "split" | "all";

/** The parameters that every vendor's bars have in common. */
export const barParams = <
  const Intervals extends readonly [Interval, ...Interval[]],
  const Adjustments extends readonly ["raw", ...Adjustment[]],
>({
  intervals,
  adjustments,
  baseUrl,
  requestsPerMinute,
}: {
  readonly intervals: Intervals;
  readonly adjustments: Adjustments;
  readonly baseUrl: string;
  readonly requestsPerMinute: number;
}) => ({
  symbol: z
    .string()
    .regex(/^[\w.^=:/-]{1,40}$/, "a symbol has up to 40 letters, digits and . ^ = : / -")
    .describe("the symbol as the vendor writes it"),
  interval: z.enum(intervals).prefault("1d").describe("length of a bar"),
  from: z.iso.date().optional().describe("first day, such as 2020-01-31; as early as the vendor's usual history unless given"),
  to: z.iso.date().optional().describe("last day; today unless given"),
  adjustment: z
    .enum(adjustments)
    .prefault("raw")
    .describe("raw: as paid, with splits and dividends stored beside; split or all: restated by the vendor"),
  calendar: z.string().min(1).optional().describe("exchange calendar by whose sessions daily bars close, or none; the symbol's usual one"),
  currency: z.string().min(1).optional().describe("what prices are in; what the vendor says, else USD"),
  tickSize: z.number().positive().optional().describe("smallest price step; inferred from the first prices unless given"),
  lotSize: z.number().positive().optional().describe("smallest quantity; inferred unless given"),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .prefault(baseUrl)
    .describe("where the vendor answers"),
  requestsPerMinute: z.int().min(1).max(100_000).prefault(requestsPerMinute).describe("how often to ask at most; what your plan allows"),
  timeoutMs: z.int().min(1).max(600_000).prefault(30_000).describe("how long one request may take, in ms"),
});

/** The parameters of a span of days. */
interface Days {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Refuses days that end before they begin. */
function checkDays({ from, to }: Days): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw new UserError("config/invalid", `from ${from} is after to ${to}`, { path: "from", hint: "Give a first day before the last one." });
}

/** For how many days before the bars asked for splits and dividends are asked for: vendors add some of them late. */
export const lateEventDays = 31;

/** A stretch of time to ask for, ms, UTC: from its beginning up to but without its end. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * What is to be asked for: the days wanted, without what is stored already and what has not happened. `earliest` is the first day
 * unless one is given. It may begin a bar too early: `barPages` keeps to the bars wanted. Undefined where nothing is left.
 */
export function spanOf(
  days: Days & { readonly interval: BarLength },
  hours: MarketHours,
  earliest: string,
  { clock, after }: LoadContext,
): TimeSpan | undefined {
  checkDays(days);
  const known = after === undefined ? -Infinity : days.interval === "1d" ? hours.startOf(hours.dayOf(after - 1)) : after;
  const start = Math.max(hours.startOf(days.from ?? earliest), known);
  const end = Math.min(days.to === undefined ? Infinity : hours.startOf(shiftDay(days.to, 1)), clock.now());
  return start < end ? { start, end } : undefined;
}

/** A span cut into stretches of at most a length, oldest first. */
export function* stretches({ start, end }: TimeSpan, stepMs: number): Generator<TimeSpan> {
  for (let from = start; from < end; from += stepMs) yield { start: from, end: Math.min(from + stepMs, end) };
}

/** Share of a span that is done when everything before a time is, 0 to 1. */
export const fractionAt = ({ start, end }: TimeSpan, timeMs: number): number => Math.min(1, Math.max(0, (timeMs - start) / (end - start)));
