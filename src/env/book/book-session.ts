import { z } from "zod";
import { FlowSpecification } from "../../market/index.ts";

/** The highest share of a traded value that fees may be, in bps. */
const bps = (lowest: number) => z.number().min(lowest).max(10_000).default(0);

/** What every environment over an order book is made with: the market, the pace of decisions, and what trading costs. */
export const BookSession = z.strictObject({
  market: FlowSpecification.prefault({}),
  /** Time between two decisions, at most. */
  stepMs: z.number().positive().default(100),
  /** In event time a decision follows as soon as background traders have done so much on the book; null for the clock alone. */
  stepMessages: z.int().min(1).nullable().default(null),
  /** Decisions in an episode, which is one session of the market. */
  steps: z.int().min(1).default(600),
  /** How long an order is on its way; the book moves on meanwhile. Less than a step. */
  latencyMs: z.number().min(0).default(0),
  fees: z.strictObject({ makerBps: bps(-10_000), takerBps: bps(-10_000) }).prefault({}),
  /** Steps over which what is observed of the order flow and of volatility is averaged. */
  memorySteps: z.int().min(1).default(20),
});

export type BookSession = z.output<typeof BookSession>;
