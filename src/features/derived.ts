import { hashOf, UserError } from "../base/index.ts";
import { type FeaturePipeline, type FeatureStream, runStream } from "./pipeline.ts";

/** A column that is computed of a pipeline's own rows, one row at a time, such as what a network forecasts from them. */
export interface DerivedColumn {
  readonly name: string;
  /** Of whatever decides its numbers. */
  readonly hash: string;
  /** Rows that it reads: the latest and those before it. */
  readonly window: number;
  /** Starts afresh; the function takes the next row and gives the column's number after it, NaN where there is none yet. */
  start(): (row: Float32Array) => number;
}

/** A pipeline with further columns behind its own. One that is named as another is `config/invalid`. */
export function withDerived(pipeline: FeaturePipeline, columns: readonly DerivedColumn[]): FeaturePipeline {
  if (columns.length === 0) return pipeline;
  const names = [...pipeline.names, ...columns.map(({ name }) => name)];
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
    warmup: pipeline.warmup + Math.max(...columns.map(({ window }) => window)) - 1,
    specification: pipeline.specification,
    hash: hashOf({ pipeline: pipeline.hash, derived: columns.map(({ name, hash }) => ({ name, hash })) }),
    stream,
    batch: (bars) => runStream(names, stream(), bars),
  };
}

function startStream(pipeline: FeaturePipeline, columns: readonly DerivedColumn[]): FeatureStream {
  const inner = pipeline.stream();
  const next = columns.map((column) => column.start());
  const row = new Float32Array(pipeline.width);
  return {
    width: pipeline.width + columns.length,
    update(bar, out, offset = 0) {
      let ready = inner.update(bar, out, offset);
      for (let index = 0; index < row.length; index++) row[index] = out[offset + index]!;
      for (let index = 0; index < next.length; index++) {
        const value = Math.fround(next[index]!(row));
        const finite = Number.isFinite(value);
        out[offset + row.length + index] = finite ? value : NaN;
        ready &&= finite;
      }
      return ready;
    },
  };
}
