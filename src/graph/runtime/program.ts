import { encodeOnnx } from "../backends/onnx.ts";
import { sizeOf } from "../shape.ts";
import { type Tensor, topologicalOrder } from "../tensor.ts";
import { bind, openSession, type SessionOptions } from "./session.ts";

/** What a program computes, and which variables take a new value when a run is committed. */
export interface ProgramSpec<Output extends string> extends SessionOptions {
  readonly outputs: Readonly<Record<Output, Tensor>>;
  readonly assign?: readonly (readonly [target: Tensor<"variable">, value: Tensor])[];
}

/** A graph compiled once and run many times, through arrays that are allocated once. */
export interface Program<Output extends string = string> {
  /** What is fed, by name; fill before a run. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** What the last run gave, by name. */
  readonly outputs: Readonly<Record<Output, Float32Array>>;
  /** Computes outputs and new values of variables from inputs and variables; no variable changes yet. */
  run(): void;
  /** Gives the assigned variables the values of the last run. Without it, the run leaves no trace. */
  commit(): void;
  close(): void;
}

/** Compiles a graph to one ONNX model and loads it. */
export function compile<Output extends string>({ outputs, assign = [], ...options }: ProgramSpec<Output>): Program<Output> {
  const results: Record<string, Tensor> = { ...outputs };
  assign.forEach(([, value], index) => (results[`assigned${index}`] = value));
  const session = openSession(encodeOnnx(results), options);

  const inputs: Record<string, Float32Array> = {};
  const feeds: Record<string, ReturnType<typeof bind>> = {};
  for (const node of topologicalOrder(Object.values(results))) {
    if (node.op !== "input" && node.op !== "variable") continue;
    const { name, data } = node.attributes as { name: string; data?: Float32Array };
    const array = data ?? (inputs[name] = new Float32Array(sizeOf(node.shape)));
    feeds[name] = bind(array, node.shape);
  }
  const arrays: Record<string, Float32Array> = {};
  const fetches: Record<string, ReturnType<typeof bind>> = {};
  for (const [name, { shape }] of Object.entries(results)) {
    arrays[name] = new Float32Array(sizeOf(shape));
    fetches[name] = bind(arrays[name], shape);
  }
  const assignments = assign.map(([target], index) => [target.attributes.data, arrays[`assigned${index}`]!] as const);
  return {
    inputs,
    outputs: arrays as Record<Output, Float32Array>,
    run: () => session.run(feeds, fetches),
    commit: () => assignments.forEach(([target, value]) => target.set(value)),
    close: () => session.close(),
  };
}
