import { assert } from "../base/index.ts";
import type { Instrument } from "./index.ts";

/**
 * What a row of a recording says: the book is void until levels follow (`reset`), a price level now has so many lots (`level`, 0
 * removes it), a trade with the taker's side (`trade`), the venue's own best price and lots of a side (`quote`).
 */
export const rowKind = { reset: 0, level: 1, trade: 2, quote: 3 } as const;

/**
 * Recorded market data of one instrument in columns of one length, in the order in which it was received. Times are ms since the
 * epoch, UTC, never going back in either column; sides are 1 and −1, prices ticks, quantities lots.
 */
export interface Recording {
  readonly instrument: Instrument;
  readonly count: number;
  /** One of `rowKind`. */
  readonly kind: Uint8Array;
  readonly side: Int8Array;
  readonly ticks: Float64Array;
  readonly lots: Float64Array;
  /** When it happened at the venue. */
  readonly exchangeTime: Float64Array;
  /** When it reached the recorder. */
  readonly localTime: Float64Array;
  /** The venue's number of the update a level or a quote belongs to, 0 elsewhere. */
  readonly updateId: Float64Array;
  /** 1 on the last row of a message: only then is the book whole. */
  readonly isLast: Uint8Array;
}

/** Columns that grow while a recording is read. Times that go back are held at the latest one and counted. */
export class RecordingBuilder {
  /** Rows whose exchange time or local time was before that of an earlier row. */
  exchangeTimeWentBack = 0;
  localTimeWentBack = 0;
  count = 0;
  private readonly instrument: Instrument;
  private kind = new Uint8Array(1024);
  private side = new Int8Array(1024);
  private ticks = new Float64Array(1024);
  private lots = new Float64Array(1024);
  private exchangeTime = new Float64Array(1024);
  private localTime = new Float64Array(1024);
  private updateId = new Float64Array(1024);
  private isLast = new Uint8Array(1024);
  private latestExchange = -Infinity;
  private latestLocal = -Infinity;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  /** Sets the times of the rows that follow. An exchange time that is not known is NaN: the latest one then stands for it. */
  at(exchangeTime: number, localTime: number): void {
    assert(!Number.isNaN(localTime), "a row has a local time");
    if (exchangeTime < this.latestExchange) this.exchangeTimeWentBack++;
    if (localTime < this.latestLocal) this.localTimeWentBack++;
    if (exchangeTime > this.latestExchange) this.latestExchange = exchangeTime;
    if (localTime > this.latestLocal) this.latestLocal = localTime;
  }

  add(kind: number, side: number, ticks: number, lots: number, updateId: number): void {
    if (this.count === this.kind.length) this.grow();
    const row = this.count++;
    this.kind[row] = kind;
    this.side[row] = side;
    this.ticks[row] = ticks;
    this.lots[row] = lots;
    this.exchangeTime[row] = this.latestExchange;
    this.localTime[row] = this.latestLocal;
    this.updateId[row] = updateId;
    this.isLast[row] = 0;
  }

  /** Says that the row just added ends its message. */
  endMessage(): void {
    if (this.count > 0) this.isLast[this.count - 1] = 1;
  }

  finish(): Recording {
    const { instrument, count } = this;
    return {
      instrument,
      count,
      kind: this.kind.slice(0, count),
      side: this.side.slice(0, count),
      ticks: this.ticks.slice(0, count),
      lots: this.lots.slice(0, count),
      exchangeTime: this.exchangeTime.slice(0, count),
      localTime: this.localTime.slice(0, count),
      updateId: this.updateId.slice(0, count),
      isLast: this.isLast.slice(0, count),
    };
  }

  private grow(): void {
    this.kind = longer(this.kind, Uint8Array);
    this.side = longer(this.side, Int8Array);
    this.ticks = longer(this.ticks, Float64Array);
    this.lots = longer(this.lots, Float64Array);
    this.exchangeTime = longer(this.exchangeTime, Float64Array);
    this.localTime = longer(this.localTime, Float64Array);
    this.updateId = longer(this.updateId, Float64Array);
    this.isLast = longer(this.isLast, Uint8Array);
  }
}

function longer<Values extends Uint8Array | Int8Array | Float64Array>(values: Values, make: new (length: number) => Values): Values {
  const result = new make(values.length * 2);
  result.set(values);
  return result;
}

/**
 * The recording with its local times moved by a constant so that the quickest row took `least` ms: for a recorder whose clock
 * stood wrong, as one that seems to receive before the venue sends. `shiftMs` is what was added.
 */
export function correctLocalTimes(recording: Recording, least: number): { readonly recording: Recording; readonly shiftMs: number } {
  let quickest = Infinity;
  for (let row = 0; row < recording.count; row++) {
    quickest = Math.min(quickest, recording.localTime[row]! - recording.exchangeTime[row]!);
  }
  const shiftMs = recording.count === 0 ? 0 : least - quickest;
  return { recording: { ...recording, localTime: recording.localTime.map((time) => time + shiftMs) }, shiftMs };
}
