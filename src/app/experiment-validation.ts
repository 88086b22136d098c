import { z } from "zod";
import { UserError } from "../base/index.ts";
import { FeatureSpec } from "../features/index.ts";
import type { Experiment } from "./experiment.ts";
import { Named } from "./experiment-learning.ts";

const share = z.number().gt(0).lt(0.9);

/** Of a fold's training rows what is held out at their end, where candidates have to be chosen among and the experiment does not say. */
export const validationShare = 0.2;

/** Retraining on the past, judged on the stretch that follows; no folds turns it off. */
export const WalkForwardSpec = z.strictObject({
  folds: z.int().min(0).max(50).default(4),
  totalSteps: z.int().min(1).default(100_000),
  /** Each fold learns from the first bar on, rather than from as many bars as the others; not unless given. */
  anchored: z.boolean().exactOptional(),
  /** Bars left out between training, validation and test; 1 unless given. */
  embargo: z.int().min(0).exactOptional(),
  /** As many as the training stretch has unless given; where anchored, all there are. */
  trainBars: z.int().min(2).exactOptional(),
  /** Unless given, the folds share what there is from the first test on. */
  testBars: z.int().min(2).exactOptional(),
  /** First day of the first test (UTC); the second half of the bars unless given. */
  from: z.iso.date().exactOptional(),
  /** Which seeds every fold trains; the first unless given. */
  seeds: z.enum(["first", "all"]).exactOptional(),
  /** Share of a fold's training rows, at their end, by which candidates are chosen; a fifth unless given. */
  validation: share.exactOptional(),
});

export type WalkForwardSpec = z.output<typeof WalkForwardSpec>;

const mostSplits = 100;

/** Ways to choose so many of a number of groups. */
const waysToChoose = (groups: number, held: number): number =>
  Array.from({ length: held }, (_, index) => (groups - index) / (index + 1)).reduce((product, factor) => product * factor, 1);

/** Combinatorial purged cross-validation of the whole recipe: every choice of `held` groups of bars is once what was not learned from. */
export const CrossValidationSpec = z
  .strictObject({
    groups: z.int().min(2).max(30).default(6),
    held: z.int().min(1).default(2),
    /** Bars left out after each held stretch, beside those that are purged. */
    embargo: z.int().min(0).default(1),
    /** Bars behind a bar that what is learned there depends on: as many are purged before a held stretch. A decision earns on the next. */
    horizon: z.int().min(0).default(1),
    totalSteps: z.int().min(1).default(100_000),
    /** As of `walkForward`: at the end of the longest stretch that is learned from. */
    validation: share.exactOptional(),
  })
  .refine(({ groups, held }) => held < groups, "hold out fewer groups than there are")
  .refine(({ groups, held }) => Math.round(waysToChoose(groups, held)) <= mostSplits, `at most ${mostSplits} trainings`);

export type CrossValidationSpec = z.output<typeof CrossValidationSpec>;

/** A named variation of the experiment: what it gives stands in the place of the experiment's own. */
const CandidateSpec = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "use small letters, digits and dashes"),
  algorithm: Named.exactOptional(),
  environment: z
    .strictObject({ environment: Named.exactOptional(), reward: Named.exactOptional(), window: z.int().min(1).exactOptional() })
    .exactOptional(),
  features: z.array(FeatureSpec).min(1).exactOptional(),
});

/** Few variations, of which validation chooses one. */
export const CandidateSpecs = z
  .array(CandidateSpec)
  .min(2)
  .max(20)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "each name once");

/** What is trained and judged: an experiment without alternatives. The name is null where the experiment has none. */
export interface Candidate {
  readonly name: string | null;
  readonly experiment: Experiment;
}

/** The variations of an experiment, or itself. */
export function candidatesOf({ candidates, ...experiment }: Experiment): Candidate[] {
  if (!candidates) return [{ name: null, experiment }];
  return candidates.map(({ name, environment, ...own }) => ({
    name,
    experiment: { ...experiment, ...own, environment: { ...experiment.environment, ...environment } },
  }));
}

/** How many policies an experiment trains on its own split, in walk-forward folds, and in cross-validation. */
export function plannedTrainings({ walkForward, crossValidation, seeds, candidates = [] }: Experiment) {
  const variations = Math.max(1, candidates.length);
  return {
    main: seeds.length * variations,
    folds: walkForward.folds * variations * (walkForward.seeds === "all" ? seeds.length : 1),
    splits: crossValidation ? Math.round(waysToChoose(crossValidation.groups, crossValidation.held)) * variations : 0,
  };
}

/**
 * Refuses a cross-validation that cannot be: of models that have seen what is held out, or with fewer environments than stretches to
 * learn from.
 */
export function checkCrossValidation({ crossValidation, environments, scenarios, initialWeights, teacher, ensemble }: Experiment): void {
  if (!crossValidation) return;
  const path = "experiment.crossValidation";
  if (initialWeights || teacher?.model !== undefined || ensemble?.members.some(({ model }) => model !== undefined)) {
    throw new UserError("config/invalid", `${path}: a model that was trained before has seen bars that are held out`, {
      path,
      hint: "Leave out initialWeights and models, or crossValidation.",
    });
  }
  const calm = Math.ceil(environments / ((scenarios?.training?.variants ?? 0) + 1));
  if (calm > crossValidation.held) return;
  throw new UserError("config/invalid", `${path}: ${calm} environments for up to ${crossValidation.held + 1} stretches to learn from`, {
    path,
    hint: "Raise `environments`, or hold out fewer groups.",
  });
}
