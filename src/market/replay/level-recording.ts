import type { BookSnapshot, OrderFlow } from "../../domain/index.ts";
import { type OrderRepairs, RecordedOrders } from "./recorded-orders.ts";
import { type Recording, RecordingBuilder, rowKind } from "../../domain/index.ts";

/**
 * An order-by-order recording as one of levels and trades, for `ReplayExchange`. Snapshots seed what had rested before, as in
 * `RecordedOrders`. Levels that stand crossed while a taker's fills are still to be told are held back until they do not;
 * trades are told at once, with the side of the order that took. Such a recording knows local times alone, so they stand for the venue's.
 */
export function levelRecording(
  flow: OrderFlow,
  snapshots: readonly BookSnapshot[],
): { readonly recording: Recording; readonly repairs: OrderRepairs } {
  const builder = new RecordingBuilder(flow.instrument);
  const book = new RecordedOrders();
  const dirty = new Map<number, number>([]); // Signed price to its side.
  let next = 0;
  const mark = (side: number, ticks: number) => dirty.set(side * ticks, side);
  const tell = (time: number) => {
    const [bid, ask] = [book.bestBidTicks, book.bestAskTicks];
    const isCrossed = bid > 0 && ask > 0 && bid >= ask;
    const before = builder.count;
    builder.at(time, time);
    for (const [signed, side] of dirty) {
      const ticks = signed * side;
      if (isCrossed && (side > 0 ? ticks >= ask : ticks <= bid)) continue;
      builder.add(rowKind.level, side, ticks, book.lotsAt(side, ticks), 0);
      dirty.delete(signed);
    }
    if (builder.count > before) builder.endMessage();
  };
  const seed = (snapshot: BookSnapshot) => {
    const { seeded } = book.repairs;
    book.seed(snapshot);
    if (book.repairs.seeded === seeded) return;
    for (const ticks of snapshot.bids.ticks) mark(1, ticks);
    for (const ticks of snapshot.asks.ticks) mark(-1, ticks);
    tell(snapshot.localTime);
  };
  for (let row = 0; row < flow.count; row++) {
    const time = flow.localTime[row]!;
    while (next < snapshots.length && snapshots[next]!.localTime < time) seed(snapshots[next++]!);
    const before = book.priceOf(flow.id[row]!);
    book.apply(flow, row);
    if (book.tradedLots > 0) {
      builder.at(time, time);
      builder.add(rowKind.trade, -book.tradedSide, book.tradedTicks, book.tradedLots, 0);
      builder.endMessage();
    }
    if (before >= 0) mark(flow.side[row]!, before);
    mark(flow.side[row]!, flow.ticks[row]!);
    tell(time);
  }
  return { recording: builder.finish(), repairs: { ...book.repairs } };
}
