/** Operations as columns: kind 0 rests, 1 takes and leaves nothing, 2 cancels, 3 moves to a price with so many lots. The rows before `begin` fill the book. */
export interface OrderColumns {
  readonly kind: Uint8Array;
  readonly id: Float64Array;
  readonly side: Int8Array;
  readonly ticks: Float64Array;
  readonly lots: Float64Array;
  readonly count: number;
  readonly begin: number;
}

/** An order book of another project behind our script. */
export interface PeerBook {
  play(rows: OrderColumns, from: number, to: number): void;
  /** Lots traded so far and the levels, written as `bench/book.ts` writes ours. */
  outcome(): string;
}

/** What the two packages answer and offer, as far as it is used here. */
interface Answer {
  readonly quantityLeft: number;
  readonly err: unknown;
}
interface Library {
  limit(order: { side: string; id: string; size: number; price: number; timeInForce: string }): Answer;
  modify(id: string, change: { price: number; size: number }): Answer;
  cancel(id: string): unknown;
  depth(): [asks: [number, number][], bids: [number, number][]];
}

/** The order books of npm that people use, with the version to install for a comparison. */
export const peers = [
  { name: "nodejs-order-book", version: "10.1.1" },
  { name: "hft-limit-order-book", version: "7.0.2" },
] as const;

/** A maker of empty books of a peer, or undefined where it is not installed. */
export async function loadPeer(name: string): Promise<(() => PeerBook) | undefined> {
  let library: { readonly OrderBook: new () => Library };
  try {
    library = (await import(name)) as typeof library;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
  return () => peerBook(new library.OrderBook());
}

function peerBook(book: Library): PeerBook {
  let traded = 0;
  const count = (lots: number, { quantityLeft, err }: Answer) => {
    if (err !== null && err !== undefined) throw new Error(`the peer refused an order: ${String(err)}`);
    traded += lots - quantityLeft;
  };
  const write = (levels: [number, number][], direction: number) =>
    levels
      .toSorted((left, right) => direction * (left[0] - right[0]))
      .map(([price, lots]) => `${price}:${lots}`)
      .join();
  return {
    play({ kind, id, side, ticks, lots }, from, to) {
      for (let row = from; row < to; row++) {
        const name = String(id[row]);
        const price = ticks[row]!;
        const size = lots[row]!;
        if (kind[row] === 2) book.cancel(name);
        else if (kind[row] === 3) count(size, book.modify(name, { price, size }));
        else {
          const timeInForce = kind[row] === 0 ? "GTC" : "IOC";
          count(size, book.limit({ side: side[row]! > 0 ? "buy" : "sell", id: name, size, price, timeInForce }));
        }
      }
    },
    outcome() {
      const [asks, bids] = book.depth();
      return [traded, write(bids, -1), write(asks, 1)].join(" ");
    },
  };
}
