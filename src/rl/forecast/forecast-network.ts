import { z } from "zod";
import type { Random } from "../../base/index.ts";
import {
  activations,
  applyLinear,
  constant,
  type Declaration,
  declareLinear,
  declareMlp,
  type Parameters,
  parameters,
  type Tensor,
} from "../../graph/index.ts";
import { normalisedLimit } from "../normaliser.ts";
import { bodySpec, extractor, type ExtractorSpec } from "../policies/extractor.ts";

/** What a forecaster is built and trained with. */
export const forecasterParams = {
  window: z.int().min(1).default(32).describe("Steps that a forecast is made from"),
  horizon: z.int().min(1).default(1).describe("Steps after which a target is known"),
  body: bodySpec.prefault({ kind: "cnn-lstm" }).describe("What reads the window"),
  hidden: z.array(z.int().min(1)).default([32]).describe("Widths of the layers between body and forecast"),
  activation: z.enum(["tanh", "relu", "elu", "gelu", "silu"]).default("relu"),
  loss: z.enum(["mse", "huber"]).default("mse").describe("Squared error, or one that grows on a line beyond one deviation"),
  learningRate: z.number().positive().default(1e-3),
  schedule: z.enum(["constant", "linear", "cosine"]).default("cosine").describe("How the learning rate falls over the epochs"),
  warmUp: z.number().min(0).lt(1).default(0).describe("Share of the epochs over which the learning rate rises first"),
  batchSize: z.int().min(2).default(64),
  epochs: z.int().min(1).default(50),
  patience: z.int().min(1).nullable().default(8).describe("Epochs in a row without a better validation loss that end training"),
  weightDecay: z.number().nonnegative().default(1e-4).describe("AdamW's"),
  maxGradNorm: z.number().positive().default(1),
};

/** Parsed parameters of a forecaster. */
export type ForecasterParams = z.output<z.ZodObject<typeof forecasterParams>>;

/** What the training stretch says of the numbers that go in and come out, and the shape of the network. */
export const forecastFacts = z.strictObject({
  params: z.strictObject(forecasterParams),
  /** Numbers of a step. */
  width: z.int().positive(),
  features: z.strictObject({ mean: z.array(z.number()), variance: z.array(z.number()), count: z.number() }),
  target: z.strictObject({ mean: z.number(), deviation: z.number().positive() }),
});

export type ForecastFacts = z.output<typeof forecastFacts>;

/** A network over windows [batch, window · width] of features as they come, oldest step first. */
export interface ForecastNetwork {
  readonly parameters: Parameters;
  /** Forecasts in units of the target's deviation from its mean, both over the training stretch: [batch, 1]. */
  standardised(windows: Tensor): Tensor;
  /** Forecasts in the target's own units: [batch, 1]. */
  forecast(windows: Tensor): Tensor;
}

/**
 * Builds a forecaster's network. Its layers are named as an actor-critic's are: `body/extractor`, `body/0` … and last `head`, so that
 * an actor or a critic can begin with the body.
 */
export function forecastNetwork({ params, width, features, target }: ForecastFacts, random: Random): ForecastNetwork {
  const { window, body, hidden, activation } = params;
  const size = window * width;
  const spec: ExtractorSpec = body.kind === "none" ? body : { ...body, window, trailing: 0 };
  const reader = extractor(spec, size);
  const sizes = [reader.outputSize, ...hidden];
  const declarations: Record<string, Declaration> = { ...reader.declare("body/extractor") };
  if (hidden.length > 0) Object.assign(declarations, declareMlp("body", sizes));
  const network = parameters({ ...declarations, ...declareLinear("head", sizes.at(-1)!, 1) }, random);
  const repeated = (numbers: readonly number[]) =>
    constant(
      Float32Array.from({ length: size }, (_, at) => numbers[at % width]!),
      [1, size],
    );
  const mean = repeated(features.mean);
  const scale = repeated(features.variance.map((variance) => 1 / Math.sqrt(variance + 1e-8)));

  function standardised(windows: Tensor): Tensor {
    let rows = reader.apply("body/extractor", network, windows.sub(mean).mul(scale).clip(-normalisedLimit, normalisedLimit));
    hidden.forEach((_, index) => (rows = activations[activation](applyLinear(`body/${index}`, network, rows))));
    return applyLinear("head", network, rows);
  }
  return { parameters: network, standardised, forecast: (windows) => standardised(windows).mul(target.deviation).add(target.mean) };
}
