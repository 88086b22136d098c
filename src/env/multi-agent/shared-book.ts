import { z } from "zod";
import { assert, UserError } from "../../base/index.ts";
import { FlowSpecification } from "../../market/index.ts";
import { Takers } from "./taker-market.ts";

const bps = z.number().min(-10_000).max(10_000).default(0);

/** Several agents who quote in one book. Prices are in ticks, quantities in lots, rewards in ticks × lots. */
export const SharedBook = z.strictObject({
  agents: z.int().min(1).max(100).default(2),
  /**
   * `takers`: nobody else quotes, and agents quote around a value that all know; small enough to be solved. `flow`: background
   * traders quote and trade as well, and agents quote around the mid.
   */
  market: z
    .discriminatedUnion("kind", [Takers, z.strictObject({ kind: z.literal("flow"), flow: FlowSpecification.prefault({}) })])
    .prefault({ kind: "takers" }),
  /** `half-spread`: an action is one of `halfSpreads`, for both sides. `offsets`: two numbers from −1 to 1, for bid and ask. */
  actions: z.enum(["half-spread", "offsets"]).default("half-spread"),
  /** How far from the reference price quotes may stand, ascending; offsets reach from the first to the last of them. */
  halfSpreads: z.array(z.int().min(0).max(100_000)).min(2).max(1000).prefault([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
  /** Lots of each quote. */
  quoteLots: z.int().min(1).max(1_000_000).default(2),
  /** Quotes never let a position exceed this on either side; null for no limit. */
  maxInventoryLots: z.int().min(1).nullable().default(null),
  /** What a step costs in reward for each lot² held. */
  inventoryPenalty: z.number().min(0).default(0),
  /** A loss at which an agent is out and the session ends, in ticks × lots; null for none. */
  maxLoss: z.number().positive().nullable().default(null),
  steps: z.int().min(1).default(200),
  stepMs: z.number().positive().default(100),
  fees: z.strictObject({ makerBps: bps, takerBps: bps }).prefault({}),
  /** Steps over which volatility is observed. */
  memorySteps: z.int().min(1).default(20),
});

export type SharedBook = z.output<typeof SharedBook>;

/** Refuses parameters that do not go together. */
export function requireSense({ market, halfSpreads, quoteLots }: SharedBook): void {
  const ascends = halfSpreads.every((ticks, index) => index === 0 || ticks > halfSpreads[index - 1]!);
  if (!ascends) throw invalid("halfSpreads", "they do not ascend", "Write each distance once, the smallest first.");
  if (market.kind !== "takers") return;
  if (halfSpreads[0]! < 1) throw invalid("halfSpreads", "over takers a bid and an ask would meet at the value", "Begin at 1 tick.");
  if (quoteLots < market.takers)
    throw invalid(
      "quoteLots",
      `a quote of ${quoteLots} lots cannot serve ${market.takers} takers`,
      "Quote at least as many lots as takers come.",
    );
  assert(market.startTicks > halfSpreads.at(-1)!, "the value lies above the widest half-spread");
}

const invalid = (field: string, message: string, hint: string) =>
  new UserError("config/invalid", `sharedBook.${field}: ${message}`, { path: `sharedBook.${field}`, hint });
