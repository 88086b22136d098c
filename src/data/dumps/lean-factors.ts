import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { parse } from "../../base/index.ts";
import type { Bars, CorporateAction } from "../../domain/index.ts";
import type { TimeZone } from "../time-zone.ts";

const dayMs = 86_400_000;
const endOfTime = "20501231";

const Day = z.string().regex(/^\d{8}$/);
const FactorRow = z.tuple([Day, z.coerce.number(), z.coerce.number(), z.coerce.number().nonnegative()]);
const MapRow = z.tuple([Day, z.string().min(1)], z.string());

function rowsOf<Row>(path: string, schema: z.ZodType<Row>, cellsOf: (line: string) => unknown): Row[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  return lines.flatMap((line, index) =>
    line.trim() === "" ? [] : [parse(schema, cellsOf(line), `${basename(path)}.${index + 1}`, "data/invalid-value")],
  );
}

/** Midnight of a day as its own clock shows it, in ms. */
export const localDay = (day: string): number => Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)));

/** A stretch in which a security went by a ticker, its days included; days are midnights of its own clock, in ms. */
export interface TickerSpan {
  readonly ticker: string;
  readonly from: number;
  readonly to: number;
}

/** What a Lean map file says: the tickers of a security in order, and its last day where it is no longer listed. */
export function readMapFile(path: string): { readonly spans: readonly TickerSpan[]; readonly lastDay: number | undefined } {
  const rows = rowsOf(path, MapRow, (line) => line.trim().split(","));
  const spans: TickerSpan[] = [];
  rows.slice(1).forEach(([day, ticker], index) => {
    const from = index === 0 ? localDay(rows[0]![0]) : localDay(rows[index]![0]) + dayMs;
    const last = spans.at(-1);
    if (last?.ticker === ticker.toLowerCase()) spans[spans.length - 1] = { ...last, to: localDay(day) };
    else spans.push({ ticker: ticker.toLowerCase(), from, to: localDay(day) });
  });
  const end = rows.at(-1)?.[0];
  return { spans, lastDay: end === undefined || end >= endOfTime ? undefined : localDay(end) };
}

/**
 * Splits and dividends out of a Lean factor file: a row's factors hold up to its day, so a change to the next row's is an action
 * after that day's close. Dividends are factors of the close before; where the file does not tell that price, the bars do.
 * `bars` are raw, `zone` is the exchange's.
 */
export function readFactorFile(path: string, bars: Bars, zone: TimeZone): CorporateAction[] {
  const rows = rowsOf(path, FactorRow, (line) => {
    const [day, price, split, reference = "0"] = line.trim().split(",");
    return [day, price, split, reference];
  }).filter(([, price, split]) => price * split > 0 && Number.isFinite(price * split));
  return rows.slice(0, -1).flatMap(([day, priceFactor, splitFactor, reference], index): CorporateAction[] => {
    const [, nextPrice, nextSplit] = rows[index + 1]!;
    const timeMs = zone.toUtc(localDay(day) + dayMs);
    const price = reference > 0 ? reference : closeBefore(bars, timeMs);
    const share = 1 - priceFactor / nextPrice;
    const amount = share > 1e-7 && price > 0 ? Math.round(share * price * 1e4) / 1e4 : 0;
    const { numerator, denominator } = ratioOf(nextSplit / splitFactor);
    return [
      ...(amount > 0 ? [{ kind: "dividend" as const, timeMs, amount }] : []),
      ...(numerator === denominator ? [] : [{ kind: "split" as const, timeMs, numerator, denominator }]),
    ];
  });
}

/** The close of the last bar up to a time; 0 before the first. */
function closeBefore({ closeTime, close }: Bars, timeMs: number): number {
  let [from, to] = [0, closeTime.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (closeTime[middle]! <= timeMs) from = middle + 1;
    else to = middle;
  }
  return from === 0 ? 0 : close[from - 1]!;
}

const factorNoise = 2e-5; // Files keep six to eight digits.

/** The simplest fraction that a factor can mean, by its continued fraction. */
export function ratioOf(factor: number): { numerator: number; denominator: number } {
  let [numerator, denominator] = [1, 0];
  let [before, beforeUnder] = [0, 1];
  let rest = factor;
  for (let term = 0; term < 20; term++) {
    const whole = Math.floor(rest + 1e-9);
    [before, numerator] = [numerator, whole * numerator + before];
    [beforeUnder, denominator] = [denominator, whole * denominator + beforeUnder];
    if (numerator > 0 && Math.abs(numerator / denominator / factor - 1) <= factorNoise) break;
    rest = 1 / (rest - whole);
  }
  return { numerator, denominator };
}
