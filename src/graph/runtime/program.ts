import { type Assignment, encodeOnnx, encodeRepeated, finalName } from "../backends/onnx.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { evaluationOrder, type Tensor } from "../tensor.ts";
import { compileCut } from "./cut-program.ts";
import { bind, currentDevice, openSession, type SessionOptions } from "./session.ts";

/** What a program computes, and which variables take a new value when a run is committed. */
export interface ProgramSpec<Output extends string> extends SessionOptions {
  readonly outputs: Readonly<Record<Output, Tensor>>;
  readonly assign?: readonly Assignment[];
  /** Runs the graph so many times in one run: inputs and outputs get one more leading axis, assigned variables carry over. */
  readonly times?: number;
}

/** A forward pass compiled once and run many times, through arrays that are allocated once. */
export interface ForwardProgram<Output extends string = string> {
  /** What is fed, by name; fill before a run. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** What the last run gave, by name. */
  readonly outputs: Readonly<Record<Output, Float32Array>>;
  /** Computes outputs, and new values of assigned variables, which do not change yet. */
  run(): void;
  close(): void;
}

/** A compiled graph that may change variables. */
export interface Program<Output extends string = string> extends ForwardProgram<Output> {
  /** Gives the assigned variables the values of the last run. Without it, the run leaves no trace. */
  commit(): void;
}

/** A shader of WebGPU may count on eight storage buffers, of which one is read from. */
const mostShaderResults = 7;

/** Compiles a graph to one ONNX model and loads it. */
export function compile<Output extends string>({ outputs, assign = [], times, ...options }: ProgramSpec<Output>): Program<Output> {
  const limits = (options.device ?? currentDevice()) === "webgpu" ? { mostResults: mostShaderResults } : {};
  const wanted = [...Object.values<Tensor>(outputs), ...assign.map(([, value]) => value)];
  if (evaluationOrder(wanted).some(({ op }) => op === "kernel"))
    return compileCut({ outputs, assign, ...(times && { times }), ...options }, limits);
  const results: Record<string, Tensor> = { ...outputs };
  const finals = assign.map(([target, value], index) => ({ name: finalName(index), target, value }));
  const model =
    times === undefined
      ? encodeOnnx({ ...results, ...Object.fromEntries(finals.map(({ name, value }) => [name, value])) }, limits)
      : encodeRepeated(results, assign, times, limits);
  const session = openSession(model, options);

  const lead = times === undefined || times === 1 ? [] : [times];
  const inputs: Record<string, Float32Array> = {};
  const feeds: Record<string, ReturnType<typeof bind>> = {};
  for (const node of evaluationOrder([...Object.values(results), ...finals.map(({ value }) => value)])) {
    if (node.op !== "input" && node.op !== "variable") continue;
    const { name, data } = node.attributes as { name: string; data?: Float32Array };
    const shape = data ? node.shape : [...lead, ...node.shape];
    feeds[name] = bind(data ?? (inputs[name] = new Float32Array(sizeOf(shape))), shape);
  }
  const arrays: Record<string, Float32Array> = {};
  const fetches: Record<string, ReturnType<typeof bind>> = {};
  const fetch = (name: string, shape: Shape) => {
    arrays[name] = new Float32Array(sizeOf(shape));
    fetches[name] = bind(arrays[name], shape);
  };
  for (const [name, { shape }] of Object.entries(results)) fetch(name, [...lead, ...shape]);
  for (const { name, target } of finals) fetch(name, target.shape);
  return {
    inputs,
    outputs: arrays as Record<Output, Float32Array>,
    run: () => session.run(feeds, fetches),
    commit: () => finals.forEach(({ name, target }) => target.attributes.data.set(arrays[name]!)),
    close: () => session.close(),
  };
}
