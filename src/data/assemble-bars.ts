import type { Bars } from "../domain/index.ts";
import type { Cleaned } from "./clean.ts";
import type { RawBars } from "./raw-bars.ts";

/** The columns of bars but for their times. */
export type BarNumbers = Omit<Bars, "instrument" | "closeTime">;

/** The rows of a column that are kept, in their order. */
export function pickRows(column: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) picked[index] = column[rows[index]!]!;
  return picked;
}

/** Columns of the rows kept. Missing volume becomes 0; a range off by float noise is widened to hold its open and close. */
export function assembleBars(raw: RawBars, { kept }: Cleaned): { columns: BarNumbers; widened: number; withoutVolume: number } {
  const open = pickRows(raw.open, kept);
  const high = pickRows(raw.high, kept);
  const low = pickRows(raw.low, kept);
  const close = pickRows(raw.close, kept);
  const volume = pickRows(raw.volume, kept);
  let widened = 0;
  let withoutVolume = 0;
  for (let row = 0; row < kept.length; row++) {
    const top = Math.max(open[row]!, high[row]!, low[row]!, close[row]!);
    const bottom = Math.min(open[row]!, high[row]!, low[row]!, close[row]!);
    if (top !== high[row] || bottom !== low[row]) widened++;
    high[row] = top;
    low[row] = bottom;
    if (Number.isNaN(volume[row])) {
      volume[row] = 0;
      withoutVolume++;
    }
  }
  return { columns: { open, high, low, close, volume }, widened, withoutVolume };
}
