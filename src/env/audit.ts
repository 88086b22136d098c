import type { Random } from "../base/index.ts";
import { type Account, type AccountState, type Bars, copyBars } from "../domain/index.ts";
import type { TradingEnvironment } from "./batched-environment.ts";

/** What an audit found wrong, where, in words. */
export interface AuditFinding {
  readonly audit: "look-ahead" | "same-bar fill" | "conservation" | "reset" | "restore";
  readonly message: string;
}

/** What to audit an environment with. `rewardTotal` is what an episode's rewards should add up to, where they do. */
export interface EnvironmentAudit {
  readonly bars: Bars;
  readonly random: Random;
  /** Environment steps in each run; 200 unless given. */
  readonly steps?: number;
  /** Runs of each kind; 5 unless given. */
  readonly rounds?: number;
  readonly rewardTotal?: (initialEquity: number, finalEquity: number) => number;
}

type Make = (bars: Bars) => TradingEnvironment;
type Context = Required<Omit<EnvironmentAudit, "rewardTotal">> &
  Pick<EnvironmentAudit, "rewardTotal"> & { readonly make: Make; readonly nextTime: ReadonlyMap<number, number> };

/**
 * Audits an environment that is made anew from bars, features included, and returns what is wrong with it:
 * what comes after a time must not change observations, rewards, fills or equity up to it; no fill may depend on the bar that was
 * being observed; cash, position and equity must reconcile in integers; a reset must equal a fresh environment, and a restored
 * one must go on like the saved one.
 */
export function auditEnvironment(make: Make, { bars, random, steps = 200, rounds = 5, rewardTotal }: EnvironmentAudit): AuditFinding[] {
  const nextTime = new Map(Array.from(bars.closeTime, (time, row) => [time, bars.closeTime[row + 1] ?? Infinity]));
  const context: Context = { make, bars, random, steps, rounds, nextTime, ...(rewardTotal && { rewardTotal }) };
  const findings: AuditFinding[] = [];
  for (const audit of [auditLookahead, auditFills, auditConservation, auditReset, auditRestore]) {
    for (let round = 0; round < rounds; round++) {
      const finding = audit(context);
      if (!finding) continue;
      findings.push(finding);
      break;
    }
  }
  return findings;
}

/** Two environments in lockstep, the second on bars of which all after a random time are garbage. */
function auditLookahead({ make, bars, random, steps, nextTime }: Context): AuditFinding | undefined {
  const left = make(bars);
  const row = randomRow(left, bars, random);
  const time = bars.closeTime[row]!;
  const right = make(garbageAfter(bars, row, random));
  const seed = random.bits();
  left.reset(seed);
  right.reset(seed);
  const finding = (difference: string | undefined, index: number, step: number): AuditFinding | undefined =>
    difference
      ? { audit: "look-ahead", message: `${difference} of environment ${index} after ${step} steps depends on bars after ${isoTime(time)}` }
      : undefined;
  const inPast = Array.from({ length: left.count }, (_, index) => left.observedAt[index]! <= time);
  for (let step = 0; ; step++) {
    for (const index of inPast.keys()) {
      const found = inPast[index] ? finding(differenceOf(left, right, index), index, step) : undefined;
      if (found) return found;
    }
    if (step === steps) return undefined;
    const reaches = inPast.map((past, index) => past && nextTime.get(left.observedAt[index]!)! <= time);
    stepBoth(left, right, random);
    for (const index of inPast.keys()) {
      const found = reaches[index] ? finding(outcomeDifference(left, right, index), index, step + 1) : undefined;
      if (found) return found;
      inPast[index] = reaches[index]! && left.observedAt[index]! <= time;
    }
  }
}

/** Changes the close of the bar that is being observed: what is traded next may change in size, not in price. */
function auditFills({ make, bars, random, steps }: Context): AuditFinding | undefined {
  const left = make(bars);
  const [seed, actions] = [random.bits(), Array.from({ length: 1 + random.below(steps) }, () => randomActions(left, random))];
  const last = actions.pop()!;
  const run = (environment: TradingEnvironment) => {
    environment.reset(seed);
    for (const action of actions) environment.step(action);
    const before = environment.accounts.map((account) => account.save());
    const times = environment.observedAt.slice();
    environment.step(last);
    const prices = environment.accounts.map((account, index) =>
      hasEnded(environment, index) ? undefined : fillPrice(before[index]!, account),
    );
    return { times, prices };
  };
  const expected = run(left);
  const time = expected.times[0]!;
  const row = bars.closeTime.indexOf(time);
  const changed = copyBars(bars);
  changed.close[row] = bars.close[row]! * 1.01 + 2 * bars.instrument.tickSize;
  changed.high[row] = Math.max(changed.high[row]!, changed.close[row]!);
  const actual = run(make(changed));
  for (const [index, price] of expected.prices.entries()) {
    const other = actual.times[index] === time && expected.times[index] === time ? actual.prices[index] : undefined;
    if (price === undefined || other === undefined || price === other) continue;
    return {
      audit: "same-bar fill",
      message: `environment ${index} filled at a price that depends on the bar it had just observed, that of ${isoTime(time)}`,
    };
  }
  return undefined;
}

function auditConservation({ make, bars, random, steps, rewardTotal }: Context): AuditFinding | undefined {
  const environment = make(bars);
  environment.reset(random.bits());
  const sums = new Float64Array(environment.count);
  for (let step = 0; step < steps; step++) {
    const before = environment.accounts.map((account) => account.save());
    environment.step(randomActions(environment, random));
    for (const [index, account] of environment.accounts.entries()) {
      sums[index]! += environment.rewards[index]!;
      const ended = hasEnded(environment, index);
      const equity = ended ? environment.finalEquity[index]! : account.equity;
      const expected = rewardTotal?.(account.initialCash, equity) ?? sums[index]!;
      const addsUp = Math.abs(sums[index]! - expected) <= 1e-6 * (step + 2) * Math.max(1, Math.abs(expected)); // Rewards are float32.
      const unbalanced = ended ? undefined : imbalance(before[index]!, account); // A fresh account has taken the ended one's place.
      const wrong = addsUp ? unbalanced : "rewards do not add up";
      if (wrong) return { audit: "conservation", message: `environment ${index} at step ${step}: ${wrong}` };
      if (ended) sums[index] = 0;
    }
  }
  return undefined;
}

function auditReset({ make, bars, random, steps }: Context): AuditFinding | undefined {
  const used = make(bars);
  for (let step = random.below(steps); step >= 0; step--) used.step(randomActions(used, random));
  const fresh = make(bars);
  const seed = random.bits();
  used.reset(seed);
  fresh.reset(seed);
  const difference = lockstep(used, fresh, steps, random);
  return difference ? { audit: "reset", message: `a reset environment differs from a fresh one: ${difference}` } : undefined;
}

function auditRestore({ make, bars, random, steps }: Context): AuditFinding | undefined {
  const saved = make(bars);
  saved.reset(random.bits());
  for (let step = random.below(steps); step >= 0; step--) saved.step(randomActions(saved, random));
  const restored = make(bars);
  restored.restore(JSON.parse(JSON.stringify(saved.save())));
  const difference = lockstep(saved, restored, steps, random);
  return difference ? { audit: "restore", message: `a restored environment differs from the saved one: ${difference}` } : undefined;
}

/** The first difference between two environments that are given the same actions. */
function lockstep(left: TradingEnvironment, right: TradingEnvironment, steps: number, random: Random): string | undefined {
  for (let step = 0; step < steps; step++) {
    for (let index = 0; index < left.count; index++) {
      const difference = differenceOf(left, right, index) ?? (step > 0 ? outcomeDifference(left, right, index) : undefined);
      if (difference) return `${difference} of environment ${index} after ${step} steps`;
    }
    stepBoth(left, right, random);
  }
  return undefined;
}

/** Differences in where two environments stand. */
function differenceOf(left: TradingEnvironment, right: TradingEnvironment, index: number): string | undefined {
  if (left.observedAt[index] !== right.observedAt[index]) return "time";
  if (!sameBytes(rowOf(left, left.observations, index), rowOf(right, right.observations, index))) return "observation";
  return JSON.stringify(left.accounts[index]!.save()) === JSON.stringify(right.accounts[index]!.save()) ? undefined : "account";
}

/** Differences in what a step has brought, the next episode's start left out. */
function outcomeDifference(left: TradingEnvironment, right: TradingEnvironment, index: number): string | undefined {
  for (const name of ["rewards", "terminated", "truncated"] as const) if (!Object.is(left[name][index], right[name][index])) return name;
  if (!hasEnded(left, index)) return differenceOf(left, right, index);
  if (left.finalEquity[index] !== right.finalEquity[index]) return "final equity";
  return sameBytes(rowOf(left, left.finalObservations, index), rowOf(right, right.finalObservations, index))
    ? undefined
    : "final observation";
}

/** What of an account does not reconcile over one step. */
function imbalance(before: AccountState, account: Account): string | undefined {
  if (!Object.values(account.save()).every(Number.isSafeInteger)) return "an amount is not a whole number";
  const { equity, initialCash, realised, position, markTicks, costBasis, feesPaid, borrowPaid } = account;
  if (equity !== initialCash + realised + position * markTicks - costBasis - feesPaid - borrowPaid)
    return "equity is not initial cash, profits and charges";
  if (position === before.position) return paidForLots(before, account) === 0 ? undefined : "cash moved without a trade or a charge";
  const price = fillPrice(before, account)!;
  return Number.isSafeInteger(price) && price > 0 ? undefined : `traded at ${price} ticks`;
}

/** Cash that went into lots. */
const paidForLots = (before: AccountState, after: Account): number =>
  before.cash - after.cash - (after.feesPaid - before.feesPaid) - (after.borrowPaid - before.borrowPaid);

/** The price in ticks at which a step has traded, told from cash and position alone. */
const fillPrice = (before: AccountState, after: Account): number | undefined =>
  after.position === before.position ? undefined : paidForLots(before, after) / (after.position - before.position);

/** Bars whose prices after a row are garbage, if such as an environment accepts: positive, with high and low around open and close. */
function garbageAfter(bars: Bars, row: number, random: Random): Bars {
  const garbage = copyBars(bars);
  const price = (value: number) => Math.max(bars.instrument.tickSize, value * Math.exp(random.normal()));
  for (let later = row + 1; later < garbage.close.length; later++) {
    const [open, close, ...others] = [
      price(bars.open[later]!),
      price(bars.close[later]!),
      price(bars.high[later]!),
      price(bars.low[later]!),
    ];
    garbage.open[later] = open;
    garbage.close[later] = close;
    garbage.high[later] = Math.max(open, close, ...others);
    garbage.low[later] = Math.min(open, close, ...others);
    garbage.volume[later] = bars.volume[later]! * Math.exp(random.normal());
  }
  return garbage;
}

/** A row that an environment can see, but not the last one. */
function randomRow(environment: TradingEnvironment, bars: Bars, random: Random): number {
  const first = bars.closeTime.indexOf(Math.min(...environment.observedAt));
  return first + random.below(Math.max(1, bars.closeTime.length - 1 - first));
}

function randomActions({ actionSpace, count }: TradingEnvironment, random: Random): Float32Array {
  if (actionSpace.kind === "discrete") return Float32Array.from({ length: count }, () => random.below(actionSpace.count));
  const { size, low, high } = actionSpace;
  return Float32Array.from({ length: count * size }, () => low + (high - low) * random.uniform());
}

function stepBoth(left: TradingEnvironment, right: TradingEnvironment, random: Random): void {
  const actions = randomActions(left, random);
  left.step(actions);
  right.step(actions);
}

const hasEnded = ({ terminated, truncated }: TradingEnvironment, index: number) => terminated[index] === 1 || truncated[index] === 1;

const rowOf = ({ count }: TradingEnvironment, rows: Float32Array, index: number) =>
  rows.subarray((index * rows.length) / count, ((index + 1) * rows.length) / count);

const sameBytes = (left: Float32Array, right: Float32Array) =>
  Buffer.from(left.buffer, left.byteOffset, left.byteLength).equals(Buffer.from(right.buffer, right.byteOffset, right.byteLength));

const isoTime = (timeMs: number) => new Date(timeMs).toISOString();
