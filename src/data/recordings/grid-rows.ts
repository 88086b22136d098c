import { type Instrument, RecordingBuilder } from "../../domain/index.ts";

/** A number, or a decimal as text, as a whole count of a grid's size; NaN where it does not lie on the grid. */
export function onGrid(value: string | number, size: number): number {
  const count = Number(value) / size;
  const nearest = Math.round(count);
  return Math.abs(count - nearest) <= 1e-6 * Math.max(1, Math.abs(count) * 1e-6) ? nearest + 0 : NaN;
}

/** Builds a recording out of prices and quantities as venues write them. */
export class GridRows {
  readonly builder: RecordingBuilder;
  /** Rows whose price is off the instrument's grid, left out, or whose quantity is, rounded to the nearest lot. */
  offGrid = 0;
  readonly instrument: Instrument;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.builder = new RecordingBuilder(instrument);
  }

  /** Adds a row; returns whether it could be told. */
  add(kind: number, side: number, price: string, quantity: string, updateId: number): boolean {
    const { tickSize, lotSize } = this.instrument;
    const ticks = onGrid(price, tickSize);
    const lots = onGrid(quantity, lotSize);
    if (Number.isNaN(ticks) || Number.isNaN(lots)) this.offGrid++;
    const nearest = Number.isNaN(lots) ? Math.round(Number(quantity) / lotSize) : lots;
    const isTold = ticks > 0 && nearest >= 0;
    if (isTold) this.builder.add(kind, side, ticks, nearest, updateId);
    return isTold;
  }
}
