import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { assert, parse, Random, sha256, UserError, writeFileWhole } from "../../base/index.ts";
import { bind, encodeOnnx, input, openSession, readOnnxWeights } from "../../graph/index.ts";
import { InitialWeights, type ModelWeights } from "../initial-weights.ts";
import { saving } from "../saving.ts";
import { type ForecastFacts, forecastFacts, forecastNetwork, type ForecastNetwork } from "./forecast-network.ts";

/** Says from the latest steps of features what comes next, such as the coming return. It has seen its training stretch and nothing else. */
export interface Forecaster {
  /** Steps that a forecast is made from, and numbers of a step. */
  readonly window: number;
  readonly width: number;
  readonly facts: ForecastFacts;
  readonly network: ForecastNetwork;
  readonly weightsSha256: string;
  /** The forecast from one window [window · width], oldest step first. */
  forecast(window: Float32Array): number;
  /** The forecast after each row of features [rows · width] from it and the rows before; NaN until a window is full of finite numbers. */
  series(features: Float32Array): Float32Array;
  /** The same one row at a time, as a feature that streams. */
  stream(): (row: ArrayLike<number>) => number;
  /** Parameters by name, and what its features look like, for a network to begin with. */
  weights(): ModelWeights;
  /** Writes `forecaster.onnx`, which takes any number of windows, and `manifest.json`; further fields are kept. */
  save(folder: string, manifest: Record<string, unknown>): void;
}

const Manifest = z.looseObject({
  schema: z.literal("tradewind/forecaster@1"),
  forecaster: forecastFacts,
  weightsSha256: z.string(),
  /** Of `forecaster.onnx`. */
  fileSha256: z.string(),
});

/** Windows that one call forecasts from. */
const batchSize = 256;

/** Makes a network ready for use, as its parameters stand now. */
export function openForecaster(network: ForecastNetwork, facts: ForecastFacts): Forecaster {
  const { width, params } = facts;
  const size = params.window * width;
  const model = encodeOnnx(
    { forecast: network.forecast(input("window", [1, size])) },
    {
      embedVariables: true,
      dynamicBatch: true,
      description: `Forecast ${params.horizon} steps ahead from ${params.window} steps of ${width} numbers.`,
      descriptions: { window: "Features as they come, oldest step first, one window a row.", forecast: "In the units of the target." },
    },
  );
  const weightsSha256 = sha256(network.parameters.flat.attributes.data);
  const session = openSession(model);
  const runner = (count: number) => {
    const [windows, results] = [new Float32Array(count * size), new Float32Array(count)];
    const [feeds, fetches] = [{ window: bind(windows, [count, size]) }, { forecast: bind(results, [count, 1]) }];
    return { windows, results, run: () => session.run(feeds, fetches) };
  };
  const single = runner(1);

  function forecast(window: Float32Array): number {
    assert(window.length === size, `forecast: a window of ${size} numbers, got ${window.length}`);
    single.windows.set(window);
    single.run();
    return single.results[0]!;
  }

  return {
    window: params.window,
    width,
    facts,
    network,
    weightsSha256,
    forecast,
    series(features) {
      const out = new Float32Array(features.length / width).fill(NaN);
      const rows = finiteWindows(features, width, params.window, { from: 0, to: out.length });
      const batch = runner(Math.min(batchSize, Math.max(rows.length, 1)));
      for (let from = 0; from < rows.length; from += batch.results.length) {
        const part = rows.subarray(from, from + batch.results.length);
        copyWindows(features, width, params.window, part, batch.windows);
        batch.run();
        part.forEach((row, index) => (out[row] = batch.results[index]!));
      }
      return out;
    },
    stream() {
      const window = new Float32Array(size).fill(NaN);
      return (row) => {
        window.copyWithin(0, width);
        for (let at = 0; at < width; at++) window[size - width + at] = row[at]!;
        return window.every(Number.isFinite) ? forecast(window) : NaN;
      };
    },
    weights: () => weightsOf(model, facts),
    save(folder, extra) {
      const manifest = { ...extra, schema: "tradewind/forecaster@1", forecaster: facts, weightsSha256, fileSha256: sha256(model) };
      saving(folder, () => {
        writeFileWhole(join(folder, "forecaster.onnx"), model);
        writeFileWhole(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
      });
    },
  };
}

/** Loads a saved forecaster. A folder without one is `model/not-found`, one that is incomplete or damaged `model/invalid`. */
export function loadForecaster(folder: string): Forecaster & { readonly manifest: z.output<typeof Manifest> } {
  const manifest = parse(Manifest, manifestOf(folder), "manifest", "model/invalid");
  const model = read(folder, "forecaster.onnx", "model/invalid");
  if (sha256(model) !== manifest.fileSha256) throw damaged(folder, "forecaster.onnx does not match the hash in its manifest.");
  const facts = manifest.forecaster;
  const network = forecastNetwork(facts, new Random(0));
  new InitialWeights({ from: { tensors: readOnnxWeights(model) } }).apply(network.parameters);
  return { ...openForecaster(network, facts), manifest };
}

function weightsOf(model: Uint8Array, { params, features: { mean, variance, count } }: ForecastFacts): ModelWeights {
  const repeated = (numbers: readonly number[]) => Array.from({ length: params.window }, () => numbers).flat();
  return { tensors: readOnnxWeights(model), observationMoments: { mean: repeated(mean), variance: repeated(variance), count } };
}

/** The rows of a stretch that end a window of finite numbers, which may reach back before the stretch. */
export function finiteWindows(
  features: Float32Array,
  width: number,
  window: number,
  { from, to }: { readonly from: number; readonly to: number },
): Int32Array {
  const rows: number[] = [];
  const first = Math.max(0, from - window + 1);
  let finite = 0;
  for (let row = first; row < to; row++) {
    let whole = true;
    for (let at = row * width; at < (row + 1) * width; at++) whole &&= Number.isFinite(features[at]);
    finite = whole ? finite + 1 : 0;
    if (finite >= window && row >= from) rows.push(row);
  }
  return Int32Array.from(rows);
}

/** Writes the windows that end at `rows` one after the other. */
export function copyWindows(features: Float32Array, width: number, window: number, rows: Int32Array, out: Float32Array): void {
  const size = window * width;
  for (let index = 0; index < rows.length; index++) {
    const start = (rows[index]! + 1) * width - size;
    for (let at = 0; at < size; at++) out[index * size + at] = features[start + at]!;
  }
}

function manifestOf(folder: string): unknown {
  try {
    return JSON.parse(read(folder, "manifest.json", "model/not-found").toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(folder, "manifest.json is no JSON.", error);
    throw error;
  }
}

function read(folder: string, file: string, code: "model/not-found" | "model/invalid"): Buffer {
  try {
    return readFileSync(join(folder, file));
  } catch (cause) {
    throw new UserError(code, `No readable ${file} in ${folder}.`, { path: folder, hint: "Give the folder of a forecaster.", cause });
  }
}

const damaged = (folder: string, what: string, cause?: unknown): UserError =>
  new UserError("model/invalid", `The forecaster in ${folder} cannot be used: ${what}`, {
    path: folder,
    hint: "Train it again or restore the folder.",
    cause,
  });
