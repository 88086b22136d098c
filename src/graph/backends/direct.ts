import { assert } from "../../base/index.ts";
import type { ForwardProgram } from "../runtime/program.ts";
import { sizeOf } from "../shape.ts";
import { type OpName, type Tensor, topologicalOrder } from "../tensor.ts";

/** Makes the loop that computes one node into `result`. */
type Kernel<Op extends OpName> = (node: Tensor<Op>, operands: readonly Float32Array[], result: Float32Array) => () => void;

/**
 * Plans the forward pass of a stack of linear layers and activations as loops over typed arrays, for batches so small that a call
 * into ONNX Runtime costs more than the arithmetic. Other operations are refused.
 */
export function compileDirect<Output extends string>(outputs: Readonly<Record<Output, Tensor>>): ForwardProgram<Output> {
  const arrays = new Map<Tensor, Float32Array>();
  const inputs: Record<string, Float32Array> = {};
  const loops: (() => void)[] = [];
  for (const node of topologicalOrder(Object.values(outputs))) {
    const { name, data } = node.attributes as { name?: string; data?: Float32Array };
    const result = data ?? new Float32Array(sizeOf(node.shape));
    arrays.set(node, result);
    if (node.op === "input") inputs[name!] = result;
    if (node.op === "input" || node.op === "variable") continue;
    const kernel = kernels[node.op] as Kernel<OpName> | undefined;
    assert(kernel, `direct: no kernel for ${node.op}`);
    loops.push(
      kernel(
        node,
        node.inputs.map((operand) => arrays.get(operand)!),
        result,
      ),
    );
  }
  return {
    inputs,
    outputs: Object.fromEntries(Object.entries<Tensor>(outputs).map(([name, tensor]) => [name, arrays.get(tensor)!])) as Record<
      Output,
      Float32Array
    >,
    run: () => {
      for (const loop of loops) loop();
    },
    close: () => undefined,
  };
}

const kernels: { readonly [Op in OpName]?: Kernel<Op> } = {
  gemm({ inputs, shape, attributes }, [rows, weights, bias], result) {
    assert(!attributes.transposeA && !attributes.transposeB && attributes.addendScale === 1, "direct: gemm only with plain factors");
    assert(inputs[2] === undefined || inputs[2].shape[0] === 1, "direct: gemm only with a bias of one row");
    const inner = inputs[0]!.shape[1]!;
    const width = shape[1]!;
    const sums = new Float64Array(width);
    return () => {
      for (let row = 0; row * width < result.length; row++) {
        addRow(rows!, row * inner, inner, weights!, bias, sums);
        result.set(sums, row * width);
      }
    };
  },
  tanh:
    (_, [x], result) =>
    () => {
      for (let at = 0; at < result.length; at++) result[at] = Math.tanh(x![at]!);
    },
  relu:
    (_, [x], result) =>
    () => {
      for (let at = 0; at < result.length; at++) result[at] = Math.max(x![at]!, 0);
    },
};

/** sums = bias + row · weights. Four rows of weights at a time, so that each sum is loaded and stored a quarter as often. */
function addRow(
  rows: Float32Array,
  start: number,
  inner: number,
  weights: Float32Array,
  bias: Float32Array | undefined,
  sums: Float64Array,
): void {
  const width = sums.length;
  for (let column = 0; column < width; column++) sums[column] = bias ? bias[column]! : 0;
  let k = 0;
  for (; k + 4 <= inner; k += 4) {
    const [x0, x1, x2, x3] = [rows[start + k]!, rows[start + k + 1]!, rows[start + k + 2]!, rows[start + k + 3]!];
    const [w0, w1, w2, w3] = [k * width, (k + 1) * width, (k + 2) * width, (k + 3) * width];
    for (let column = 0; column < width; column++) {
      sums[column]! += x0 * weights[w0 + column]! + x1 * weights[w1 + column]! + x2 * weights[w2 + column]! + x3 * weights[w3 + column]!;
    }
  }
  for (; k < inner; k++) {
    const x = rows[start + k]!;
    for (let column = 0; column < width; column++) sums[column]! += x * weights[k * width + column]!;
  }
}
