import { assert, Bug } from "../base/index.ts";
import type { Instrument } from "./instrument.ts";

/** One closed bar. `closeTime` is when it became known, in ms since the epoch, UTC; prices in quote currency. */
export interface Bar {
  closeTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Closed bars of one instrument, oldest first; arrays share one length. Times are bar-close, ms since epoch, UTC. */
export interface Bars {
  readonly instrument: Instrument;
  readonly closeTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** The columns of a bar, in their usual order. */
export const barColumns = ["closeTime", "open", "high", "low", "close", "volume"] as const satisfies readonly (keyof Bar)[];

/**
 * A bar to be shown again and again with other numbers. They stand in a row of memory, for to write a number into a field of an object
 * may cost an allocation, and the fields read and write there; they are its own, so that it is copied and written down as any bar.
 */
class BarRow implements Bar {
  declare closeTime: number;
  declare open: number;
  declare high: number;
  declare low: number;
  declare close: number;
  declare volume: number;
  readonly #row = new Float64Array(barColumns.length).fill(NaN);

  /** Made once, so that all bars have one shape; written out, because a place that is known is read at once. */
  static readonly #fields: PropertyDescriptorMap & ThisType<BarRow> = {
    closeTime: {
      enumerable: true,
      get() {
        return this.#row[0]!;
      },
      set(value: number) {
        this.#row[0] = value;
      },
    },
    open: {
      enumerable: true,
      get() {
        return this.#row[1]!;
      },
      set(value: number) {
        this.#row[1] = value;
      },
    },
    high: {
      enumerable: true,
      get() {
        return this.#row[2]!;
      },
      set(value: number) {
        this.#row[2] = value;
      },
    },
    low: {
      enumerable: true,
      get() {
        return this.#row[3]!;
      },
      set(value: number) {
        this.#row[3] = value;
      },
    },
    close: {
      enumerable: true,
      get() {
        return this.#row[4]!;
      },
      set(value: number) {
        this.#row[4] = value;
      },
    },
    volume: {
      enumerable: true,
      get() {
        return this.#row[5]!;
      },
      set(value: number) {
        this.#row[5] = value;
      },
    },
  };

  constructor() {
    Object.defineProperties(this, BarRow.#fields);
  }
}

/** A bar with nothing in it yet, to be reused by `readBar`. */
export const emptyBar = (): Bar => new BarRow();

/** Copies one row into `out` and returns it; allocates nothing. */
export function readBar(bars: Bars, index: number, out: Bar): Bar {
  if (!(index >= 0 && index < bars.close.length)) throw new Bug(`bar ${index} of ${bars.close.length}`); // No message is made up for a good one.
  out.closeTime = bars.closeTime[index]!;
  out.open = bars.open[index]!;
  out.high = bars.high[index]!;
  out.low = bars.low[index]!;
  out.close = bars.close[index]!;
  out.volume = bars.volume[index]!;
  return out;
}

/** Bars [from, to) as views on the same memory. */
export const sliceBars = (bars: Bars, from: number, to: number): Bars => mapColumns(bars, (column) => column.subarray(from, to));

/** A deep copy, for those who mean to change it. */
export const copyBars = (bars: Bars): Bars => mapColumns(bars, (column) => column.slice());

/** Bars from rows; for tests and small inputs. */
export function barsFrom(instrument: Instrument, rows: readonly Bar[]): Bars {
  const column = (name: keyof Bar) => Float64Array.from(rows, (row) => row[name]);
  return {
    instrument,
    closeTime: column("closeTime"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
}

const mapColumns = (bars: Bars, map: (column: Float64Array) => Float64Array): Bars => ({
  instrument: bars.instrument,
  closeTime: map(bars.closeTime),
  open: map(bars.open),
  high: map(bars.high),
  low: map(bars.low),
  close: map(bars.close),
  volume: map(bars.volume),
});

const yearMs = 365.25 * 24 * 3600 * 1000;

/** Bars in an average year of the data, for annualising: 252-like for daily stock bars, 8766 for hourly round-the-clock ones. */
export function barsPerYear({ closeTime }: Bars): number {
  const last = closeTime.length - 1;
  assert(last >= 1, "at least two bars are needed to tell how many a year has");
  return (last * yearMs) / (closeTime[last]! - closeTime[0]!);
}
