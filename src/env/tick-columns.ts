import { UserError } from "../base/index.ts";
import { type Bars, toTicks } from "../domain/index.ts";

/** Where each number of a bar stands in its row: prices to trade and mark at in ticks, times in ms. */
export const tickSlot = { open: 0, close: 1, closeTime: 2, sinceLastClose: 3 } as const;

/** Numbers in a row, which a step reads all together. */
export const tickWidth = 4;

/**
 * Opens, closes and times of bars, a row of `tickWidth` numbers for each, zeros before `from`. A price that is no positive number of
 * ticks, or time that stands still, is refused by its row.
 */
export function tickRows({ instrument, closeTime, open, close }: Bars, from: number, to: number): Float64Array {
  const rows = new Float64Array(to * tickWidth);
  const ticksOf = (name: string, price: number, row: number) => {
    const ticks = toTicks(instrument, price);
    if (ticks >= 1 && Number.isSafeInteger(ticks)) return ticks;
    throw refusal(`${name} of ${price} at row ${row} is no positive price`);
  };
  for (let row = from; row < to; row++) {
    const at = row * tickWidth;
    rows[at + tickSlot.open] = ticksOf("open", open[row]!, row);
    rows[at + tickSlot.close] = ticksOf("close", close[row]!, row);
    rows[at + tickSlot.closeTime] = closeTime[row]!;
    if (row === from) continue;
    rows[at + tickSlot.sinceLastClose] = closeTime[row]! - closeTime[row - 1]!;
    if (!(closeTime[row]! > closeTime[row - 1]!)) throw refusal(`bar ${row} does not close after the one before it`);
  }
  return rows;
}

const refusal = (message: string) =>
  new UserError("data/invalid-value", message, { path: "bars", hint: "Clean the data set, or leave this stretch out." });
