import { compileDirect } from "../backends/direct.ts";
import { type Tensor, topologicalOrder } from "../tensor.ts";
import { compile, type ForwardProgram } from "./program.ts";

/** Where a plain loop and a call into ONNX Runtime take as long: 10 µs on a 2-core Zen 5. */
const breakEven = 20_000;

/** Compiles the forward pass of a stack of layers for the backend that is faster at its size. */
export function compileForward<Output extends string>(outputs: Readonly<Record<Output, Tensor>>): ForwardProgram<Output> {
  return multiplications(Object.values(outputs)) <= breakEven ? compileDirect(outputs) : compile({ outputs });
}

function multiplications(outputs: readonly Tensor[]): number {
  const products = topologicalOrder(outputs).filter((node): node is Tensor<"gemm"> => node.op === "gemm");
  return products.reduce(
    (sum, { shape, inputs, attributes }) => sum + shape[0]! * shape[1]! * inputs[0]!.shape[attributes.transposeA ? 0 : 1]!,
    0,
  );
}
