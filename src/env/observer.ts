import type { Account, Bar, Bars } from "../domain/index.ts";
import type { FeatureMatrix, FeaturePipeline } from "../features/index.ts";
import type { EnvironmentKind } from "./environment.ts";
import type { Space } from "./space.ts";
import { chooseEnvironment, type EnvironmentSpecification, layoutOf } from "./specification.ts";

/** An environment's eyes and hands for a session: the same `observe` and `act` on bars that arrive one at a time. */
export interface Observer {
  /** Numbers in an observation. */
  readonly size: number;
  readonly names: readonly string[];
  readonly schema: string;
  readonly actionSpace: Space;
  /** Whether enough bars have been seen to observe. */
  readonly ready: boolean;
  /** Takes the next closed bar. */
  update(bar: Bar): void;
  /** Writes the observation of an account that is marked at the latest bar's close. */
  observe(account: Account, out: Float32Array): void;
  /** Writes the part that is of the account, which stands last in an observation. */
  observeAccount(account: Account, out: Float32Array, offset: number): void;
  /** The part that is of the market, as a fresh observer would see it at each of the bars. */
  view(bars: Bars): MarketView;
  /** The exposure that an action means, or `null` to keep the position. */
  act(actions: Float32Array, account: Account): number | null;
}

/** The market's part of the observations at bars that are all at hand. */
export interface MarketView {
  /** Numbers of an observation that are of the market: they stand first. */
  readonly width: number;
  /** Whether by the bar of a row enough bars have been seen to observe. */
  isReady(row: number): boolean;
  /** Writes what is seen of the market at the close of a row's bar at `out[offset]` and after, and returns the place behind it. */
  write(row: number, out: Float32Array, offset: number): number;
}

/** Builds the observer that belongs to a specification; its observations equal the vector environment's bit for bit. */
export function createObserver(
  specification: Pick<EnvironmentSpecification, "environment" | "window">,
  pipeline: FeaturePipeline,
  available?: Readonly<Record<string, EnvironmentKind>>,
): Observer {
  const { window } = specification;
  const environment = chooseEnvironment({ ...specification, ...(available && { available }) });
  const { kind, params } = environment;
  const layout = layoutOf(environment, window, pipeline);
  const stream = pipeline.stream();
  const rows = new Float32Array(window * pipeline.width);
  let readyRows = 0;
  return {
    size: layout.size,
    names: layout.names,
    schema: layout.schema,
    actionSpace: layout.actionSpace,
    get ready() {
      return readyRows >= window;
    },
    update(bar) {
      rows.copyWithin(0, pipeline.width);
      readyRows = stream.update(bar, rows, (window - 1) * pipeline.width) ? readyRows + 1 : 0;
    },
    observe(account, out) {
      out.set(rows);
      kind.observe(account, out, rows.length);
    },
    observeAccount: (account, out, offset) => kind.observe(account, out, offset),
    view: (bars) => viewOf(bars, pipeline, window),
    act: (actions, account) => kind.act(actions[0]!, account, params),
  };
}

function viewOf(bars: Bars, pipeline: FeaturePipeline, window: number): MarketView {
  const { values, width, rows } = matrixOf(pipeline, bars);
  const readyRows = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let isWhole = true;
    for (let at = row * width; at < (row + 1) * width; at++) isWhole &&= Number.isFinite(values[at]);
    readyRows[row] = isWhole ? (readyRows[row - 1] ?? 0) + 1 : 0;
  }
  return {
    width: window * width,
    isReady: (row) => readyRows[row]! >= window,
    write(row, out, offset) {
      out.set(values.subarray((row + 1 - window) * width, (row + 1) * width), offset);
      return offset + window * width;
    },
  };
}

/** Features of bars that several agents of one pipeline look at, such as the seeds of an experiment, are worked out once. */
const matrices = new WeakMap<FeaturePipeline, WeakMap<Bars, FeatureMatrix>>();

function matrixOf(pipeline: FeaturePipeline, bars: Bars): FeatureMatrix {
  const known = matrices.get(pipeline) ?? new WeakMap<Bars, FeatureMatrix>();
  matrices.set(pipeline, known);
  const matrix = known.get(bars) ?? pipeline.batch(bars);
  known.set(bars, matrix);
  return matrix;
}
