import { z } from "zod";
import { parse, parseParams, type ParamsShape, UserError } from "../base/index.ts";
import { EnvironmentSpecification } from "../env/index.ts";
import { checkRegimes, defaultFeatures, featurePipeline, FeatureSpec, RegimeSpec } from "../features/index.ts";
import { algorithms, ensembles, forecasterParams } from "../rl/index.ts";
import { EnsembleSpec, ForecastSpec, Named, TeacherSpec, TrainingLife, WarmStart } from "./experiment-learning.ts";
import { checkScenarios, ScenariosSpec } from "./experiment-scenarios.ts";
import { CandidateSpecs, candidatesOf, checkCrossValidation, CrossValidationSpec, WalkForwardSpec } from "./experiment-validation.ts";
import { builtIn, type Extensions } from "./extensions.ts";
import { checkKnown, NewsSpec, SeriesSpec } from "./known-specs.ts";
import { ExplainSpec } from "./explain-model.ts";
import { within } from "./within.ts";

const seedCount = 5;

/**
 * Everything that decides a result: the data, what the agent sees of it, the market it trades in, how it learns and how it is
 * judged. Equal experiments on equal data give equal weights and equal reports.
 */
export const Experiment = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "use small letters, digits and dashes")
    .default("experiment"),
  /** A sample data set, a stored one, or a file. */
  data: z.string().min(1).default("sp500"),
  features: z
    .array(FeatureSpec)
    .min(1)
    .prefault(() => structuredClone(defaultFeatures) as unknown as FeatureSpec[]),
  environment: EnvironmentSpecification.prefault({ episode: { maxSteps: 252 } }),
  /** Environments that learn side by side. */
  environments: z.int().min(1).max(4096).default(8),
  algorithm: Named.prefault({ name: "ppo", params: { nSteps: 256, batchSize: 256, entropyCoef: 0.005 } }),
  /** Where networks are computed: on the CPU unless given. WebGPU rounds otherwise, and gives way to the CPU without an adapter. */
  device: z.enum(["cpu", "webgpu"]).exactOptional(),
  totalSteps: z.int().min(1).default(150_000),
  seeds: z
    .array(z.int().min(0))
    .min(1)
    .max(100)
    .refine((seeds) => new Set(seeds).size === seeds.length, "each seed once")
    .default(() => Array.from({ length: seedCount }, (_, index) => index + 1)),
  /** Shares of the bars, in time order; the rest is the test stretch. */
  split: z
    .strictObject({ train: z.number().gt(0).lt(1).default(0.6), validation: z.number().gt(0).lt(1).default(0.15) })
    .refine(({ train, validation }) => train + validation < 0.98, "train and validation leave nothing to test on")
    .prefault({}),
  /** Retraining on the past, judged on the stretch that follows; no folds turns it off. */
  walkForward: WalkForwardSpec.prefault({}),
  /** Trained and judged on every choice of what to hold out; not unless given. */
  crossValidation: CrossValidationSpec.exactOptional(),
  /** How the chosen agent is explained; left out, by a few observations. */
  explain: ExplainSpec.exactOptional(),
  /** Resamples of the bootstrap behind the interval of the Sharpe difference. */
  resamples: z.int().min(100).max(100_000).default(2000),
  /** Evaluation on the way, with the best policy kept and training ended early; none unless given. */
  training: TrainingLife.exactOptional(),
  initialWeights: WarmStart.exactOptional(),
  teacher: TeacherSpec.exactOptional(),
  /** Columns of dated values that bars do not hold: macro series, fundamentals. Scaled as features are. */
  series: z.array(SeriesSpec).min(1).max(50).exactOptional(),
  /** Columns of what news and posts say. Scaled as features are. */
  news: z.array(NewsSpec).min(1).max(10).exactOptional(),
  /** Columns of features that say in which regime the market is, fitted on the training stretch. */
  regimes: z.array(RegimeSpec).min(1).max(10).exactOptional(),
  /** Columns of features that a network forecasts. */
  forecasts: z.array(ForecastSpec).min(1).max(10).exactOptional(),
  /** Several policies instead of one. */
  ensemble: EnsembleSpec.exactOptional(),
  /** What may befall the market in training, and what befalls it in a test of its own; nothing unless given. */
  scenarios: ScenariosSpec.exactOptional(),
  /** Variations among which validation chooses; the experiment itself unless given. */
  candidates: CandidateSpecs.exactOptional(),
  /** Strategies to be judged beside the agent. */
  baselines: z.array(Named).min(1).max(10).exactOptional(),
  /** Modules with indicators, environments, rewards and strategies of one's own, relative to the experiment's file. */
  extensions: z.array(z.string().min(1)).min(1).max(100).exactOptional(),
});

export type Experiment = z.output<typeof Experiment>;
export type ExperimentInput = z.input<typeof Experiment>;

/** An experiment with every default filled in; unknown keys, names and impossible values are `config/invalid` with the field's path. */
export const defineExperiment = (experiment: ExperimentInput): Experiment => parseExperiment(experiment);

/**
 * The same for a value of which nothing is known yet, such as the content of a file. Without `extensions`, names of an experiment
 * that brings its own are left to be looked up once they are loaded.
 */
export function parseExperiment(value: unknown, extensions?: Extensions): Experiment {
  const experiment = parse(Experiment, value, "experiment");
  const { baselines, teacher, ensemble, forecasts } = experiment;
  const known = extensions ?? builtIn;
  const isOpen = extensions === undefined && experiment.extensions !== undefined;
  const check = (kinds: Kinds, named: Named, path: string, isOwn = true) =>
    (isOpen && isOwn && !Object.hasOwn(kinds, named.name)) || checkExtension(kinds, named, `experiment.${path}`);
  const checkParts = ({ features, environment, algorithm }: Experiment, at: string) => {
    // Found here, it need not be found by a worker half-way.
    if (!isOpen || features.every(({ indicator }) => Object.hasOwn(known.indicators, indicator)))
      within(`experiment${at && `.${at.slice(0, -1)}`}`, () =>
        checkRegimes(experiment.regimes ?? [], checkKnown(experiment, featurePipeline(features, known.indicators).names)),
      );
    check(known.environments, environment.environment, `${at}environment.environment`);
    check(known.rewards, environment.reward, `${at}environment.reward`);
    check(algorithms, algorithm, `${at}algorithm`, false);
  };
  checkParts(experiment, "");
  if (experiment.candidates)
    candidatesOf(experiment).forEach((candidate, index) => checkParts(candidate.experiment, `candidates.${index}.`));
  baselines?.forEach((baseline, index) => check(known.strategies, baseline, `baselines.${index}`));
  if (teacher?.strategy) check(known.strategies, teacher.strategy, "teacher.strategy");
  if (teacher) parseParams(algorithms["behaviour-cloning"].params, teacher.params, "experiment.teacher.params");
  forecasts?.forEach(({ params }, index) => parseParams(forecasterParams, params, `experiment.forecasts.${index}.params`));
  if (ensemble) checkEnsemble(experiment, ensemble);
  checkCrossValidation(experiment);
  if (experiment.scenarios) checkScenarios(experiment.scenarios, experiment.environments);
  return experiment;
}

type Kinds = Readonly<Record<string, { readonly params: ParamsShape }>>;

function checkEnsemble({ initialWeights, teacher }: Experiment, { kind, params, members, controller }: EnsembleSpec): void {
  checkExtension(ensembles, { name: kind, params }, "experiment.ensemble", "kind");
  if (controller.algorithm) checkExtension(algorithms, controller.algorithm, "experiment.ensemble.controller.algorithm");
  members.forEach(({ algorithm, forecast }, index) => {
    const path = `experiment.ensemble.members.${index}`;
    if (algorithm) checkExtension(algorithms, algorithm, `${path}.algorithm`);
    if (forecast) parseParams(forecasterParams, forecast.params, `${path}.forecast.params`);
  });
  const lost = initialWeights ? "initialWeights" : teacher ? "teacher" : undefined;
  if (lost === undefined) return;
  throw new UserError("config/invalid", `experiment.${lost}: an ensemble's members are trained from nothing`, {
    path: `experiment.${lost}`,
    hint: "Warm-start a model of its own, and name it as a member of the ensemble.",
  });
}

function checkExtension(kinds: Kinds, { name, params }: Named, path: string, field = "name"): void {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind)
    throw new UserError("config/invalid", `${path}.${field}: there is no "${name}"`, {
      path: `${path}.${field}`,
      hint: `Known: ${Object.keys(kinds).join(", ")}.`,
    });
  parseParams(kind.params, params, `${path}.params`);
}
