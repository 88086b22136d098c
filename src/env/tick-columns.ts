import { UserError } from "../base/index.ts";
import { type Bars, toTicks } from "../domain/index.ts";

/** The prices that environments trade and mark at, in ticks, and the bars' closing times. */
export interface TickColumns {
  readonly openTicks: Float64Array;
  readonly closeTicks: Float64Array;
  readonly closeTime: Float64Array;
}

/** Opens and closes in ticks. A price that is no positive number of ticks, or time that stands still, is refused by its row. */
export function tickColumns(bars: Bars, from: number, to: number): TickColumns {
  const { instrument, closeTime } = bars;
  const ticks = (name: "open" | "close") => {
    const column = new Float64Array(to);
    for (let row = from; row < to; row++) {
      const price = toTicks(instrument, bars[name][row]!);
      if (!(price >= 1 && Number.isSafeInteger(price))) throw refusal(`${name} of ${bars[name][row]} at row ${row} is no positive price`);
      column[row] = price;
    }
    return column;
  };
  for (let row = from + 1; row < to; row++)
    if (!(closeTime[row]! > closeTime[row - 1]!)) throw refusal(`bar ${row} does not close after the one before it`);
  return { openTicks: ticks("open"), closeTicks: ticks("close"), closeTime };
}

const refusal = (message: string) =>
  new UserError("data/invalid-value", message, { path: "bars", hint: "Clean the data set, or leave this stretch out." });
