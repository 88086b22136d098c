import type { PriceLadder } from "../book/price-ladder.ts";
import { type BookSnapshot, orderAction, type OrderFlow } from "../../domain/index.ts";
import { RecordedOrders } from "../replay/recorded-orders.ts";
import { FlowRecorder, type FlowReading, flowType, type RecordedFlow } from "./recorded-flow.ts";

/**
 * An order-by-order recording as flow: orders that come to rest, orders withdrawn, and trades as market orders. What had rested
 * before is seeded from snapshots, as in `RecordedOrders`.
 */
export function flowOfOrders(flow: OrderFlow, snapshots: readonly BookSnapshot[], reading: FlowReading): RecordedFlow {
  const book = new RecordedOrders();
  const recorder = new FlowRecorder(flow.instrument, reading);
  const furthest = reading.distances.at(-1)!;
  let next = 0;
  for (let row = 0; row < flow.count; row++) {
    const stamp = flow.localTime[row]!;
    while (next < snapshots.length && snapshots[next]!.localTime < stamp) book.seed(snapshots[next++]!);
    if (recorder.isSampleDue(stamp)) {
      countOrders(book.bids, 1, book.bestAskTicks, furthest, recorder);
      countOrders(book.asks, -1, book.bestBidTicks, furthest, recorder);
    }
    const [side, ticks, lots] = [flow.side[row]!, flow.ticks[row]!, flow.lots[row]!];
    const [bid, ask] = [book.bestBidTicks, book.bestAskTicks];
    const other = side > 0 ? ask : bid;
    const distance = side * (other - ticks);
    const isResting = other > 0 && distance > 0; // One that crosses takes: its trades tell of it.
    const wasThere = book.priceOf(flow.id[row]!) >= 0;
    book.apply(flow, row);
    const { created, deleted } = orderAction;
    if (isResting && flow.action[row] === created) {
      recorder.addOrder(stamp, side > 0 ? flowType.limitBuy : flowType.limitSell, distance, lots);
    } else if (isResting && flow.action[row] === deleted && lots > 0 && wasThere) {
      recorder.addOrder(stamp, side > 0 ? flowType.cancelBuy : flowType.cancelSell, distance, lots);
    }
    if (book.tradedLots > 0) recorder.addTrade(stamp, -book.tradedSide, book.tradedLots, book.tradedTicks, book.tradedSide > 0 ? bid : ask);
  }
  return recorder.finish(flow.localTime[flow.count - 1] ?? 0, 1);
}

function countOrders(ladder: PriceLadder, side: number, otherTicks: number, furthest: number, recorder: FlowRecorder): void {
  if (otherTicks === 0) return;
  let level = side > 0 ? ladder.nextBelow(otherTicks) : ladder.nextAbove(otherTicks);
  while (level >= 0 && side * (otherTicks - ladder.ticks[level]!) <= furthest) {
    recorder.addResting(side * (otherTicks - ladder.ticks[level]!), ladder.orders[level]!);
    level = side > 0 ? ladder.nextBelow(ladder.ticks[level]!) : ladder.nextAbove(ladder.ticks[level]!);
  }
}
