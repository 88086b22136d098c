import { eventField, eventKind, eventKindOf, type OrderBook } from "../../../market/index.ts";

/** What an owner's trades in a book's log come to, told from its words: the plain twin of `BookAccount`. The log holds the whole session. */
export function tradesOf(book: OrderBook, owner: number, { makerBps, takerBps }: { readonly makerBps: number; readonly takerBps: number }) {
  const sum = { cash: 0, position: 0, fees: 0, boughtLots: 0, soldLots: 0, boughtValue: 0, soldValue: 0, makerLots: 0 };
  if (book.log.first > 0) throw new Error("the log has lost the session's beginning");
  for (let event = 0; event < book.log.count; event++) {
    if (eventKindOf(book.log.read(event, eventField.code)) !== eventKind.trade) continue; // Words are slow.
    const { side, ticks, lots, owner: taker, makerOwner } = book.log.describe(event);
    const roles = [
      { who: taker, buys: side === "buy", bps: takerBps, rests: false },
      { who: makerOwner, buys: side === "sell", bps: makerBps, rests: true },
    ];
    for (const { who, buys, bps, rests } of roles) {
      if (who !== owner) continue;
      const fee = Math.ceil((lots * ticks * bps) / 10_000);
      sum.fees += fee;
      sum.cash += (buys ? -lots * ticks : lots * ticks) - fee;
      sum.position += buys ? lots : -lots;
      sum[buys ? "boughtLots" : "soldLots"] += lots;
      sum[buys ? "boughtValue" : "soldValue"] += lots * ticks;
      if (rests) sum.makerLots += lots;
    }
  }
  return sum;
}
