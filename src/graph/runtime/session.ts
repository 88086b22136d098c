import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import type { InferenceSession, TensorConstructor } from "onnxruntime-node";
import type { Shape } from "../shape.ts";

/**
 * The native session of onnxruntime-node. The public `session.run` wraps this very call in a promise and `setImmediate`, which
 * costs more than a small network does; so the binding that `onnxruntime-node/dist/backend.js` uses is taken directly. This
 * file is the only one that knows, and `onnxruntime-node` is pinned exactly for its sake.
 */
interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: InferenceSession.SessionOptions): void;
  run(feeds: Values, fetches: Values): Values;
  endProfiling(): void;
  dispose(): void;
}

interface NativeModule {
  readonly binding: {
    readonly InferenceSession: new () => NativeSession;
    initOrtOnce(logLevel: number, tensor: TensorConstructor, isMainThread: boolean): void;
  };
}

/**
 * An array with its shape, as the native code reads it: an object of the public class, whose properties are functions, would cost it
 * several calls back.
 */
interface Bound {
  readonly location: "cpu";
  readonly type: "float32";
  readonly data: Float32Array;
  readonly dims: Shape;
}

type Values = Readonly<Record<string, Bound>>;

const load = createRequire(import.meta.url);
interface Runtime {
  readonly native: NativeModule;
  readonly Tensor: TensorConstructor;
}

let loaded: Runtime | undefined;

/** Loads ONNX Runtime on first use: 290 MB on disk that a command without learning never touches. */
function runtime(): Runtime {
  if (loaded) return loaded;
  const native = load("onnxruntime-node/dist/binding.js") as NativeModule;
  const { Tensor } = load("onnxruntime-node") as { Tensor: TensorConstructor };
  loaded = { native, Tensor };
  registerResults(loaded);
  return loaded;
}

/**
 * Loads ONNX Runtime in this thread and keeps it. All threads share one environment of it, which the last that used it tears down when
 * it ends: a thread that starts others which come and go should hold it while they do.
 */
export function holdRuntime(): void {
  runtime();
}

/** Level of what ONNX Runtime logs: warnings and worse. */
const warnings = 2;

/** Thrown, and caught, in place of a copy of what a run gave. */
const filled = new Error("the fetched arrays hold the results");
let discarding = false;

/**
 * Says what the native code makes the results of a run with. It copies each into memory of its own although it has just written them
 * into the fetched arrays: for seven results of 40 kB that was 100 µs a run, collecting the copies included. So a run of ours ends
 * with an exception before the second result is copied; everybody else's gets tensors.
 */
function registerResults({ native, Tensor }: Runtime): void {
  const results = new Proxy(Tensor, {
    construct(target, args: ConstructorParameters<TensorConstructor>) {
      if (discarding) throw filled;
      return new target(...args);
    },
  });
  native.binding.initOrtOnce(warnings, results, isMainThread);
}

/** What it costs to copy a result, in numbers that could be copied; and what to throw and catch costs. */
const [perResult, perThrow] = [1000, 4000];

/** Whether a run that fills these is over sooner by an exception than by copying all but the first, which is the smallest. */
function isDiscarded(fetches: Values): boolean {
  const costs = Object.values(fetches).map(({ data }) => data.length + perResult);
  return costs.reduce((sum, cost) => sum + cost, 0) - Math.min(...costs) > perThrow;
}

function runDiscarding(session: NativeSession, feeds: Values, fetches: Values): void {
  discarding = true;
  try {
    session.run(feeds, fetches);
    registerResults(runtime()); // Somebody who uses ONNX Runtime by its public way has registered its own since.
  } catch (error) {
    if (error !== filled) throw error;
  } finally {
    discarding = false;
  }
}

/** Where operations are computed: on the processor, or by ONNX Runtime's WebGPU provider on a graphics adapter. */
export type Device = "cpu" | "webgpu";

let scope: Device = "cpu";

/** Opens sessions on that device for as long as `work` runs, which is synchronous, unless they are told another. */
export function onDevice<Result>(device: Device, work: () => Result): Result {
  const before = scope;
  scope = device;
  try {
    return work();
  } finally {
    scope = before;
  }
}

/** The device on which sessions are opened that are told none. */
export const currentDevice = (): Device => scope;

let tracePrefix: string | undefined;
let traces = 0;

/** Has every session that is opened from now on write a trace of its operations when it is closed; undefined ends that. */
export function profileSessions(prefix: string | undefined): void {
  tracePrefix = prefix;
}

/** Where the next session's trace goes: names carry a number, for ONNX Runtime only adds the second. */
const nextTrace = (): string | undefined => (tracePrefix === undefined ? undefined : `${tracePrefix}-${++traces}`);

/** How a model is run. */
export interface SessionOptions {
  /** Where operations are computed; that of `onDevice` unless given, or else the CPU. */
  readonly device?: Device;
  /** Threads within one operation; small networks are fastest with 1, the default. */
  readonly threads?: number;
  /** Writes a Chrome trace of every node beside this path prefix. */
  readonly profilePrefix?: string;
}

/** A loaded model that is run synchronously. */
export interface Session {
  /** Reads the feeds' arrays and writes into the fetches' arrays. */
  run(feeds: Values, fetches: Values): void;
  /** Ends profiling, where it was asked for, and writes the trace. */
  close(): void;
}

/** Loads an ONNX model. Throws ONNX Runtime's own error where the model is broken. */
export function openSession(model: Uint8Array, { threads = 1, profilePrefix = nextTrace(), device = scope }: SessionOptions = {}): Session {
  const session = new (runtime().native.binding.InferenceSession)();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    ...(device === "cpu" ? {} : { executionProviders: [{ name: device }], logSeverityLevel: 3 }), // Shapes stay on the CPU: no need to warn.
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  });
  let last: Values | undefined;
  let discards = false;
  return {
    run(feeds, fetches) {
      if (fetches !== last) discards = isDiscarded((last = fetches));
      if (discards) runDiscarding(session, feeds, fetches);
      else session.run(feeds, fetches);
    },
    close: () => {
      if (profilePrefix !== undefined) session.endProfiling();
      session.dispose();
    },
  };
}

/** Gives an array to sessions as a tensor of that shape, without copying: what the array holds when a session runs is what it reads. */
export const bind = (data: Float32Array, shape: Shape): Bound => ({ location: "cpu", type: "float32", data, dims: shape });
