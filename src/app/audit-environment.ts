import { basename, resolve } from "node:path";
import { type Clock, type Progress, UserError, writeFileWhole } from "../base/index.ts";
import { type Bars, sliceBars } from "../domain/index.ts";
import { auditCheckNames, auditEnvironment, type AuditSubject, type EnvironmentAudit, kindSubject, rewards } from "../env/index.ts";
import { renderAuditHtml } from "../evaluation/index.ts";
import { geometricWalk } from "../market/index.ts";
import { learnControl } from "./audit-control.ts";
import { openDataSet } from "./data-sets.ts";
import { type AuditFile, readEnvironmentFile } from "./environment-file.ts";
import { homeAt } from "./home.ts";

/** What the audits of a file's environments found. */
export interface EnvironmentFileAudit {
  readonly file: string;
  /** The command that repeats it, but for checks, seed and rounds. */
  readonly again: string;
  /** The page that was written. */
  readonly html: string | null;
  readonly subjects: readonly EnvironmentAudit[];
  readonly passed: boolean;
}

/** What of a file to audit, on what, and how thoroughly. */
export interface EnvironmentAuditRequest {
  readonly file: string;
  /** A data set for environments over bars, beside the sample. */
  readonly data?: string | undefined;
  readonly home?: string | undefined;
  /** Names of rewards for environments over bars. */
  readonly reward: readonly string[];
  /** Names of checks; all when there are none. */
  readonly check: readonly string[];
  readonly rounds: number;
  readonly steps: number;
  readonly seed: number;
  /** Environment steps of PPO on the market that can be learnt; 0 leaves it out. */
  readonly learn: number;
  /** Where to write the report as a page as well. */
  readonly html?: string | undefined;
}

/** Bars that an environment over bars is audited on: enough for warm-ups and episodes, few enough to be made anew often. */
const stretch = 1500;
const volatility = 0.01;
const learning = "learning";

/** Audits what a file exports. Everything is told; whatever fails makes the whole fail. */
export async function runEnvironmentAudit(
  request: EnvironmentAuditRequest,
  {
    cwd,
    signal,
    progress,
    clock,
  }: { readonly cwd: string; readonly signal: AbortSignal; readonly clock: Clock; progress(progress: Progress): void },
): Promise<EnvironmentFileAudit> {
  const { rounds, steps, seed, learn } = request;
  refuseUnknown(request);
  const subjects = await subjectsOf(await readEnvironmentFile(request.file, cwd), request, cwd);
  const checks = request.check.length === 0 ? auditCheckNames : request.check.filter((name) => name !== learning);
  const learns = learn > 0 && (request.check.length === 0 || request.check.includes(learning));
  const audits: EnvironmentAudit[] = [];
  for (const subject of subjects) {
    const onCheck = (check: string, fraction: number) =>
      progress({ stage: "audit", fraction: (audits.length + fraction) / subjects.length, message: `${subject.name}: ${check}` });
    const audit = await auditEnvironment(subject, { rounds, steps, seed, checks, signal, onCheck });
    if (learns) onCheck(`${learning}, ${learn} steps of PPO`, 0.9);
    const learnt = learns ? [await learnControl(subject, { steps: learn, seed, clock, signal })] : [];
    const passed = audit.passed && learnt.every(({ verdict }) => verdict !== "failed");
    audits.push({ ...audit, checks: [...audit.checks, ...learnt], passed });
  }
  const again = commandOf(request);
  const html = request.html === undefined ? null : resolve(cwd, request.html);
  if (html !== null) writeFileWhole(html, renderAuditHtml(basename(request.file), audits, again));
  return { file: request.file, again, html, subjects: audits, passed: audits.every(({ passed }) => passed) };
}

/** The command again, but for check, seed and rounds. */
function commandOf({ file, data, reward, steps, learn }: EnvironmentAuditRequest): string {
  const options = [
    ...(data === undefined ? [] : [`--data ${data}`]),
    ...(reward.join() === "log-return" ? [] : [`--reward ${reward.join()}`]),
    ...(steps === 200 ? [] : [`--steps ${steps}`]),
    ...(learn === 0 ? [] : [`--learn ${learn}`]),
  ];
  return ["tradewind audit environment", file, ...options].join(" ");
}

function refuseUnknown({ check, reward, learn }: EnvironmentAuditRequest): void {
  if (check.includes(learning) && learn === 0)
    throw new UserError("usage/invalid-option", `--check ${learning} needs --learn`, {
      path: "--learn",
      hint: "Say how many steps PPO may learn, such as --learn 30000.",
    });
  const unknown = check.find((name) => name !== learning && !auditCheckNames.includes(name));
  if (unknown !== undefined)
    throw new UserError("usage/invalid-option", `there is no check "${unknown}"`, {
      path: "--check",
      hint: `Known: ${[...auditCheckNames, learning].join(", ")}.`,
    });
  const missing = reward.find((name) => !Object.hasOwn(rewards, name));
  if (missing !== undefined)
    throw new UserError("usage/invalid-option", `there is no reward "${missing}"`, {
      path: "--reward",
      hint: `Known: ${Object.keys(rewards).join(", ")}.`,
    });
}

/** The subjects of a file: its own, and its environments over bars on the sample, and on the data set where one is given. */
async function subjectsOf({ kinds, subjects }: AuditFile, request: EnvironmentAuditRequest, cwd: string): Promise<AuditSubject[]> {
  if (request.data !== undefined && kinds.length === 0)
    throw new UserError("usage/invalid-option", "--data is for an environment over bars; what this file exports brings its own market", {
      path: "--data",
      hint: "Leave --data out, or let the file's make() read the data.",
    });
  const markets: Bars[] = [geometricWalk({ bars: stretch, volatility, seed: 1 })];
  if (request.data !== undefined) {
    const { bars } = await openDataSet(request.data, homeAt(cwd, request.home), cwd);
    markets.push(sliceBars(bars, Math.max(0, bars.close.length - stretch), bars.close.length));
  }
  const overBars = kinds.flatMap((kind) =>
    markets.flatMap((bars) =>
      request.reward.map((reward) => kindSubject(kind, { bars, reward, name: `${kind.name}, ${reward}, ${bars.instrument.symbol}` })),
    ),
  );
  return [...overBars, ...subjects];
}
