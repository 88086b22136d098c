/** What a stream has counted since it began. Nothing is left out of what is delivered without being counted here. */
export interface StreamCounts {
  /** Frames heard. */
  received: number;
  /** Events that the consumer has taken. */
  delivered: number;
  /** Quotes, book states and unfinished bars that a newer one replaced because the consumer was slow. */
  conflated: number;
  /** Messages left out because the same, or a newer one of its kind, had been delivered. */
  dropped: number;
  /** Messages that came before their predecessor and were put right, or after a successor that was delivered. */
  outOfOrder: number;
  /** Frames that could not be understood; the connection is made anew, as something may have been lost with them. */
  malformed: number;
  /** Messages of a kind that the adapter does not know. */
  unknown: number;
  /** Connections lost and made again. */
  reconnects: number;
  /** Stretches of missed trades or bars that were asked for by REST, the events had so, and stretches that stayed incomplete. */
  gapsRepaired: number;
  eventsRepaired: number;
  gapsLeft: number;
  /** Books made anew from a snapshot after a gap in their sequence or a wrong checksum. */
  resyncs: number;
  /** Times at which the socket was paused because the consumer was slow. */
  pauses: number;
}

/** Counts that begin at zero. */
export const newCounts = (): StreamCounts => ({
  received: 0,
  delivered: 0,
  conflated: 0,
  dropped: 0,
  outOfOrder: 0,
  malformed: 0,
  unknown: 0,
  reconnects: 0,
  gapsRepaired: 0,
  eventsRepaired: 0,
  gapsLeft: 0,
  resyncs: 0,
  pauses: 0,
});
