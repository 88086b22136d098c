import { UserError } from "../../base/index.ts";

/** Values that each became known at a time and hold until the next; times in ms since the epoch, ascending. */
export interface AsOfSeries {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** The value known at each time of a calendar, which must be positive from row `from` on; 0 before the first. */
export function asOf({ times, values }: AsOfSeries, calendar: Float64Array, from: number, path: string): Float64Array {
  const refusal = (message: string) =>
    new UserError("data/invalid-value", `${path}: ${message}`, {
      path,
      hint: "Give as many positive values as times, times that ascend, and one known by the first bar.",
    });
  if (times.length !== values.length) throw refusal(`${times.length} times for ${values.length} values`);
  for (let index = 0; index < times.length; index++) {
    if (!(values[index]! > 0 && values[index]! < Infinity)) throw refusal(`a value of ${values[index]}`);
    if (!Number.isFinite(times[index]) || (index > 0 && times[index]! <= times[index - 1]!)) throw refusal(`a time of ${times[index]}`);
  }
  let next = 0;
  const column = new Float64Array(calendar.length);
  for (let row = 0; row < calendar.length; row++) {
    while (next < times.length && times[next]! <= calendar[row]!) next++;
    column[row] = next === 0 ? 0 : values[next - 1]!;
  }
  if (!(column[from]! > 0)) throw refusal("nothing is known at the first bar");
  return column;
}
