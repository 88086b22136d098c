import { DepthBook } from "../replay/depth-book.ts";
import { type Recording, rowKind } from "../../domain/index.ts";
import { FlowRecorder, type FlowReading, flowType, type RecordedFlow } from "./recorded-flow.ts";

/**
 * A recording of levels and trades as flow: a level that grows got a limit order, one that shrinks by more than was traded at its
 * price lost orders, and trades are market orders. Several orders within one update are seen as one, and orders that rest are
 * counted as if each had the mean size of those that came: it is coarser than what single orders tell. Times are the venue's.
 */
export function flowOfLevels(recording: Recording, reading: FlowReading): RecordedFlow {
  const book = new DepthBook();
  const recorder = new FlowRecorder(recording.instrument, reading);
  const traded = new Map<number, number>(); // Lots that trades took and levels have not told yet, by signed price.
  const furthest = reading.distances.at(-1)!;
  let [limits, limitLots, isWhole] = [0, 0, false];
  for (let row = 0; row < recording.count; row++) {
    const stamp = recording.exchangeTime[row]!;
    const [side, ticks, lots] = [recording.side[row]!, recording.ticks[row]!, recording.lots[row]!];
    const kind = recording.kind[row]!;
    if (isWhole && recorder.isSampleDue(stamp)) {
      for (const each of [1, -1]) countLots(book, each, furthest, recorder);
    }
    if (kind === rowKind.reset) isWhole = false;
    else if (kind === rowKind.trade && isWhole) {
      recorder.addTrade(stamp, side, lots, ticks, side > 0 ? book.bestAskTicks : book.bestBidTicks);
      traded.set(-side * ticks, (traded.get(-side * ticks) ?? 0) + lots);
    } else if (kind === rowKind.level && isWhole) {
      const change = lots - book.lotsAt(side, ticks);
      const other = side > 0 ? book.bestAskTicks : book.bestBidTicks;
      const distance = side * (other - ticks);
      const explained = Math.min(Math.max(0, -change), traded.get(side * ticks) ?? 0);
      if (explained > 0) traded.set(side * ticks, traded.get(side * ticks)! - explained);
      if (change > 0 && distance > 0) {
        recorder.addOrder(stamp, side > 0 ? flowType.limitBuy : flowType.limitSell, distance, change);
        limits++;
        limitLots += change;
      } else if (change + explained < 0 && distance > 0) {
        recorder.addOrder(stamp, side > 0 ? flowType.cancelBuy : flowType.cancelSell, distance, -change - explained);
      }
    }
    book.apply(recording, row);
    if (recording.isLast[row] === 1 && kind === rowKind.level) {
      isWhole = book.bidLevel >= 0 && book.askLevel >= 0;
      if (traded.size > 1000) traded.clear(); // Trades of levels long gone.
    }
  }
  return recorder.finish(recording.exchangeTime[recording.count - 1] ?? 0, limitLots > 0 ? limits / limitLots : 0);
}

function countLots(book: DepthBook, side: number, furthest: number, recorder: FlowRecorder): void {
  const other = side > 0 ? book.bestAskTicks : book.bestBidTicks;
  const ladder = side > 0 ? book.bids : book.asks;
  let level = side > 0 ? book.bidLevel : book.askLevel;
  while (level >= 0 && side * (other - ladder.ticks[level]!) <= furthest) {
    recorder.addResting(side * (other - ladder.ticks[level]!), ladder.lots[level]!);
    level = side > 0 ? ladder.nextBelow(ladder.ticks[level]!) : ladder.nextAbove(ladder.ticks[level]!);
  }
}
