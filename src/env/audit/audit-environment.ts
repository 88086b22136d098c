import { setImmediate } from "node:timers/promises";
import { Random, UserError } from "../../base/index.ts";
import type { Standing } from "./adversaries.ts";
import type { Check } from "./check.ts";
import { arrays } from "./checks/arrays.ts";
import { backFill } from "./checks/back-fill.ts";
import { conservation } from "./checks/conservation.ts";
import { endings } from "./checks/endings.ts";
import { lookAhead } from "./checks/look-ahead.ts";
import { positiveControl } from "./checks/positive-control.ts";
import { reset, restore, seed } from "./checks/repetition.ts";
import { rewardHacking } from "./checks/reward-hacking.ts";
import { rewards } from "./checks/rewards.ts";
import { sameBarFill } from "./checks/same-bar-fill.ts";
import { numbers, refusedActions } from "./checks/spaces.ts";
import type { AuditSubject } from "./subject.ts";
import { Trial } from "./trial.ts";

const checks: readonly Check[] = [
  lookAhead,
  sameBarFill,
  backFill,
  conservation,
  rewards,
  seed,
  reset,
  restore,
  arrays,
  endings,
  numbers,
  refusedActions,
  rewardHacking,
  positiveControl,
];

/** One round is enough for these: they play many episodes. */
const once: ReadonlySet<Check> = new Set([rewardHacking, positiveControl]);

/** The checks that there are, in their order. */
export const auditCheckNames: readonly string[] = checks.map(({ name }) => name);

/** How one check went. */
export interface CheckResult {
  readonly check: string;
  /** What must hold. */
  readonly promise: string;
  readonly verdict: "passed" | "failed" | "unchecked";
  /** What is wrong, or why it could not be checked; null when it passed. */
  readonly message: string | null;
  /** Things compared, and rounds made. */
  readonly examined: number;
  readonly rounds: number;
  /** The seed with which one round shows the fault; null when there is none. */
  readonly seed: number | null;
  /** What a person should know though it is no fault. */
  readonly notes: readonly string[];
  /** How policies did, the best rewarded first, in checks that play some. */
  readonly standings: readonly Omit<Standing, "episodes">[];
}

/** What an audit of one environment found. */
export interface EnvironmentAudit {
  readonly subject: string;
  readonly checks: readonly CheckResult[];
  readonly passed: boolean;
}

/** How thoroughly to audit, and how it is watched and stopped. */
export interface AuditOptions {
  /** Round r of a check has the dice of seed + r. */
  readonly seed?: number;
  /** Rounds of each check. */
  readonly rounds?: number;
  /** Environment steps of each run. */
  readonly steps?: number;
  /** Environments side by side. */
  readonly count?: number;
  /** The names of the checks to make; all unless given. */
  readonly checks?: readonly string[];
  readonly signal?: AbortSignal;
  /** Told before each check, with the share that is done. */
  readonly onCheck?: (check: string, fraction: number) => void;
}

/** Holds an environment to everything that can be told from outside. What cannot be checked says so, and fails nothing. */
export async function auditEnvironment(
  subject: AuditSubject,
  { seed = 1, rounds = 5, steps = 200, count = 4, checks: names = auditCheckNames, signal, onCheck }: AuditOptions = {},
): Promise<EnvironmentAudit> {
  const chosen = names.map(checkNamed);
  subject.make({ count, seed }); // What is wrong with the data or the configuration is thrown, and no finding.
  const results: CheckResult[] = [];
  for (const check of chosen) {
    onCheck?.(check.name, results.length / chosen.length);
    const trialOf = (round: number) => new Trial(subject, new Random(seed + round, checks.indexOf(check)), steps, count);
    results.push(await judge(check, subject, { seed, rounds: once.has(check) ? 1 : rounds, trialOf, signal }));
  }
  return { subject: subject.name, checks: results, passed: results.every(({ verdict }) => verdict !== "failed") };
}

function checkNamed(name: string): Check {
  const check = checks.find((each) => each.name === name);
  if (check) return check;
  throw new UserError("config/invalid", `there is no check "${name}"`, { path: "checks", hint: `Known: ${auditCheckNames.join(", ")}.` });
}

interface Rounds {
  readonly seed: number;
  readonly rounds: number;
  trialOf(round: number): Trial;
  readonly signal: AbortSignal | undefined;
}

async function judge(check: Check, subject: AuditSubject, { seed, rounds, trialOf, signal }: Rounds): Promise<CheckResult> {
  const { name, promise } = check;
  const result = { check: name, promise, message: null, examined: 0, rounds: 0, seed: null, notes: [], standings: [] };
  const lacking = check.lacks?.(subject);
  if (lacking) return { ...result, verdict: "unchecked", message: lacking };
  let examined = 0;
  const notes: string[] = [];
  let standings: CheckResult["standings"] = [];
  for (let round = 0; round < rounds; round++) {
    await setImmediate(); // Ctrl-C must get a word in.
    signal?.throwIfAborted();
    const trial = trialOf(round);
    const message = outcomeOf(check, trial);
    examined += trial.examined;
    notes.push(...trial.notes);
    if (trial.standings.length > 0) standings = trial.standings.map(({ episodes: _episodes, ...standing }) => standing);
    const told = { ...result, examined, rounds: round + 1, notes, standings };
    if (message) return { ...told, verdict: "failed", message, seed: seed + round };
  }
  const told = { ...result, examined, rounds, notes, standings };
  return examined > 0 ? { ...told, verdict: "passed" } : { ...told, verdict: "unchecked", message: check.unmet };
}

/** What is wrong in one round. An environment that throws at what it should take has failed as well. */
function outcomeOf(check: Check, trial: Trial): string | undefined {
  try {
    return check.run(trial);
  } catch (error) {
    return `the environment threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}
