import { z } from "zod";

const figures = z.array(z.number());

const Output = z.strictObject({ name: z.string(), kind: z.enum(["probability", "action", "value"]) });

const FeatureImportance = z.strictObject({
  feature: z.string(),
  /** One for each name in `of`. */
  figures: z.array(z.strictObject({ mean: z.number(), low: z.number(), high: z.number() })),
});

export type FeatureImportance = z.output<typeof FeatureImportance>;

/** How much depends on each feature: what dealing it out anew among the observations changes, with intervals over the repeats. */
export const PermutationImportance = z.strictObject({
  /** What a figure is, such as "mean absolute change", in units of the output. */
  measure: z.string(),
  /** Of what: the outputs by name, or the score. */
  of: z.array(z.string()),
  observations: z.int(),
  repeats: z.int(),
  level: z.number(),
  features: z.array(FeatureImportance),
});

export type PermutationImportance = z.output<typeof PermutationImportance>;

const Decision = z.strictObject({
  /** Row among the observations that were given. */
  row: z.int(),
  /** [outputs] */
  answer: figures,
  /** [features][outputs]: baseline + Σ features + residual = answer. */
  values: z.array(figures),
  /** [features][outputs], over random orders; `null` where the method draws none. */
  standardErrors: z.array(figures).nullable(),
  /** [outputs]: what the values leave unexplained of answer − baseline; rounding alone for Shapley values. */
  residual: figures,
});

export type Decision = z.output<typeof Decision>;

/** What each feature added to each decision, against the answers to a sample of background observations, and that on average. */
export const FeatureAttribution = z.strictObject({
  method: z.enum(["exact-shapley", "kernel-shap", "permutation-shap", "integrated-gradients"]),
  outputs: z.array(Output),
  features: z.array(z.string()),
  /** Observations in the background. */
  background: z.int(),
  /** [outputs], the mean answer to the background. */
  baseline: figures,
  decisions: z.array(Decision),
  /** [features][outputs], mean over the decisions of the values and of their sizes. */
  mean: z.array(figures),
  meanAbsolute: z.array(figures),
});

export type FeatureAttribution = z.output<typeof FeatureAttribution>;

const Axis = z.strictObject({
  feature: z.string(),
  /** Whether the whole window takes the value, or the latest bar alone. */
  wholeWindow: z.boolean(),
  values: figures,
});

/** Answers over two features, all else as in one reference observation. */
export const PolicyMap = z.strictObject({
  x: Axis,
  y: Axis,
  outputs: z.array(Output),
  /** [inputs], by the names of the explanation. */
  reference: figures,
  /** [y][x][outputs] */
  answers: z.array(z.array(figures)),
  /** [y][x], the likeliest choice; `null` where there are none. */
  choices: z.array(z.array(z.string())).nullable(),
  /** [y][x], observations that fall nearest: where there are none, nobody knows how the policy would fare there. */
  observed: z.array(z.array(z.int())),
});

export type PolicyMap = z.output<typeof PolicyMap>;

/** How steeply answers follow each number of the window: mean size of the derivative, times the number's standard deviation. */
export const Saliency = z.strictObject({
  outputs: z.array(Output),
  features: z.array(z.string()),
  /** Bars ago. */
  lags: z.array(z.int()),
  /** [outputs][features][lags]; `null` where there is no such number, or it never moves in the observations. */
  values: z.array(z.array(z.array(z.number().nullable()))),
  observations: z.int(),
});

export type Saliency = z.output<typeof Saliency>;

/** Why a policy acts as it does over a sample of observations: a plain document for reports, with the names of what it sees. */
export const PolicyExplanation = z.strictObject({
  schema: z.literal("tradewind/explanation@1"),
  inputs: z.array(z.string()),
  outputs: z.array(Output),
  observations: z.int(),
  importance: PermutationImportance,
  attribution: FeatureAttribution,
  maps: z.array(PolicyMap),
  saliency: Saliency,
});

export type PolicyExplanation = z.output<typeof PolicyExplanation>;
