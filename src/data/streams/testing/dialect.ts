import type { FakeMarket, MarketItem } from "./fake-market.ts";

/** What the fake server knows of one connection. */
export interface Session {
  authenticated: boolean;
  /** Names of the subscriptions, as the dialect makes them. */
  readonly topics: Set<string>;
}

/** The market as far as it has happened. */
export interface MarketView {
  readonly market: FakeMarket;
  readonly position: number;
  readonly items: readonly MarketItem[];
}

/** How a venue speaks: frames, acknowledgements and REST answers, in the shapes that its documentation gives. */
export interface Dialect {
  readonly name: string;
  readonly symbols: readonly string[];
  /** Path of the WebSocket. */
  readonly path: string;
  /** Frames sent to whoever connects. */
  readonly greeting: readonly string[];
  /** Takes a client's frame; returns the frames that answer it. */
  hear(text: string, session: Session, view: MarketView): readonly string[];
  /** The frame that tells of something to who has subscribed to it; undefined where nobody has. */
  tell(item: MarketItem, session: Session): string | undefined;
  /** A frame in which the venue reports an error of its own while all goes well. */
  readonly errorFrame: string;
  /** The answer to a request, as JSON; undefined where there is nothing at that address. */
  rest(url: URL, view: MarketView): unknown;
}

/** The happenings of one kind and symbol. */
export const itemsOf = <Kind extends MarketItem["kind"]>(
  { items }: MarketView,
  kind: Kind,
  symbol: string | null,
): Extract<MarketItem, { kind: Kind }>[] =>
  items.filter((item): item is Extract<MarketItem, { kind: Kind }> => item.kind === kind && item.symbol === symbol);

/** A number in the query of an address; undefined where it is not there. */
export function numberIn(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  return text === null ? undefined : Number(text);
}
