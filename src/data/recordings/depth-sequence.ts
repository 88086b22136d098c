/** What to do with a depth update: apply it, leave it out, keep it for the snapshot that is to come, or tell of a gap. */
export type SequenceVerdict = "apply" | "drop" | "wait" | "gap";

/** Numbers of one update: the first and last event in it and, where the venue says so, the last one of the update before. */
export interface UpdateNumbers {
  readonly first: number;
  readonly last: number;
  readonly previous?: number;
}

/**
 * Binance's rules for joining a snapshot and its updates. Spot: drop what ends at or before the snapshot, the first one applied
 * holds the snapshot's number + 1, each later one begins right after its predecessor. Futures: drop what ends before the
 * snapshot, the first one holds the snapshot's number, each later one names its predecessor's last number.
 */
export class DepthSequence {
  private readonly isFutures: boolean;
  private snapshot = NaN;
  private last = NaN;

  constructor(market: "spot" | "usd-m") {
    this.isFutures = market === "usd-m";
  }

  /** A snapshot has come: everything begins anew from its number. */
  restart(snapshot: number): void {
    this.snapshot = snapshot;
    this.last = NaN;
  }

  /** Judges the next update. After a gap everything waits for a snapshot. */
  judge({ first, last, previous }: UpdateNumbers): SequenceVerdict {
    if (Number.isNaN(this.snapshot)) return "wait";
    if (Number.isNaN(this.last)) {
      if (this.isFutures ? last < this.snapshot : last <= this.snapshot) return "drop";
      const wanted = this.isFutures ? this.snapshot : this.snapshot + 1;
      if (!(first <= wanted && wanted <= last)) return this.lose();
    } else if (last <= this.last) {
      return "drop"; // Seen before.
    } else if (this.isFutures ? previous !== this.last : first !== this.last + 1) {
      return this.lose();
    }
    this.last = last;
    return "apply";
  }

  private lose(): SequenceVerdict {
    this.snapshot = NaN;
    this.last = NaN;
    return "gap";
  }
}
