import type { Bars } from "../../domain/index.ts";
import type { Costs } from "../../market/index.ts";
import { KillSwitch, riskEngine, type RiskSpec } from "../../risk/index.ts";
import { PortfolioSession, type PortfolioSessionOptions, type PortfolioSessionResult } from "./session.ts";
import { checkTogether, slicesOf, usualInterval } from "./slices.ts";
import { type MissingTerms, PortfolioVenue } from "./venue.ts";

/** A rule over bars at simulated venues: moments that close from `fromMs` on and before `toMs` are traded, earlier ones only shown. */
export interface PortfolioSessionRequest extends Pick<PortfolioSessionOptions, "agent" | "initialCash"> {
  readonly bars: readonly Bars[];
  /** Of all, or of each instrument. */
  readonly costs: Costs | readonly Costs[];
  readonly minimumChange?: number;
  /** "wait" unless given. */
  readonly unfilled?: PortfolioSessionOptions["unfilled"];
  /** `usualMissing` unless given. */
  readonly missing?: MissingTerms;
  /** Limits for each instrument, as shares of the whole; the kill switch is one for all. */
  readonly risk?: RiskSpec;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/**
 * Runs a rule over the bars of several instruments. What does not go together is `data/mismatch`; a rule's failure `strategy/failed`.
 * A generator, so that its driver may rest: it hands out the time of each moment that it has lived.
 */
export function* runPortfolioSession(request: PortfolioSessionRequest): Generator<number, PortfolioSessionResult> {
  const { bars, agent, initialCash, costs, minimumChange = 0, unfilled = "wait", missing, risk = [] } = request;
  const { fromMs = -Infinity, toMs = Infinity } = request;
  checkTogether(bars, agent.needsCommonCloses);
  const instruments = bars.map(({ instrument }) => instrument);
  const venue = new PortfolioVenue({
    instruments,
    costs: instruments.map((_, place) => (isOne(costs) ? costs : costs[place]!)),
    initialCash,
    missing: missing ?? usualMissing(bars),
  });
  const killSwitch = new KillSwitch();
  const session = new PortfolioSession({
    instruments,
    brokers: venue.brokers,
    risk: instruments.map(() => riskEngine(risk, killSwitch)),
    agent,
    initialCash,
    minimumChange,
    unfilled,
  });
  for (const slice of slicesOf(bars)) {
    if (slice.closeTime >= toMs) break;
    if (slice.closeTime < fromMs) agent.update(slice);
    else {
      venue.pass(slice);
      session.advance(slice);
    }
    yield slice.closeTime;
  }
  return session.finish();
}

const dayMs = 86_400_000;

/**
 * A holding is given up after 20 moments without a bar, as in a portfolio environment, but of bars shorter than a day after as many as 20
 * days have; at a loss of 30 %, as Shumway found for delistings (1997).
 */
export function usualMissing(bars: readonly Bars[]): MissingTerms {
  const moments = Math.max(...bars.map((each) => Math.ceil((20 * dayMs) / usualInterval(each))).filter((count) => count > 0), 20);
  return { giveUpAfter: moments, haircut: 0.3 };
}

const isOne = (costs: Costs | readonly Costs[]): costs is Costs => !Array.isArray(costs);
