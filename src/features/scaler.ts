import { z } from "zod";
import { assert, hashOf, UserError } from "../base/index.ts";
import { type FeatureMatrix, type FeaturePipeline, type FeatureStream, runStream } from "./pipeline.ts";

/** Location and spread of each feature over the training rows. As JSON it loses nothing. */
export const Scaler = z.strictObject({
  names: z.array(z.string()),
  mean: z.array(z.number()),
  /** Of the population, at least `leastDeviation`. */
  standardDeviation: z.array(z.number().positive()),
  /** Scaled values are held between −clip and clip. */
  clip: z.number().positive(),
});

/** Numbers that standardise features: fitted once, saved with the model. */
export type Scaler = z.infer<typeof Scaler>;

/** Floor of a standard deviation: a feature that hardly moved in training must not explode later. */
export const leastDeviation = 1e-6;

/**
 * Fits a scaler to rows [from, to) and to nothing else; pass the training rows only. Rows with a feature that is not there yet
 * are left out; fewer than two others are `data/too-short`.
 */
export function fitScaler({ names, width, rows, values }: FeatureMatrix, from: number, to: number): Scaler {
  assert(from >= 0 && to <= rows, `training rows ${from} to ${to} of ${rows}`);
  const starts: number[] = []; // Where the rows that count begin.
  for (let start = from * width; start < to * width; start += width) {
    if (values.subarray(start, start + width).every(Number.isFinite)) starts.push(start);
  }
  if (starts.length < 2) {
    const hint = "Use more bars for training, or features with a shorter warm-up.";
    throw new UserError("data/too-short", `Only ${starts.length} of the training rows ${from} to ${to} have all features.`, { hint });
  }
  const meanOf = (term: (start: number) => number) => starts.reduce((total, start) => total + term(start), 0) / starts.length;
  const mean = names.map((_, column) => meanOf((start) => values[start + column]!));
  const variance = mean.map((centre, column) => meanOf((start) => (values[start + column]! - centre) ** 2));
  return {
    names: [...names],
    mean,
    standardDeviation: variance.map((value) => Math.max(Math.sqrt(value), leastDeviation)),
    clip: 5,
  };
}

/** A pipeline whose features are standardised and clipped. A scaler fitted to other features is `model/schema-mismatch`. */
export function scaled(pipeline: FeaturePipeline, scaler: Scaler): FeaturePipeline {
  const { names, width } = pipeline;
  const differs = names.findIndex((name, index) => name !== scaler.names[index]);
  if (differs >= 0 || scaler.names.length !== width) {
    const [wanted, found] = differs >= 0 ? [names[differs], scaler.names[differs]] : ["nothing more", scaler.names[width]];
    throw new UserError(
      "model/schema-mismatch",
      `The scaler was fitted to other features: ${wanted} is expected, ${found ?? "nothing more"} was found.`,
      {
        path: `scaler.names.${differs >= 0 ? differs : width}`,
        hint: "Use the scaler that was saved with the model, or fit one to these features.",
      },
    );
  }
  const stream = () => scaleStream(pipeline.stream(), scaler);
  return { ...pipeline, hash: hashOf({ pipeline: pipeline.hash, scaler }), stream, batch: (bars) => runStream(names, stream(), bars) };
}

function scaleStream(inner: FeatureStream, { mean, standardDeviation, clip }: Scaler): FeatureStream {
  const { width } = inner;
  return {
    width,
    update(bar, out, offset = 0) {
      const ready = inner.update(bar, out, offset);
      for (let index = 0; index < width; index++) {
        const value = (out[offset + index]! - mean[index]!) / standardDeviation[index]!;
        // The NaN of a processor's arithmetic may have other bits than the one that is written here.
        out[offset + index] = Number.isNaN(value) ? NaN : Math.min(Math.max(value, -clip), clip);
      }
      return ready;
    },
  };
}
