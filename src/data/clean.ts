import type { BarField } from "./columns.ts";
import { priceNoise } from "./grain.ts";
import type { Fault, QuarantineReason, RawBars } from "./raw-bars.ts";

/** A row that is kept out of the bars: where it stands, why, the field that shows it, and what the file says. */
export interface QuarantinedRow extends Fault {
  readonly row: number;
  /** Where several files were joined. */
  readonly file?: string;
}

/** What is left after cleaning and what was done; every row is kept, dropped or quarantined. */
export interface Cleaned {
  /** Indexes of the rows kept, in time order; no two share a time. */
  readonly kept: Uint32Array;
  /** Rows that repeat another one exactly. */
  readonly dropped: number;
  readonly quarantined: readonly QuarantinedRow[];
  /** Rows that stood before an earlier one, and whether the file as a whole runs backwards. */
  readonly outOfOrder: number;
  readonly newestFirst: boolean;
}

const prices = ["open", "high", "low", "close"] as const;
const barNumbers = [...prices, "volume"] as const;

/** Sorts rows by time, drops exact repetitions and keeps out what cannot be right. `time` is [rows] in ms; nothing is changed or filled. */
export function cleanRows(raw: RawBars, time: Float64Array): Cleaned {
  const found: { readonly index: number; readonly row: QuarantinedRow }[] = [];
  const quarantine = (index: number, reason: QuarantineReason, field: BarField, values = valuesOf(raw, index)) => {
    const place = { ...(raw.fileOf && { file: raw.fileOf(index) }), row: raw.rowNumber[index]! };
    found.push({ index, row: { ...place, reason, field, values } });
  };
  const valid = new Uint32Array(time.length);
  let count = 0;
  for (let index = 0; index < time.length; index++) {
    const fault = raw.faults.get(index);
    if (fault) quarantine(index, fault.reason, fault.field, fault.values);
    else if (Number.isNaN(time[index])) quarantine(index, "unparsable-time", "time");
    else {
      const wrong = faultOf(raw, index);
      if (wrong) quarantine(index, ...wrong);
      else valid[count++] = index;
    }
  }
  const order = valid.subarray(0, count);
  const outOfOrder = sortByTime(order, time);
  const { kept, dropped } = withoutDuplicates(raw, time, order, (index) => quarantine(index, "conflicting-duplicate", "time"));
  const quarantined = found.sort((left, right) => left.index - right.index).map(({ row }) => row);
  return { kept, dropped, quarantined, outOfOrder, newestFirst: outOfOrder > count / 2 };
}

function valuesOf(raw: RawBars, index: number): Record<string, string> {
  const names = barNumbers.filter((name) => raw.columns[name] !== undefined);
  return Object.fromEntries([
    [raw.columns.time!, raw.stampText(index)],
    ...names.map((name) => [raw.columns[name]!, String(raw[name][index])] as const),
  ]);
}

/** The first thing wrong with a row of understood numbers. */
function faultOf(raw: RawBars, index: number): [QuarantineReason, BarField] | undefined {
  for (const field of prices) if (!Number.isFinite(raw[field][index])) return ["not-finite", field];
  for (const field of prices) if (raw[field][index]! <= 0) return ["price-not-positive", field];
  const volume = raw.volume[index]!;
  if (volume === Infinity || volume === -Infinity) return ["not-finite", "volume"];
  if (volume < 0) return ["negative-volume", "volume"];
  const high = raw.high[index]!;
  const low = raw.low[index]!;
  if (high < low - priceNoise(low)) return ["high-below-low", "high"];
  for (const field of ["open", "close"] as const) {
    const price = raw[field][index]!;
    if (price > high + priceNoise(price) || price < low - priceNoise(price)) return ["outside-range", field];
  }
  return undefined;
}

/** Sorts indexes by time, equal times as the file has them, and returns how many stood before an earlier one. */
function sortByTime(order: Uint32Array, time: Float64Array): number {
  let descents = 0;
  for (let rank = 1; rank < order.length; rank++) {
    if (time[order[rank]!]! < time[order[rank - 1]!]!) descents++;
  }
  if (descents === order.length - 1) order.reverse();
  else if (descents > 0) order.sort((left, right) => time[left]! - time[right]! || left - right);
  return descents;
}

/** Of rows of one time that agree the first is kept; where they disagree, none is: nobody can tell which one is right. */
function withoutDuplicates(raw: RawBars, time: Float64Array, order: Uint32Array, conflict: (index: number) => void) {
  const kept = new Uint32Array(order.length);
  let count = 0;
  let dropped = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const first = order[from]!;
    let agree = true;
    for (to = from + 1; to < order.length && time[order[to]!] === time[first]; to++) {
      agree &&= barNumbers.every((name) => Object.is(raw[name][order[to]!], raw[name][first]));
    }
    if (agree) {
      kept[count++] = first;
      dropped += to - from - 1;
    } else {
      order.subarray(from, to).forEach(conflict);
    }
  }
  return { kept: kept.slice(0, count), dropped };
}
