import type { Reading } from "./stamp.ts";

const zero = 48;
const dash = 45;
const colon = 58;
const point = 46;
const space = 32;
const letterT = 84;
const letterZ = 90;
const plus = 43;
const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Two digits at a place, or −1. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero;
  const ones = text.charCodeAt(at + 1) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : -1;
}

let knownDay = -1;
let knownTime = NaN;

/** Midnight of a date, ms, UTC; files hold many rows of one day, so the last one is kept. NaN where there is no such day. */
function dayTime(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysIn[month - 1]!) return NaN;
  const key = (year * 16 + month) * 32 + day;
  if (key === knownDay) return knownTime;
  const time = Date.UTC(year, month - 1, day);
  if (day > 28 && new Date(time).getUTCDate() !== day) return NaN;
  knownDay = key;
  knownTime = time;
  return time;
}

/**
 * Reads the commonest stamps quickly: YYYY-MM-DD, alone or with T or a space, HH:MM, seconds, up to nine decimals, and Z or +00:00.
 * Returns false, with `out` as it was, where the text is anything else.
 */
export function readIsoStamp(text: string, out: Reading): boolean {
  const { length } = text;
  if (length < 10 || text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash) return false;
  const [century, rest, month, day] = [two(text, 0), two(text, 2), two(text, 5), two(text, 8)];
  if (century < 16 || rest < 0) return false;
  let time = dayTime(100 * century + rest, month, day);
  if (Number.isNaN(time)) return false;
  let at = 10;
  if (length > 10) {
    const mark = text.charCodeAt(10);
    if ((mark !== letterT && mark !== space) || text.charCodeAt(13) !== colon) return false;
    const hour = two(text, 11);
    const minute = two(text, 14);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
    time += hour * 3_600_000 + minute * 60_000;
    at = 16;
    if (text.charCodeAt(at) === colon) {
      const second = two(text, 17);
      if (second < 0 || second > 59) return false;
      time += second * 1000;
      at = 19;
      if (text.charCodeAt(at) === point) {
        let digits = 0;
        for (let size = 100; digits < 9; digits++, size = Math.floor(size / 10)) {
          const digit = text.charCodeAt(at + 1 + digits) - zero;
          if (!(digit >= 0 && digit <= 9)) break;
          time += size * digit;
        }
        if (digits === 0) return false;
        at += 1 + digits;
      }
    }
  }
  const zoned = at < length;
  if (zoned && !isUtc(text, at)) return false;
  out.time = out.swapped = time;
  out.offset = zoned ? 0 : NaN;
  out.hasClock = length > 10;
  out.format = out.hasClock ? "YYYY-MM-DD time" : "YYYY-MM-DD";
  return true;
}

const isUtc = (text: string, at: number): boolean =>
  (text.charCodeAt(at) === letterZ && at + 1 === text.length) || (text.charCodeAt(at) === plus && text.slice(at) === "+00:00");
