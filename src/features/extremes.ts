/** The greatest or least of the last `period` values, and how long ago it was; of equal ones the latest. */
export interface RollingExtreme {
  readonly value: number;
  /** Values since: 0 for the latest one. */
  readonly age: number;
  update(value: number): void;
}

/**
 * Where the extreme of a window stands (ascending minima; Lemire, 2006): a queue of candidates, each of which only gives way to a
 * better or later one; amortised three comparisons a value. `direction` is 1 for the greatest and −1 for the least. A value that is
 * no number is never the extreme; without any candidate the extreme is NaN.
 */
export function rollingExtreme(period: number, direction: 1 | -1): RollingExtreme {
  const capacity = period + 1;
  const values = new Float64Array(capacity);
  const times = new Float64Array(capacity);
  let first = 0;
  let last = -1; // Place of the last candidate.
  let count = 0;
  let time = 0;
  const extreme = {
    value: NaN,
    age: 0,
    update(value: number) {
      if (count > 0 && times[first]! <= time - period) {
        first = first + 1 === capacity ? 0 : first + 1;
        count--;
      }
      if (!Number.isNaN(value)) {
        while (count > 0 && direction * values[last]! <= direction * value) {
          last = last === 0 ? capacity - 1 : last - 1;
          count--;
        }
        last = last + 1 === capacity ? 0 : last + 1;
        if (count++ === 0) first = last;
        values[last] = value;
        times[last] = time;
      }
      extreme.value = count > 0 ? values[first]! : NaN;
      extreme.age = count > 0 ? time - times[first]! : 0;
      time++;
    },
  };
  return extreme;
}
