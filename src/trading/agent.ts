import { type Account, type Bar } from "../domain/index.ts";
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
}
