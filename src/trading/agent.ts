import type { Account, Bar, Bars, Money } from "../domain/index.ts";
import type { Costs } from "../market/index.ts";
import type { OrderDesk } from "./order-desk.ts";

/** What decides in a session. It sees closed bars and its own account, never a row of a data set. */
export interface Agent {
  /** A bar has closed. The bar may be overwritten once this returns. */
  update(bar: Bar): void;
  /**
   * Target exposure as a share of equity, −1 to 1; null keeps what is held. To reach an exposure takes back every working order; an
   * agent that places `orders` itself returns null.
   */
  decide(account: Account, orders: OrderDesk): number | null;
  /** For one that remembers: sees again what it has decided on in an earlier run of the session. */
  recall?(account: Account): void;
  /**
   * For one that is quicker when it may work ahead: an agent that decides the same, to the bit, over a stretch whose bars are all at
   * hand. It has been shown the bars before the stretch.
   */
  over?(stretch: KnownStretch): Agent;
}

/** Bars that are all at hand, of which rows [from, to) are traded. */
export interface KnownStretch {
  readonly bars: Bars;
  /** The same bars as the agent is shown them, where that is not what trades. */
  readonly seen: Bars;
  readonly from: number;
  readonly to: number;
  readonly costs: Costs;
  readonly initialCash: Money;
}
