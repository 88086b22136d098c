import { assert } from "../base/index.ts";
import { type Account, type Bar, type Bars, type Instrument, type Money, sliceBars, toTicks } from "../domain/index.ts";

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

/** The points of a session in columns of one length. */
export class SessionTrack {
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** In money units of the instrument. */
  readonly equity: Float64Array;
  /** In lots, signed. */
  readonly position: Float64Array;
  private readonly instrument: Instrument;
  private exposures: Float64Array | undefined;
  private objects: readonly SessionPoint[] | undefined;

  constructor(bars: Bars, equity: Float64Array, position: Float64Array) {
    assert(bars.close.length === equity.length && position.length === equity.length, "the columns of a track have one length");
    this.instrument = bars.instrument;
    this.time = bars.closeTime;
    this.open = bars.open;
    this.high = bars.high;
    this.low = bars.low;
    this.close = bars.close;
    this.equity = equity;
    this.position = position;
  }

  /** Value of the position at the close as a share of equity, as `Account.exposure` has it; worked out when first asked for. */
  get exposure(): Float64Array {
    return (this.exposures ??= this.close.map((close, row) => {
      const equity = this.equity[row]!;
      return equity > 0 ? (this.position[row]! * toTicks(this.instrument, close)) / equity : 0;
    }));
  }

  /** The same as objects, one a bar; made when first asked for. */
  get points(): readonly SessionPoint[] {
    const { time, open, high, low, close, equity, exposure, position } = this;
    return (this.objects ??= Array.from(time, (_, row) => ({
      time: time[row]!,
      open: open[row]!,
      high: high[row]!,
      low: low[row]!,
      close: close[row]!,
      equity: equity[row]! as Money,
      exposure: exposure[row]!,
      position: position[row]!,
    })));
  }
}

const barParts = ["closeTime", "open", "high", "low", "close", "volume"] as const satisfies readonly (keyof Bar)[];

/** Collects the points of a session; a point makes nothing new but what it takes to hold it. */
export class TrackBuilder {
  private readonly instrument: Instrument;
  /** The bars of the session where they are at hand: they are looked at, not copied. */
  private readonly known: Bars | undefined;
  private readonly own: Record<(typeof barParts)[number], Float64Array>;
  private equity: Float64Array;
  private position: Float64Array;
  private count = 0;

  constructor(instrument: Instrument, known?: Bars) {
    const room = known ? known.close.length : 1024;
    this.instrument = instrument;
    this.known = known;
    const column = () => new Float64Array(known ? 0 : room);
    this.own = { closeTime: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
    this.equity = new Float64Array(room);
    this.position = new Float64Array(room);
  }

  add(bar: Bar, account: Account): void {
    const row = this.count++;
    if (row === this.equity.length) this.grow();
    this.equity[row] = account.equity;
    this.position[row] = account.position;
    if (this.known) return;
    for (const part of barParts) this.own[part][row] = bar[part];
  }

  /** The points so far. */
  finish(): SessionTrack {
    const { instrument, known, own, count } = this;
    const bars = sliceBars(known ?? { instrument, ...own }, 0, count);
    return new SessionTrack(bars, this.equity.subarray(0, count), this.position.subarray(0, count));
  }

  private grow(): void {
    assert(!this.known, "more bars came than were known");
    for (const part of barParts) this.own[part] = twiceAsLong(this.own[part]);
    this.equity = twiceAsLong(this.equity);
    this.position = twiceAsLong(this.position);
  }
}

function twiceAsLong(values: Float64Array): Float64Array {
  const longer = new Float64Array(values.length * 2);
  longer.set(values);
  return longer;
}
