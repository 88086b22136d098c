import { z } from "zod";
import { parse, parseParams, type ParamsShape, UserError } from "../base/index.ts";
import { environments, EnvironmentSpecification, rewards } from "../env/index.ts";
import { defaultFeatures, featurePipeline, FeatureSpec } from "../features/index.ts";
import { algorithms } from "../rl/index.ts";
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
  algorithm: z
    .strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()).default({}) })
    .prefault({ name: "ppo", params: { nSteps: 256, batchSize: 256, entropyCoef: 0.005 } }),
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
  /** Retraining on a rolling past, judged on the stretch that follows; no folds turns it off. */
  walkForward: z.strictObject({ folds: z.int().min(0).max(50).default(4), totalSteps: z.int().min(1).default(100_000) }).prefault({}),
  /** Resamples of the bootstrap behind the interval of the Sharpe difference. */
  resamples: z.int().min(100).max(100_000).default(2000),
});

export type Experiment = z.output<typeof Experiment>;
export type ExperimentInput = z.input<typeof Experiment>;

/** An experiment with every default filled in; unknown keys, names and impossible values are `config/invalid` with the field's path. */
export const defineExperiment = (experiment: ExperimentInput): Experiment => parseExperiment(experiment);

/** The same for a value of which nothing is known yet, such as the content of a file. */
export function parseExperiment(value: unknown): Experiment {
  const experiment = parse(Experiment, value, "experiment");
  within("experiment", () => featurePipeline(experiment.features)); // Found here, it need not be found by a worker half-way.
  checkExtension(environments, experiment.environment.environment, "experiment.environment.environment");
  checkExtension(rewards, experiment.environment.reward, "experiment.environment.reward");
  checkExtension(algorithms, experiment.algorithm, "experiment.algorithm");
  return experiment;
}

function checkExtension(
  kinds: Readonly<Record<string, { readonly params: ParamsShape }>>,
  { name, params }: Experiment["algorithm"],
  path: string,
): void {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind)
    throw new UserError("config/invalid", `${path}.name: there is no "${name}"`, {
      path: `${path}.name`,
      hint: `Known: ${Object.keys(kinds).join(", ")}.`,
    });
  parseParams(kind.params, params, `${path}.params`);
}
