import { assert } from "../base/index.ts";

/** The fourteen states of an order: denied by our own risk, rejected by the venue; the rest as named. */
export const orderStates = [
  "initialized",
  "denied",
  "emulated",
  "released",
  "submitted",
  "accepted",
  "rejected",
  "cancelled",
  "expired",
  "triggered",
  "pending-update",
  "pending-cancel",
  "partially-filled",
  "filled",
] as const;

export type OrderState = (typeof orderStates)[number];

const fills = ["partially-filled", "filled"] as const;
const pending = ["pending-update", "pending-cancel"] as const;

/**
 * Which state may follow which (NautilusTrader's `OrderStatus`); every pair not listed is illegal.
 * A fill after a cancellation really occurs: it was on its way.
 */
export const orderTransitions: Readonly<Record<OrderState, readonly OrderState[]>> = {
  initialized: ["denied", "emulated", "released", "submitted"],
  denied: [],
  emulated: ["cancelled", "expired", "released"],
  released: ["denied", "submitted", "cancelled"],
  submitted: [...pending, "rejected", "cancelled", "accepted", ...fills],
  accepted: ["rejected", ...pending, "cancelled", "triggered", "expired", ...fills],
  rejected: [],
  cancelled: [...fills],
  expired: [],
  triggered: ["rejected", ...pending, "cancelled", "expired", ...fills],
  "pending-update": ["rejected", "accepted", "cancelled", "expired", "triggered", ...pending, ...fills],
  "pending-cancel": ["rejected", "pending-cancel", "cancelled", "expired", "accepted", ...fills],
  "partially-filled": [...pending, "cancelled", "expired", ...fills],
  filled: [],
};

/** What else may follow "initialized" for an order that we did not send but found at the venue. */
export const externalTransitions: readonly OrderState[] = ["rejected", "accepted", "cancelled", "expired", "triggered"];

/** Whether an order may go from one state to another; `external` for an order found at the venue. */
export const mayBecome = (from: OrderState, to: OrderState, external = false): boolean =>
  orderTransitions[from].includes(to) || (external && from === "initialized" && externalTransitions.includes(to));

/** The next state; a pair outside the table is a bug. */
export function nextOrderState(from: OrderState, to: OrderState): OrderState {
  assert(mayBecome(from, to), `an order cannot go from ${from} to ${to}`);
  return to;
}

/** Whether nothing more is to be expected of an order in this state. */
export const isTerminal = (state: OrderState): boolean => ["denied", "rejected", "cancelled", "expired", "filled"].includes(state);
