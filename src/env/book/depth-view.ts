import type { OrderBook } from "../../market/index.ts";

/** A level of a book as it is drawn. */
export interface DepthLevel {
  readonly price: number;
  readonly quantity: number;
}

/** What a book showed at a moment, best prices first. */
export interface Depth {
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
  /** Resting orders of the agent that is watched. */
  readonly own: readonly (DepthLevel & { readonly side: "buy" | "sell" })[];
}

/** The best levels of a book in ticks and lots, and which of the orders there are an owner's. */
export function depthOf(book: OrderBook, owner: number, levels = 20): Depth {
  const own: (DepthLevel & { readonly side: "buy" | "sell" })[] = [];
  const side = (sign: 1 | -1): DepthLevel[] => {
    const { ladder, orders } = book;
    const shown: DepthLevel[] = [];
    let level = sign > 0 ? book.bidLevel : book.askLevel;
    while (level >= 0 && shown.length < levels) {
      const price = ladder.ticks[level]!;
      shown.push({ price, quantity: ladder.lots[level]! });
      for (let slot = ladder.head[level]!; slot >= 0; slot = orders.next[slot]!) {
        if (orders.owner[slot] === owner) own.push({ side: sign > 0 ? "buy" : "sell", price, quantity: orders.lots[slot]! });
      }
      level = sign > 0 ? ladder.nextBelow(price) : ladder.nextAbove(price);
    }
    return shown;
  };
  return { bids: side(1), asks: side(-1), own };
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** The depth of a book as text: asks above, bids below, bars on one scale, the agent's own orders marked with ●. */
export function renderDepth({ bids, asks, own }: Depth, { width = 72, levels = 8, priceDigits = 0 } = {}): string {
  const shownAsks = asks.slice(0, levels).toReversed();
  const shownBids = bids.slice(0, levels);
  const rows = [...shownAsks, ...shownBids];
  if (rows.length === 0) return "(the book is empty)";
  const most = Math.max(...rows.map(({ quantity }) => quantity));
  const priceText = (price: number) => written(price, priceDigits);
  const priceWidth = Math.max(...rows.map(({ price }) => priceText(price).length));
  const quantityWidth = Math.max(...rows.map(({ quantity }) => written(quantity).length));
  const room = Math.max(4, width - priceWidth - quantityWidth - 12);
  const line = (side: "buy" | "sell", { price, quantity }: DepthLevel) => {
    const mine = own.filter((order) => order.side === side && order.price === price).reduce((sum, order) => sum + order.quantity, 0);
    const mark = mine > 0 ? ` ● ${written(mine)} own` : "";
    const head = `${side === "sell" ? "ask" : "bid"} ${priceText(price).padStart(priceWidth)} ${written(quantity).padStart(quantityWidth)} `;
    return `${head}${bar(quantity / most, room - mark.length)}${mark}`;
  };
  const spread = asks[0] && bids[0] ? [`    ${"─".repeat(priceWidth)} spread ${priceText(asks[0].price - bids[0].price)}`] : [];
  return [...shownAsks.map((level) => line("sell", level)), ...spread, ...shownBids.map((level) => line("buy", level))].join("\n");
}

/** A bar that fills `share` (0 to 1) of `width` columns, in steps of an eighth. */
function bar(share: number, width: number): string {
  const filled = Math.round(share * width * 8);
  return "█".repeat(filled >> 3) + eighths[filled & 7]!;
}

const written = (value: number, digits = 0): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
