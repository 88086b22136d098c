import { barColumns, type Bars } from "../../domain/index.ts";
import type { Part, SeriesEntry } from "./entry.ts";
import { type Period, periodStart } from "./periods.ts";
import { corrupt, readBars } from "./read-parts.ts";
import { hashOfPart, type NewPart, partsOf } from "./series-parts.ts";
import type { Shelf } from "./shelf.ts";

/** Parts of one period that an append leaves as they are; one more and they are merged. */
export const mostPartsAPeriod = 16;

/** Merges the parts of every period that has more than `most`, one period in memory at a time; the content stays the same. */
export async function* mergeParts(shelf: Shelf, name: string, series: SeriesEntry, most: number): AsyncGenerator<NewPart, SeriesEntry> {
  const parts: Part[] = [];
  for (const group of groupByPeriod(series.period, series.parts)) {
    if (group.length <= most) {
      parts.push(...group);
      continue;
    }
    const bars = await readVerified(shelf, name, series, group);
    for (const merged of partsOf(bars, series.period)) {
      parts.push(merged.part);
      yield merged;
    }
  }
  return { ...series, parts };
}

/** Whether a period has more than `most` parts. */
export const isCrowded = ({ period, parts }: SeriesEntry, most: number): boolean =>
  groupByPeriod(period, parts).some((group) => group.length > most);

/** Runs of parts that begin in the same period. */
function groupByPeriod(period: Period, parts: readonly Part[]): Part[][] {
  const groups: Part[][] = [];
  let start = NaN;
  for (const part of parts) {
    const own = periodStart(period, part.from);
    if (own === start) groups.at(-1)!.push(part);
    else groups.push([part]);
    start = own;
  }
  return groups;
}

/** Damage must not be written anew as if it were sound: every part read has to match the hash in its id. */
async function readVerified(shelf: Shelf, name: string, series: SeriesEntry, parts: readonly Part[]): Promise<Bars> {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const bars = await readBars(shelf, name, { ...series, rows, parts: [...parts] });
  let at = 0;
  for (const { id, rows: count } of parts) {
    const columns = Object.fromEntries(barColumns.map((column) => [column, bars[column].subarray(at, at + count)]));
    if (!id.endsWith(`-${hashOfPart(columns)}`)) throw corrupt(name, "does not match its recorded hash");
    at += count;
  }
  return bars;
}
