import { type RecordingBuilder, rowKind } from "../../domain/index.ts";

/** The best levels of a book as a file shows them row by row; what changed from one row to the next is told to a recording. */
export class VisibleLevels {
  private readonly builder: RecordingBuilder;
  private shown = { bids: new Map<number, number>(), asks: new Map<number, number>() };

  constructor(builder: RecordingBuilder) {
    this.builder = builder;
  }

  /** Forgets what was shown: the book is void until levels follow. */
  reset(updateId = 0): void {
    this.shown = { bids: new Map(), asks: new Map() };
    this.builder.add(rowKind.reset, 0, 0, 0, updateId);
  }

  /** Tells how these levels, ticks to lots, differ from those shown before; a level out of sight is gone. Returns whether they do. */
  show(bids: Map<number, number>, asks: Map<number, number>): boolean {
    const before = this.builder.count;
    this.side(1, this.shown.bids, bids);
    this.side(-1, this.shown.asks, asks);
    this.shown = { bids, asks };
    return this.builder.count > before;
  }

  private side(side: 1 | -1, old: ReadonlyMap<number, number>, levels: ReadonlyMap<number, number>): void {
    for (const ticks of old.keys()) if (!levels.has(ticks)) this.builder.add(rowKind.level, side, ticks, 0, 0);
    for (const [ticks, lots] of levels) if (old.get(ticks) !== lots) this.builder.add(rowKind.level, side, ticks, lots, 0);
  }
}
