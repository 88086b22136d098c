import { createRequire } from "node:module";
import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-node";
import type { Shape } from "../shape.ts";

/**
 * The native session of onnxruntime-node. The public `session.run` wraps this very call in a promise and `setImmediate`, which
 * costs more than a small network does; so the binding that `onnxruntime-node/dist/backend.js` uses is taken directly. This
 * file is the only one that knows, and `onnxruntime-node` is pinned exactly for its sake.
 */
interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: InferenceSession.SessionOptions): void;
  run(feeds: Values, fetches: Values, options: InferenceSession.RunOptions): Values;
  endProfiling(): void;
  dispose(): void;
}

interface NativeModule {
  readonly binding: { readonly InferenceSession: new () => NativeSession };
  initOrt(): void;
}

type Values = Readonly<Record<string, OrtTensor>>;

const load = createRequire(import.meta.url);
let loaded: { native: NativeModule; Tensor: TensorConstructor } | undefined;

/** Loads ONNX Runtime on first use: 290 MB on disk that a command without learning never touches. */
function runtime(): { native: NativeModule; Tensor: TensorConstructor } {
  if (loaded) return loaded;
  const native = load("onnxruntime-node/dist/binding.js") as NativeModule;
  const { Tensor } = load("onnxruntime-node") as { Tensor: TensorConstructor };
  native.initOrt();
  loaded = { native, Tensor };
  return loaded;
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
export function openSession(model: Uint8Array, { threads = 1, profilePrefix, device = scope }: SessionOptions = {}): Session {
  const session = new (runtime().native.binding.InferenceSession)();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    ...(device === "cpu" ? {} : { executionProviders: [{ name: device }], logSeverityLevel: 3 }), // Shapes stay on the CPU: no need to warn.
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  });
  return {
    run: (feeds, fetches) => void session.run(feeds, fetches, {}),
    close: () => {
      if (profilePrefix !== undefined) session.endProfiling();
      session.dispose();
    },
  };
}

/** Gives an array to sessions as a tensor of that shape, without copying: what the array holds when a session runs is what it reads. */
export const bind = (data: Float32Array, shape: Shape): OrtTensor => new (runtime().Tensor)("float32", data, shape);
