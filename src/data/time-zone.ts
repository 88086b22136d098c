import { UserError } from "../base/index.ts";

/** Between the clock on the wall somewhere and UTC, both in ms since the epoch. */
export interface TimeZone {
  readonly name: string;
  /** A time that occurs twice in autumn is its first occurrence; one skipped in spring is moved on by the hour skipped; NaN stays NaN. */
  toUtc(local: number): number;
  toLocal(utc: number): number;
}

const utc: TimeZone = { name: "UTC", toUtc: (local) => local, toLocal: (time) => time };

const blockMs = 15 * 60_000; // Offsets change on quarter hours only.
const dayMs = 86_400_000;

/** An IANA time zone, such as America/New_York. A name that the platform does not know is a `UserError`. */
export function timeZone(name: string): TimeZone {
  if (/^(?:utc|gmt|etc\/utc)$/i.test(name)) return utc;
  const offsetOf = offsetFinder(name);
  const known = new Map<number, number>();
  const offsetAt = (time: number) => {
    const block = Math.floor(time / blockMs);
    let offset = known.get(block);
    if (offset === undefined) known.set(block, (offset = offsetOf(block * blockMs)));
    return offset;
  };
  const toLocal = (time: number) => time + offsetAt(time);
  return {
    name,
    toLocal,
    toUtc(local) {
      if (Number.isNaN(local)) return NaN;
      const before = local - offsetAt(local - dayMs);
      if (toLocal(before) === local) return before;
      const after = local - offsetAt(local + dayMs);
      return toLocal(after) === local ? after : before;
    },
  };
}

function offsetFinder(name: string): (time: number) => number {
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    return (time) => {
      const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
      return Date.UTC(part["year"]!, part["month"]! - 1, part["day"], part["hour"], part["minute"], part["second"]) - time;
    };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError("config/invalid", `"${name}" is not a time zone`, {
      path: "timeZone",
      hint: "Give an IANA name such as Europe/Berlin or America/New_York.",
      cause,
    });
  }
}
