import type { Order, Trail } from "./order.ts";
import type { PriceTicks } from "./units.ts";

/** Where a bracket gets out: at a loss by a stop or a trailing stop, at a profit by a limit. */
export interface BracketExits {
  readonly stopTicks?: PriceTicks;
  readonly trail?: Trail;
  readonly targetTicks?: PriceTicks;
}

/**
 * An entry with its exits: orders of the other side that work once the entry has filled, for no more than it filled, until
 * cancelled, and of which one takes the place of the other. Ids are the entry's with `/stop` and `/target`.
 */
export function bracket(entry: Order, { stopTicks, trail, targetTicks }: BracketExits): readonly Order[] {
  const { id, instrument, quantity, decidedAt } = entry;
  const side = entry.side === "buy" ? "sell" : "buy";
  const exit = { instrument, side, quantity, decidedAt, timeInForce: "gtc", parentId: id, ocoGroup: `${id}/exits` } as const;
  const stop: Order[] = trail
    ? [{ ...exit, id: `${id}/stop`, type: "trailing-stop", trail, ...(stopTicks !== undefined && { stopTicks }) }]
    : stopTicks === undefined
      ? []
      : [{ ...exit, id: `${id}/stop`, type: "stop", stopTicks }];
  const target: Order[] = targetTicks === undefined ? [] : [{ ...exit, id: `${id}/target`, type: "limit", limitTicks: targetTicks }];
  return [entry, ...stop, ...target];
}
