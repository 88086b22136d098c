import { UserError } from "../../base/index.ts";
import type { Fault, RawBars } from "../raw-bars.ts";

/** Rows of one file of several that make one series. */
export interface RawPart {
  readonly file: string;
  readonly raw: RawBars;
  /** Which rows count, by their stamp in ms; all unless given. */
  readonly keep?: (time: number) => boolean;
}

/** The rows of several files as those of one. Each keeps its number and its file's name for messages. Files that disagree on whether times have a zone are a `UserError`. */
export function joinRaw(parts: readonly RawPart[]): RawBars {
  const first = parts[0]!.raw;
  if (parts.length === 1 && !parts[0]!.keep) return first;
  const other = parts.find(({ raw }) => raw.stamps.zoned !== first.stamps.zoned);
  if (other) {
    throw new UserError("data/invalid-value", `${parts[0]!.file} and ${other.file} do not both give times with a zone`, {
      path: other.file,
      hint: "Import them on their own, those without a zone with the option timeZone.",
    });
  }
  const rows = parts.map(keptRows);
  const column = (of: (raw: RawBars) => Float64Array): Float64Array => {
    const joined = new Float64Array(rows.reduce((sum, { length }) => sum + length, 0));
    let next = 0;
    parts.forEach(({ raw }, part) => {
      const values = of(raw);
      for (const row of rows[part]!) joined[next++] = values[row]!;
    });
    return joined;
  };
  const place = placeOf(rows);
  return {
    rowNumber: column((raw) => raw.rowNumber),
    stamps: { ...first.stamps, time: column((raw) => raw.stamps.time), dateOnly: parts.every(({ raw }) => raw.stamps.dateOnly) },
    stampText: (index) => place(index, (part, row) => parts[part]!.raw.stampText(row)),
    fileOf: (index) => place(index, (part) => parts[part]!.file),
    open: column((raw) => raw.open),
    high: column((raw) => raw.high),
    low: column((raw) => raw.low),
    close: column((raw) => raw.close),
    volume: column((raw) => raw.volume),
    faults: joinFaults(parts, rows),
    otherRows: parts.reduce((sum, { raw }) => sum + raw.otherRows, 0),
    symbol: first.symbol,
    columns: first.columns,
    layout: parts.length === 1 ? first.layout : `${parts.length} files, ${first.layout}`,
    notes: [...new Set(parts.flatMap(({ raw }) => raw.notes))],
  };
}

function keptRows({ raw, keep }: RawPart): Uint32Array {
  const { time } = raw.stamps;
  const all = Uint32Array.from(time, (_, row) => row);
  return keep ? all.filter((row) => Number.isNaN(time[row]) || keep(time[row]!)) : all;
}

/** Finds the part and the row in it that an index of the whole means. */
function placeOf(rows: readonly Uint32Array[]) {
  return <Result>(index: number, use: (part: number, row: number) => Result): Result => {
    let part = 0;
    let rest = index;
    while (rest >= rows[part]!.length) rest -= rows[part++]!.length;
    return use(part, rows[part]![rest]!);
  };
}

function joinFaults(parts: readonly RawPart[], rows: readonly Uint32Array[]): Map<number, Fault> {
  const faults = new Map<number, Fault>();
  let before = 0;
  parts.forEach(({ raw }, part) => {
    if (raw.faults.size > 0) {
      rows[part]!.forEach((row, index) => {
        const fault = raw.faults.get(row);
        if (fault) faults.set(before + index, fault);
      });
    }
    before += rows[part]!.length;
  });
  return faults;
}
