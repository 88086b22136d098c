import { Random } from "../../base/index.ts";
import type { FlowScenarioSpecification } from "../../market/index.ts";
import type { BookEnvironment, BookLedger } from "../book/index.ts";
import { actionFor } from "./adversaries.ts";
import type { AuditSubject, Books, Control, EnvironmentRequest, Ledger } from "./subject.ts";

/** An environment over the order book of a synthetic market. */
export interface BookSubject<Environment extends BookEnvironment> {
  readonly name: string;
  /** Makes it anew; `scenarios` are to befall its market, as `session.market.scenarios`. */
  make(request: Pick<EnvironmentRequest, "count" | "seed"> & { readonly scenarios: readonly FlowScenarioSpecification[] }): Environment;
  /** Actions mean an exposure, by their labels or as a number: then a crash that recovers is the market that can be learnt. */
  readonly actsByExposure?: boolean;
}

type Extras<Environment extends BookEnvironment> = Pick<AuditSubject, "rewardTotal" | "finiteHorizon" | "actions"> &
  Pick<AuditSubject<Environment>, "episodeReward" | "episodeGain" | "control">;

/**
 * The audit subject of an environment over an order book. What is yet to come is changed by a crash that begins just after a time.
 * Accounts begin empty and are on margin; their money is in half ticks × lots, so that the mid price is whole.
 */
export function bookSubject<Environment extends BookEnvironment>({
  name,
  make,
  actsByExposure = false,
  ...extras
}: BookSubject<Environment> & Extras<Environment>): AuditSubject {
  const subject: AuditSubject<Environment> = {
    name,
    make: ({ count, seed, garbage }) => make({ count, seed, scenarios: garbage ? [crashAfter(garbage)] : [] }),
    grants: ["garbage"],
    books,
    timeMs: (environment, index) => environment.timeMs(index),
    margin: true,
    ...(actsByExposure && { control: controlOf(make) }),
    ...extras,
  };
  return subject as AuditSubject;
}

const books: Books<BookEnvironment> = {
  ledger: (environment, index) => ledgerOf(environment.ledger(index)),
  finalEquity: (environment, index) => environment.finalLedger(index)?.doubleWealth ?? NaN,
};

const ledgerOf = ({ cash, position, fees, boughtValue, soldValue, doubleMidTicks, doubleWealth }: BookLedger): Ledger => ({
  initialCash: 0,
  cash: 2 * cash,
  equity: doubleWealth,
  positions: [position],
  marks: [doubleMidTicks],
  charges: 2 * fees,
  purchases: 2 * (boughtValue - soldValue),
});

function crashAfter({ afterMs, seed }: NonNullable<EnvironmentRequest["garbage"]>): FlowScenarioSpecification {
  const random = new Random(seed);
  const params = { depth: 0.01 + 0.1 * random.uniform(), crashMs: 500 + 2000 * random.uniform(), recoveryMs: 1000, lots: 200 };
  return { scenario: "flash-crash", params, onsetMs: Math.max(0, afterMs + 1e-3) };
}

const [onsetMs, crashMs, recoveryMs] = [500, 1000, 1000];

/** A fall and a full recovery at times that every session shares: short down, long up. */
function controlOf<Environment extends BookEnvironment>(make: BookSubject<Environment>["make"]): Control<Environment> {
  const params = { depth: 0.05, crashMs, recovery: 1, recoveryMs, lots: 200, limitFactor: 1, cancelFactor: 1 };
  return {
    make: ({ count, seed }) => make({ count, seed, scenarios: [{ scenario: "flash-crash", params, onsetMs }] }),
    oracle(environment, index) {
      const timeMs = environment.timeMs(index) - onsetMs;
      const exposure = timeMs < crashMs ? -1 : timeMs < crashMs + recoveryMs ? 1 : 0;
      return [actionFor(environment.actionSpace, exposure)];
    },
  };
}
