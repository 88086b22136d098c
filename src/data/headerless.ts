import { parseNumberCell } from "./number-cell.ts";
import { emptyReading, readStamp } from "./stamp.ts";

const bar = ["time", "open", "high", "low", "close", "volume"];
const klines = [...bar, "close time", "quote volume", "trades", "taker volume", "taker quote volume", "ignore"];

/** The usual names of the columns of a first row that is no header but a bar already; `undefined` where it is none. */
export function namesOfBarRow(cells: readonly string[], decimalComma: boolean): readonly string[] | undefined {
  if (cells.length < 5) return undefined;
  const reading = emptyReading();
  const isStamp = (text: string) => {
    readStamp(text.trim(), reading);
    return reading.format !== "";
  };
  const names = cells.length === klines.length ? klines : /^\d{1,2}:\d{2}/.test(cells[1]!.trim()) ? ["date", ...bar] : bar;
  const [date, ...rest] = cells;
  const isApart = names[0] === "date";
  if (!isStamp(isApart ? `${date} ${rest.shift()}` : date!)) return undefined;
  const [open, high, low, close] = rest.map((cell) => parseNumberCell(cell, decimalComma) ?? NaN) as [number, number, number, number];
  const isBar = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
  return isBar && names.length >= cells.length ? names.slice(0, cells.length) : undefined;
}
