import type { UserError } from "../../base/index.ts";
import { type LoadContext, waitIn } from "../source.ts";
import type { VendorFailure } from "./vendor-failure.ts";

/** What came of one attempt: an answer, or why there is none. */
export type Outcome<Body = unknown> = { readonly body: Body } | VendorFailure;

/** A failure that is told to the person, as there is no answer to be had. */
export type ToldFailure = Exclude<VendorFailure, { kind: "nothing" }>;

/** How somebody is asked again. */
export interface Asking {
  /** The error that a person reads when there is no answer to be had. */
  readonly told: (failure: ToldFailure) => UserError;
  /** Told of every throttling, with the time to wait, ms. */
  readonly onThrottled?: (waitMs: number) => void;
  /** How often, and for how long altogether; six times and five minutes unless given. */
  readonly attempts?: number;
  readonly budgetMs?: number;
}

const firstBackoffMs = 2000;
const longestBackoffMs = 60_000;

/**
 * Asks again after throttling and after answers that did not come whole, later and later (exponential backoff, half of it jitter, or as
 * the vendor asks). What is refused is not asked again. Gives the answer, or null where the vendor says that there is nothing.
 */
export async function askAgain<Body>(
  attempt: () => Promise<Outcome<Body>>,
  context: LoadContext,
  { told, onThrottled, attempts = 6, budgetMs = 5 * 60_000 }: Asking,
): Promise<{ readonly body: Body } | null> {
  const { clock } = context;
  const start = clock.elapsed();
  for (let count = 1; ; count++) {
    const outcome = await attempt();
    if ("body" in outcome) return outcome;
    if (outcome.kind === "nothing") return null;
    if (outcome.kind === "refused" || outcome.kind === "daily-limit") throw told(outcome);
    const asked = outcome.kind === "throttled" ? outcome.retryAfterMs : undefined;
    const waitMs = asked ?? backoffMs(count, context);
    if (count >= attempts || clock.elapsed() - start + waitMs > budgetMs) throw told(withWait(outcome, asked));
    if (outcome.kind === "throttled") onThrottled?.(waitMs);
    const again = `${told(outcome).message}; asked again in ${Math.ceil(waitMs / 1000)} s`;
    context.onProgress?.({ stage: "wait", fraction: 0, message: again });
    await waitIn(context, waitMs);
  }
}

/** A vendor that asks to wait for longer than a download does is quoted. */
const withWait = <Failure extends { readonly message: string }>(failure: Failure, askedMs: number | undefined): Failure =>
  askedMs === undefined ? failure : { ...failure, message: `${failure.message} (it asks to wait ${Math.ceil(askedMs / 1000)} s)` };

const backoffMs = (attempts: number, { random }: LoadContext): number =>
  Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempts - 1)) * (0.5 + 0.5 * random.uniform());
