import { UserError } from "../../base/index.ts";
import type { Connection } from "./connection.ts";
import type { Venue } from "./venue.ts";

/** A venue does not take the credentials. `said` are its words, without secrets. */
export function refusedCredentials({ name, authentication }: Venue, said: string): UserError {
  const variables = authentication?.variables ?? "";
  return new UserError("stream/refused", `${name} refused the credentials in ${variables}: ${said}`, {
    path: variables,
    hint: `Check ${variables}: the keys must be valid and belong to this feed.`,
  });
}

/** A venue does not take the subscriptions to these topics. */
export const refusedSubscription = ({ name }: Venue, topics: readonly string[], said: string): UserError =>
  new UserError("stream/refused", `${name} refused the subscription to ${topics.join(", ")}: ${said}`, {
    path: topics.join(", "),
    hint: "Check the symbols and channels, and what the venue allows you to subscribe to.",
  });

/** So many attempts came to nothing; `pending` are the topics that were never acknowledged. */
export function unreachable({ name }: Venue, { attempts, reason }: Connection, pending: readonly string[]): UserError {
  const unheard = pending.length > 0 ? `; not acknowledged: ${pending.join(", ")}` : "";
  return new UserError("stream/unreachable", `${name} could not be kept connected in ${attempts} attempts: ${reason}${unheard}`, {
    path: name,
    hint: "Check the network, the symbols, and whether the venue is up; then begin again.",
  });
}

/** More waits than may. */
export const tooSlow = ({ name }: Venue, waiting: number): UserError =>
  new UserError("stream/overrun", `${name} sends more than is taken: ${waiting} messages wait`, {
    path: name,
    hint: "Take events faster, or subscribe to less.",
  });
