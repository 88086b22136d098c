/** Bars put together: the last row of each period, ascending; all rows are in one. */
export interface Periods {
  readonly period: "bar" | "day";
  readonly lastRows: Int32Array;
}

const mostBars = 3000;
const dayMs = 24 * 3600 * 1000;

/** Every bar on its own, or days of UTC where bars are too many to keep; `time` are their closes in ms. */
export const periodsOf = (time: ArrayLike<number>): Periods => (time.length <= mostBars ? barPeriods(time.length) : dayPeriods(time));

const barPeriods = (bars: number): Periods => ({ period: "bar", lastRows: Int32Array.from({ length: bars }, (_, row) => row) });

/** Days of UTC; a bar that closes at midnight belongs to the day that it was. */
export function dayPeriods(time: ArrayLike<number>): Periods {
  const dayOf = (row: number) => Math.floor((time[row]! - 1) / dayMs);
  const lastRows: number[] = [];
  for (let row = 0; row < time.length; row++) if (row + 1 === time.length || dayOf(row + 1) !== dayOf(row)) lastRows.push(row);
  return { period: "day", lastRows: Int32Array.from(lastRows) };
}

/** Simple returns of bars, compounded to one a period. */
export function compoundedOver({ lastRows }: Periods, returns: ArrayLike<number>): Float64Array {
  let row = 0;
  return Float64Array.from(lastRows, (last) => {
    if (row === last) return returns[row++]!; // As it is, to the last digit.
    let growth = 1;
    for (; row <= last; row++) growth *= 1 + returns[row]!;
    return growth - 1;
  });
}

/** At most `most` of the rows [0, count), from the first to the last, evenly spread. */
export function spreadRows(count: number, most: number): number[] {
  const shown = Math.min(count, most);
  return Array.from({ length: shown }, (_, index) => Math.round((index * (count - 1)) / Math.max(1, shown - 1)));
}
