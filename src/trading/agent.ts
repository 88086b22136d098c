import { type Account, type Bar } from "../domain/index.ts";

/** What decides in a session. It sees closed bars and its own account, never a row of a data set. */
export interface Agent {
  update(bar: Bar): void;
  /** Target exposure as a share of equity, −1 to 1; null keeps what is held. */
  decide(account: Account): number | null;
  /** For one that remembers: sees again what it has decided on in an earlier run of the session. */
  recall?(account: Account): void;
}
