import { canonicalJson, hashOf } from "../base/index.ts";
import { type Bar, type Bars, emptyBar, readBar } from "../domain/index.ts";
import { type Feature, type FeatureSpec, resolveFeatures } from "./feature-spec.ts";
import { type Indicator, indicatorInputs, startIndicator, type Unit } from "./indicator.ts";
import { indicators } from "./indicators/index.ts";

/** Features of every bar of a data set, row by row. */
export interface FeatureMatrix {
  readonly names: readonly string[];
  /** Features in a row. */
  readonly width: number;
  /** One for each bar. */
  readonly rows: number;
  /** [rows × width], scale-free; NaN before a feature's warm-up. */
  readonly values: Float32Array;
  /** The first row in which every feature is a finite number; `rows` when there is none. */
  readonly firstReady: number;
}

/** Features of the latest bar, one bar at a time. */
export interface FeatureStream {
  readonly width: number;
  /** Takes the next closed bar and writes its features at `out[offset]` and after; true when every one is a finite number. */
  update(bar: Bar, out: Float32Array, offset?: number): boolean;
}

/** What an agent sees of the market, as an immutable description that streams can be started from. */
export interface FeaturePipeline {
  readonly names: readonly string[];
  readonly width: number;
  /** Bars before the first row in which every feature is defined. */
  readonly warmup: number;
  /** The features with every default written out: equal specifications mean equal numbers. */
  readonly specification: readonly FeatureSpec[];
  /** SHA-256 of the specification, and of the scaler where there is one. */
  readonly hash: string;
  stream(): FeatureStream;
  /** Runs a fresh stream over the bars: the only way a matrix comes about. */
  batch(bars: Bars): FeatureMatrix;
}

/** How a value of each unit becomes free of the price's scale: the same whether a share costs 5 or 5,000. */
const scaleFree: { readonly [Name in Unit]: (value: number, close: number) => number } = {
  "price": (value, close) => value / close - 1,
  "price-difference": (value, close) => value / close,
  "price-squared": (value, close) => value / (close * close),
  "volume": (value) => Math.asinh(value), // Known to no scale: its order of magnitude, with its sign.
  "price-volume": (value, close) => Math.asinh(value / close),
  "price-squared-per-volume": (value, close) => Math.asinh(value / (close * close)),
  "return-per-price-volume": (value, close) => Math.asinh(value * close),
  "percent": (value) => value / 100 - 0.5,
  "signed-percent": (value) => value / 100,
  "ratio": (value) => value,
  "return": (value) => value,
  "score": (value) => value,
  "bars": (value) => value / 100,
  "degrees": (value) => value / 180,
  "signal": (value) => value,
  "pattern": (value) => value / 100,
};

/** Indicators to run, each once whatever number of features read it, and where every feature finds its value among their outputs. */
function planSources(features: readonly Feature[]) {
  const sources = new Map<string, { kind: Indicator; params: Record<string, unknown>; offset: number }>();
  let width = 0;
  const slots = features.map(({ kind, spec: { indicator, params }, output }) => {
    const key = canonicalJson([indicator, params]);
    let source = sources.get(key);
    if (!source) {
      sources.set(key, (source = { kind, params, offset: width }));
      width += Math.max(kind.outputs.length, 1);
    }
    return source.offset + output;
  });
  return { sources: [...sources.values()], slots, width };
}

/**
 * A pipeline of features, in the order given. Names default to indicator, parameters and output, such as "macd-12-26-9-histogram".
 * Anything unknown, misspelt or named twice is `config/invalid` with its path. `available` are the indicators to choose from.
 */
export function featurePipeline(
  specs: readonly FeatureSpec[],
  available: Readonly<Record<string, Indicator>> = indicators,
): FeaturePipeline {
  const features = resolveFeatures(specs, available);
  const names = features.map(({ spec }) => spec.name);
  const specification = features.map(({ spec }) => spec);
  const plan = planSources(features);
  const stream = () => startStream(features, plan);
  return {
    names,
    width: names.length,
    warmup: Math.max(...plan.sources.map(({ kind, params }) => startIndicator(kind, params).warmup)),
    specification,
    hash: hashOf({ schema: "tradewind/features@1", specification }),
    stream,
    batch: (bars) => runStream(names, stream(), bars),
  };
}

function startStream(features: readonly Feature[], plan: ReturnType<typeof planSources>): FeatureStream {
  const sources = plan.sources.map(({ kind, params, offset }) => ({ stream: startIndicator(kind, params), offset }));
  const transforms = features.map(({ unit }) => scaleFree[unit]);
  const values = new Float64Array(plan.width);
  const row = new Float64Array(indicatorInputs.length);
  const width = features.length;
  return {
    width,
    update(bar, out, offset = 0) {
      row[0] = bar.open;
      row[1] = bar.high;
      row[2] = bar.low;
      row[3] = bar.close;
      row[4] = bar.volume;
      row[5] = bar.closeTime;
      for (const source of sources) source.stream.update(row, values, source.offset);
      let ready = true;
      for (let index = 0; index < width; index++) {
        const value = Math.fround(transforms[index]!(values[plan.slots[index]!]!, bar.close));
        const finite = Number.isFinite(value);
        out[offset + index] = finite ? value : NaN;
        ready &&= finite;
      }
      return ready;
    },
  };
}

/** The rows that a fresh stream gives for the bars, one after the other. */
export function runStream(names: readonly string[], stream: FeatureStream, bars: Bars): FeatureMatrix {
  const { width } = stream;
  const rows = bars.close.length;
  const values = new Float32Array(rows * width);
  const bar = emptyBar();
  let firstReady = rows;
  for (let index = 0; index < rows; index++) {
    const ready = stream.update(readBar(bars, index, bar), values, index * width);
    if (ready && firstReady === rows) firstReady = index;
  }
  return { names, width, rows, values, firstReady };
}
