import type { Instrument } from "./index.ts";

/** What a row of an order-by-order recording says: an order now rests, rests with so many lots, or rests no more. */
export const orderAction = { created: 0, changed: 1, deleted: 2 } as const;

/**
 * An order-by-order recording (level 3) in columns of one length, in the order in which it was received; times are ms since the
 * epoch, UTC. `lots` are those the order has left; of a deleted one, those it took with it, 0 where it had traded in full.
 */
export interface OrderFlow {
  readonly instrument: Instrument;
  readonly count: number;
  /** One of `orderAction`. */
  readonly action: Uint8Array;
  readonly id: Float64Array;
  readonly side: Int8Array;
  readonly ticks: Float64Array;
  readonly lots: Float64Array;
  readonly localTime: Float64Array;
}

/** Book levels of a side by price: the best first. */
export interface SnapshotSide {
  readonly ticks: Float64Array;
  readonly lots: Float64Array;
}

/** A venue's own picture of the best levels at a time. */
export interface BookSnapshot {
  readonly localTime: number;
  readonly bids: SnapshotSide;
  readonly asks: SnapshotSide;
}
