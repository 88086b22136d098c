import { hashOf, UserError } from "../../base/index.ts";
import type { Bar } from "../../domain/index.ts";
import { type FeaturePipeline, type FeatureStream, runStream } from "../pipeline.ts";

/** Columns of what is known when a bar closes though no bar says so: macro series, fundamentals, news. */
export interface AsOfColumns {
  readonly names: readonly string[];
  /** Of whatever decides their numbers. */
  readonly hash: string;
  /**
   * Starts afresh; the function takes the next closed bar and writes one number a column at `out[0]` and after: of what was known at
   * `closeTime` and nothing later, NaN where there is nothing.
   */
  start(): (bar: Bar, out: Float64Array) => void;
}

/** A pipeline with columns of what else was known behind its own. One that is named as another is `config/invalid`. */
export function withAsOf(pipeline: FeaturePipeline, columns: readonly AsOfColumns[]): FeaturePipeline {
  if (columns.length === 0) return pipeline;
  const names = [...pipeline.names, ...columns.flatMap((each) => each.names)];
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0) {
    throw new UserError("config/invalid", `features: "${names[twice]}" is there already`, {
      path: "features",
      hint: "Give each column a name of its own.",
    });
  }
  const stream = () => startStream(pipeline, columns);
  return {
    names,
    width: names.length,
    warmup: pipeline.warmup,
    specification: pipeline.specification,
    hash: hashOf({ pipeline: pipeline.hash, asOf: columns.map((each) => ({ names: each.names, hash: each.hash })) }),
    stream,
    batch: (bars) => runStream(names, stream(), bars),
  };
}

function startStream(pipeline: FeaturePipeline, columns: readonly AsOfColumns[]): FeatureStream {
  const inner = pipeline.stream();
  const parts = columns.map((each) => ({ next: each.start(), values: new Float64Array(each.names.length) }));
  return {
    width: pipeline.width + parts.reduce((sum, { values }) => sum + values.length, 0),
    update(bar, out, offset = 0) {
      let ready = inner.update(bar, out, offset);
      let at = offset + pipeline.width;
      for (const { next, values } of parts) {
        next(bar, values);
        for (const given of values) {
          const value = Math.fround(given);
          const finite = Number.isFinite(value);
          out[at++] = finite ? value : NaN;
          ready &&= finite;
        }
      }
      return ready;
    },
  };
}
