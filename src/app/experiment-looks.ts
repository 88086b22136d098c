import { hashOf } from "../base/index.ts";
import { type BacktestResult, readTrials, recordTrials, type Report, type Trial, trialOf, trialsSection } from "../evaluation/index.ts";
import { bySeeds, type Choice } from "./experiment-choice.ts";
import type { LookedUpRun } from "./experiment-run.ts";
import { describeFiles } from "./extensions.ts";

/** Every entrant's look at the validation rows by which its contest was decided; none of a contest that had nothing to choose. */
export function looksOf({ experiment: { name }, dataSet, clock, extensions }: LookedUpRun, { fold, entrants }: Choice): Trial[] {
  const at = new Date(clock.now()).toISOString();
  return entrants.flatMap(({ candidate, seed, result: { weightsSha256 }, validation }) => {
    if (!validation || !fold.validation) return [];
    const { from, to } = fold.validation;
    const { name: _, seeds: __, ...tried } = candidate.experiment;
    const subject = hashOf({ ...tried, extensions: describeFiles(extensions.files) });
    const params = { ...(candidate.name !== null && { candidate: candidate.name }), seed, weights: weightsSha256 };
    return [trialOf({ at, name, subject, params, data: dataSet.contentHash, rows: [from, to] }, validation.returns)];
  });
}

/** Writes looks into the run's ledger, where it has one. */
export function rememberLooks({ ledger }: LookedUpRun, looks: readonly Trial[]): void {
  if (ledger !== undefined) recordTrials(ledger, looks);
}

/** What was compared on the validation stretch, beside what the ledger holds. */
export function trialsOf(
  { dataSet, ledger }: LookedUpRun,
  { main, looks }: { readonly main: Choice; readonly looks: readonly Trial[] },
  agent: BacktestResult,
): NonNullable<Report["trials"]> {
  const candidates = bySeeds(main.entrants).map((entrants) => ({
    name: entrants[0]!.candidate.name,
    seeds: entrants.map(({ seed, validation }) => ({ seed, sharpe: validation!.metrics.sharpe, returns: validation!.returns })),
    chosen: entrants[0]!.candidate === main.chosen.candidate,
  }));
  return trialsSection({
    data: dataSet.contentHash,
    candidates,
    chosen: main.chosen.validation!.returns,
    own: looks.slice(0, main.entrants.length),
    looks: looks.length,
    ...(ledger !== undefined && { ledger: readTrials(ledger).trials }),
    test: agent.returns,
    barsPerYear: agent.barsPerYear,
  });
}
