import { compileDirect, isDirect } from "../backends/direct.ts";
import { hasRoom } from "../backends/direct-memory.ts";
import { evaluationOrder, type Tensor } from "../tensor.ts";
import { compile, type ForwardProgram } from "./program.ts";

/**
 * Multiplications that a loop of ours makes while ONNX Runtime is called, and while it starts one more operation: 0.045 ns each on a
 * 2-core Zen 5, where a call takes 9 µs and what else a loop does per operation about as long as ONNX Runtime takes to start it.
 */
const perCall = 200_000;
const perOperation = 1_000;
/** So many take ten times as long where four columns do not fit, or the arena is full. */
const singly = 10;

/** Compiles a forward pass for the backend that is faster at its size. */
export function compileForward<Output extends string>(outputs: Readonly<Record<Output, Tensor>>): ForwardProgram<Output> {
  const nodes = evaluationOrder(Object.values<Tensor>(outputs));
  const operations = nodes.filter(({ inputs }) => inputs.length > 0).length;
  const small = multiplications(nodes) <= perCall + perOperation * operations;
  return small && isDirect(nodes) ? compileDirect(outputs) : compile({ outputs });
}

function multiplications(nodes: readonly Tensor[]): number {
  const products = nodes.filter((node): node is Tensor<"gemm"> => node.op === "gemm");
  const isRoomy = hasRoom(nodes);
  return products.reduce((sum, { shape, inputs, attributes }) => {
    const [rows, columns] = shape as readonly [number, number];
    const slow = columns % 4 === 0 && inputs[2] !== undefined && isRoomy ? 1 : singly;
    return sum + slow * rows * columns * inputs[0]!.shape[attributes.transposeA ? 0 : 1]!;
  }, 0);
}
