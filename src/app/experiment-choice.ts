import { type BacktestResult, quantileOf } from "../evaluation/index.ts";
import type { Agent } from "../trading/index.ts";
import type { Contest, Entrant } from "./experiment-contest.ts";
import type { Fold } from "./experiment-folds.ts";
import type { Judge } from "./judge.ts";
import { loadTradingModel } from "./model.ts";
import type { TrainingJob, TrainingResult } from "./training-job.ts";

/** An entrant that was trained, and how it did on the bars that choose: null where there are none. */
export interface Judged extends Entrant {
  readonly result: TrainingResult;
  readonly validation: BacktestResult | null;
}

/** A contest that was decided without its test rows. */
export interface Choice<OfFold extends Fold = Fold> {
  readonly fold: OfFold;
  readonly entrants: readonly Judged[];
  readonly chosen: Judged;
  /** Every seed of the chosen candidate. */
  readonly seeds: readonly Judged[];
}

/** Judges all entrants on the validation rows and chooses, see `bestAmong`; `onJudged` is called after each. */
export async function choose<OfFold extends Fold>(
  { fold, entrants }: Contest<OfFold>,
  results: ReadonlyMap<TrainingJob, TrainingResult>,
  judge: Judge,
  onJudged?: () => void,
): Promise<Choice<OfFold>> {
  const judged: Judged[] = [];
  for (const entrant of entrants) {
    const validation = fold.validation && (await judge.judge(await agentOf(entrant), fold.validation));
    judged.push({ ...entrant, result: results.get(entrant.job)!, validation });
    onJudged?.();
  }
  return { fold, entrants: judged, ...bestAmong(judged) };
}

/**
 * The candidate with the best median over its seeds of the Sharpe ratio on the validation rows, then its best seed; of equals the first.
 * Where there were no validation rows there is nothing to choose by, and the first is taken.
 */
export function bestAmong(judged: readonly Judged[]): Pick<Choice, "chosen" | "seeds"> {
  const seeds = firstOfBest(bySeeds(judged), (own) => quantileOf(own.map(ratioOf), 0.5)!);
  return { chosen: firstOfBest(seeds, ratioOf), seeds };
}

/** A fresh agent of what was trained. */
export const agentOf = async ({ job }: Entrant): Promise<Agent> => (await loadTradingModel(job.modelFolder)).agent();

/** The entrants of each candidate. */
export const bySeeds = (entrants: readonly Judged[]): Judged[][] => [...Map.groupBy(entrants, ({ candidate }) => candidate.name).values()];

/** Of one that never traded the ratio is not defined, and counts as 0. */
const ratioOf = ({ validation }: Judged): number => validation?.metrics.sharpe ?? 0;

function firstOfBest<Each>(all: readonly Each[], score: (each: Each) => number): Each {
  return all.reduce((best, each) => (score(each) > score(best) ? each : best));
}
