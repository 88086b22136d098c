import { UserError } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { type CombinatorialFold, combinatorialFolds } from "../evaluation/index.ts";
import type { Experiment } from "./experiment.ts";
import { validationShare } from "./experiment-validation.ts";
import { forwardFolds } from "./forward-folds.ts";
import type { Rows, Split } from "./judge.ts";

/** What is learned from, what chooses, and what it is judged on. */
export interface Fold {
  /** Unique in an experiment, such as `fold-1`; empty for the split of the experiment itself. */
  readonly place: string;
  /** In time order, apart from each other. */
  readonly train: readonly Rows[];
  /** None where there is nothing to choose. */
  readonly validation: Rows | null;
  readonly test: readonly Rows[];
  /** Whether features may be warmed up on bars before the training rows, none of which is held out. */
  readonly looksBack: boolean;
}

/** A split of combinatorial purged cross-validation. */
export type CrossFold = Fold & Pick<CombinatorialFold, "groups" | "paths">;

/** A decision on the last training bar still earns on the next one. */
const defaultEmbargo = 1;

/** A decision and the bar on which it fills. */
const leastRows = 2;

/** The experiment's own split. */
export const mainFold = ({ train, validation, test }: Split): Fold => ({
  place: "",
  train: [train],
  validation,
  test: [test],
  looksBack: true,
});

/** Bars between training and test of the walk-forward folds. */
export const embargoOf = ({ walkForward: { embargo = defaultEmbargo } }: Experiment): number => embargo;

/** Folds that walk forward, each trained on its past. Too few bars for them are `data/too-short`. */
export function walkForwardFolds(experiment: Experiment, { closeTime }: Pick<Bars, "closeTime">, { train }: Split): Fold[] {
  const { folds, from, anchored = false, trainBars, testBars, validation: share } = experiment.walkForward;
  if (folds === 0) return [];
  const embargo = embargoOf(experiment);
  const asked = { folds, anchored, embargo, trainBars, testBars, usualTrainRows: train.to - train.from };
  const firstTest = from === undefined ? undefined : closeTime.filter((time) => time <= Date.parse(from)).length;
  return forwardFolds(closeTime.length, { ...asked, firstTest, at: "experiment.walkForward." }).map((fold, index) => ({
    place: `fold-${index + 1}`,
    ...held(experiment, [fold.train], share, embargo),
    test: [fold.test],
    looksBack: true,
  }));
}

/** Every choice of groups to hold out. Features of a training row see nothing before the stretch that the row is in. */
export function crossFolds(experiment: Experiment, rows: number): CrossFold[] {
  const { crossValidation } = experiment;
  if (!crossValidation) return [];
  const { held: count, validation: share, horizon, embargo } = crossValidation;
  return combinatorialFolds({ ...crossValidation, rows }, count).map(({ train, test, groups, paths }) => ({
    place: `held-${groups.join("-")}`,
    ...held(experiment, train, share, Math.max(horizon, embargo)),
    test,
    looksBack: false,
    groups,
    paths,
  }));
}

/** Training rows, less what is held out at the end of the longest stretch of them where candidates are to be chosen among. */
function held(
  { candidates }: Experiment,
  train: readonly Rows[],
  share = validationShare,
  gap: number,
): Pick<Fold, "train" | "validation"> {
  if (!candidates) return { train, validation: null };
  const longest = longestOf(train);
  const bars = Math.floor((longest.to - longest.from) * share);
  const learned = { from: longest.from, to: longest.to - bars - gap };
  if (bars < leastRows || learned.to - learned.from < leastRows) {
    throw new UserError("data/too-short", `${longest.to - longest.from} bars to learn from are too few to hold some out`, {
      path: "experiment.candidates",
      hint: "Use more bars, fewer or shorter folds, or no candidates.",
    });
  }
  return {
    train: train.map((stretch) => (stretch === longest ? learned : stretch)),
    validation: { from: longest.to - bars, to: longest.to },
  };
}

/** The longest stretch, of equals the last. */
export const longestOf = (stretches: readonly Rows[]): Rows =>
  stretches.reduce((longest, stretch) => (stretch.to - stretch.from >= longest.to - longest.from ? stretch : longest));
