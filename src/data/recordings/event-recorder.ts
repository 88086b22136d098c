import { type Instrument, type Recording, RecordingBuilder, rowKind } from "../../domain/index.ts";
import type { PriceLevel, StreamEvent } from "../streams/event.ts";
import { onGrid } from "./grid-rows.ts";

/** Writes what a stream delivers of one instrument into a recording. Bars are left out, as are trades without a taker's side. */
export class EventRecorder {
  /** Prices off the instrument's grid, left out, and sizes off it, rounded to the nearest lot. */
  offGrid = 0;
  private readonly instrument: Instrument;
  private readonly builder: RecordingBuilder;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.builder = new RecordingBuilder(instrument);
  }

  take(event: StreamEvent): void {
    if (event.kind === "bar" || (event.kind === "trade" && event.side === 0)) return;
    this.builder.at(event.exchangeTime, event.receiveTime);
    const before = this.builder.count;
    if (event.kind === "trade") this.row(rowKind.trade, event.side, [event.price, event.size], 0);
    else if (event.kind === "quote") {
      this.row(rowKind.quote, 1, [event.bid, event.bidSize], event.updateId);
      this.row(rowKind.quote, -1, [event.ask, event.askSize], event.updateId);
    } else {
      if (event.isReset) this.builder.add(rowKind.reset, 0, 0, 0, event.updateId);
      for (const level of event.bids) this.row(rowKind.level, 1, level, event.updateId);
      for (const level of event.asks) this.row(rowKind.level, -1, level, event.updateId);
    }
    if (this.builder.count > before) this.builder.endMessage();
  }

  finish(): Recording {
    return this.builder.finish();
  }

  /** A price that is not told is no row; a size that is not told is 0. */
  private row(kind: number, side: number, [price, size]: PriceLevel, updateId: number): void {
    if (Number.isNaN(price)) return;
    const { tickSize, lotSize } = this.instrument;
    const ticks = onGrid(price, tickSize);
    const lots = Number.isNaN(size) ? 0 : onGrid(size, lotSize);
    if (Number.isNaN(ticks) || Number.isNaN(lots)) this.offGrid++;
    if (ticks > 0) this.builder.add(kind, side, ticks, Number.isNaN(lots) ? Math.round(size / lotSize) : lots, updateId);
  }
}
