import { z } from "zod";

/** An extension by name with its parameters. */
export const Named = z.strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()).default({}) });

export type Named = z.output<typeof Named>;

/** Evaluation without dice on the way, on bars that are cut from the end of the training stretch and not learned from. */
export const TrainingLife = z.strictObject({
  /** Environment steps between evaluations; there is one more at the end. */
  evaluateEvery: z.int().min(1).default(10_000),
  /** Share of the training stretch that is held out, at its end. */
  validation: z.number().gt(0).lt(0.9).default(0.2),
  /** Episodes of an evaluation, as the environment has them, with the same starts each time. */
  episodes: z.int().min(1).max(1000).default(10),
  /** Whether the policy that evaluated best is what training leaves, rather than the last. */
  keepBest: z.boolean().default(true),
  /** Ends training after so many evaluations in a row none of which was the best so far. */
  patience: z.int().min(1).exactOptional(),
  /** Evaluations before which patience does not end training. */
  minEvaluations: z.int().min(0).exactOptional(),
  /** Ends training once an evaluation's mean return reaches it. */
  targetReturn: z.number().exactOptional(),
});

export type TrainingLife = z.output<typeof TrainingLife>;

/** A registered model (`demo`, `demo@2`) or a model folder whose weights training begins with. */
export const WarmStart = z.strictObject({
  from: z.string().min(1),
  /** Takes what fits by name and shape, rather than all or nothing. */
  allowPartial: z.boolean().default(false),
});

/** Whom to imitate before training: a strategy by name, or a model. */
export const TeacherSpec = z
  .strictObject({
    strategy: Named.exactOptional(),
    model: z.string().min(1).exactOptional(),
    /** Decisions of the teacher that are recorded in the training stretch. */
    steps: z.int().min(2).default(10_000),
    /** Passes of behaviour cloning over the records. */
    passes: z.int().min(1).default(10),
    /** Further parameters of behaviour cloning. */
    params: z.record(z.string(), z.unknown()).default({}),
  })
  .refine(({ strategy, model }) => (strategy === undefined) !== (model === undefined), "give either a strategy or a model");

export type TeacherSpec = z.output<typeof TeacherSpec>;

/** Shares of the training stretch that a forecaster learns from and stops by, in time order from its start. */
const forecastShares = {
  train: z.number().gt(0).lt(1).default(0.5),
  validation: z.number().gt(0).lt(1).default(0.1),
};

const fitsInStretch = ({ train, validation }: { readonly train: number; readonly validation: number }) => train + validation <= 1;
const tooLarge = "train and validation are more than the training stretch";

/** A column of features: what a forecaster, trained on the first part of the training stretch, says of the log-return to come. */
export const ForecastSpec = z
  .strictObject({
    name: z.string().min(1).default("forecast"),
    ...forecastShares,
    /** Of the forecaster: `window`, `horizon`, `body` and so on. */
    params: z.record(z.string(), z.unknown()).default({}),
    /**
     * Whether the agent learns only from bars behind those of the forecaster, whose forecasts are as good as they will ever be on
     * unseen bars. On bars that it learned from, they are better than that, and an agent that learns there trusts them too much.
     */
    unseenOnly: z.boolean().default(true),
  })
  .refine(fitsInStretch, tooLarge);

export type ForecastSpec = z.output<typeof ForecastSpec>;

/** A member of an ensemble: trained here, a registered model or folder, or a forecaster that acts on what it forecasts. */
export const MemberSpec = z
  .strictObject({
    /** The experiment's own unless given. */
    algorithm: Named.exactOptional(),
    /** The experiment's own unless given. */
    totalSteps: z.int().min(1).exactOptional(),
    model: z.string().min(1).exactOptional(),
    forecast: z
      .strictObject({
        ...forecastShares,
        params: z.record(z.string(), z.unknown()).default({}),
        /** Exposure for a forecast of one standard deviation of what is forecast. */
        sensitivity: z.number().positive().default(1),
      })
      .refine(fitsInStretch, tooLarge)
      .exactOptional(),
  })
  .refine(
    ({ algorithm, totalSteps, model, forecast }) =>
      [algorithm ?? totalSteps, model, forecast].filter((given) => given !== undefined).length <= 1,
    "a member is either trained, a model or a forecaster",
  );

export type MemberSpec = z.output<typeof MemberSpec>;

/** Several policies as one. */
export const EnsembleSpec = z.strictObject({
  kind: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
  members: z.array(MemberSpec).min(2).max(20),
  /** Who weighs the members, for the kind `gate`; the experiment's algorithm and steps unless given. */
  controller: z.strictObject({ algorithm: Named.exactOptional(), totalSteps: z.int().min(1).exactOptional() }).prefault({}),
});

export type EnsembleSpec = z.output<typeof EnsembleSpec>;
