import type { Account, Bar, Money } from "../domain/index.ts";

/** A bar as it was lived: its prices, and where the account stood at its close before anything new was decided. */
export interface SessionPoint {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In money units of the instrument. */
  readonly equity: Money;
  readonly exposure: number;
  /** In lots, signed. */
  readonly position: number;
}

/** The points of a session in columns of one length. */
export type SessionTrack = { readonly [Column in keyof SessionPoint]: Float64Array };

const columns = [
  "time",
  "open",
  "high",
  "low",
  "close",
  "equity",
  "exposure",
  "position",
] as const satisfies readonly (keyof SessionPoint)[];
const width = columns.length;

/** The point of a bar at whose close an account stands where it stands. */
export const pointOf = ({ closeTime: time, open, high, low, close }: Bar, { equity, exposure, position }: Account): SessionPoint => ({
  time,
  open,
  high,
  low,
  close,
  equity: equity as Money,
  exposure,
  position,
});

/** Collects the points of a session; a point makes nothing new but what it takes to hold it. */
export class TrackBuilder {
  private rows: Float64Array;
  private count = 0;

  /** `expected` points are room enough at first. */
  constructor(expected = 1024) {
    this.rows = new Float64Array(Math.max(expected, 1) * width);
  }

  add(bar: Bar, account: Account): void {
    let at = this.count++ * width;
    if (at === this.rows.length) this.grow();
    const { rows } = this;
    rows[at++] = bar.closeTime;
    rows[at++] = bar.open;
    rows[at++] = bar.high;
    rows[at++] = bar.low;
    rows[at++] = bar.close;
    rows[at++] = account.equity;
    rows[at++] = account.exposure;
    rows[at] = account.position;
  }

  /** The points so far, in columns. */
  finish(): SessionTrack {
    const column = (index: number) => {
      const values = new Float64Array(this.count);
      for (let row = 0; row < this.count; row++) values[row] = this.rows[row * width + index]!;
      return values;
    };
    return Object.fromEntries(columns.map((name, index) => [name, column(index)])) as unknown as SessionTrack;
  }

  private grow(): void {
    const longer = new Float64Array(this.rows.length * 2);
    longer.set(this.rows);
    this.rows = longer;
  }
}

/** A track as points, one a bar. */
export const pointsOf = (track: SessionTrack): SessionPoint[] =>
  Array.from(track.time, (_, row) => Object.fromEntries(columns.map((name) => [name, track[name][row]])) as unknown as SessionPoint);
