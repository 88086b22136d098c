import { assert } from "../base/index.ts";
import { sameShape, type Shape } from "./shape.ts";
import { choose, concat, constant, gemm, type OpName, scalarOf, type Tensor, topologicalOrder } from "./tensor.ts";

/**
 * For a node y = f(x₁, x₂, …) and g = ∂loss/∂y: ∂loss/∂xᵢ, each of y's or of xᵢ's shape or of one that broadcasts to it;
 * undefined where nothing flows.
 */
type Rule<Op extends OpName> = (node: Tensor<Op>, g: Tensor) => readonly (Tensor | undefined)[];

/** One rule an operation. The table is total: an operation without a rule does not compile. */
const rules: { readonly [Op in OpName]: Rule<Op> } = {
  input: () => [],
  variable: () => [],
  constant: () => [],
  add: (_, g) => [g, g],
  sub: (_, g) => [g, g.neg()],
  mul: ({ inputs: [a, b] }, g) => [g.mul(b!), g.mul(a!)],
  div: (node, g) => {
    const scaled = g.div(node.inputs[1]!);
    return [scaled, scaled.mul(node).neg()];
  },
  min: ({ inputs: [a, b] }, g) => [choose(a!, b!, g, 0), choose(a!, b!, 0, g)],
  max: ({ inputs: [a, b] }, g) => [choose(b!, a!, g, 0), choose(b!, a!, 0, g)],
  choose: ({ inputs: [a, b] }, g) => [undefined, undefined, choose(a!, b!, g, 0), choose(a!, b!, 0, g)],
  exp: (node, g) => [g.mul(node)],
  log: ({ inputs: [x] }, g) => [g.div(x!)],
  sqrt: (node, g) => [g.mul(0.5).div(node)],
  square: ({ inputs: [x] }, g) => [g.mul(2).mul(x!)],
  tanh: (node, g) => [g.mul(constant(1).sub(node.square()))],
  relu: ({ inputs: [x] }, g) => [choose(x!, 0, 0, g)],
  clip: ({ inputs: [x], attributes: { low, high } }, g) => [choose(constant(low), x!, choose(x!, high, g, 0), 0)],
  detach: () => [undefined],
  gemm: gemmRule,
  sum: (_, g) => [g], // Broadcasts back to the summed shape wherever that is needed.
  logSoftmax: (node, g) => {
    const full = g.expand(node.shape);
    return [full.sub(node.exp().mul(full.sum(node.shape.length - 1)))];
  },
  expand: (_, g) => [g],
  reshape: (node, g) => [g.expand(node.shape).reshape(node.inputs[0]!.shape)],
  concat: ({ inputs, shape, attributes: { axis } }, g) => {
    let start = 0;
    return inputs.map((x) => g.expand(shape).slice(axis, start, (start += x.shape[axis]!)));
  },
  slice: ({ inputs: [x], shape, attributes: { axis, start, end } }, g) => {
    const zeros = (length: number) => (length === 0 ? [] : [constant(0, shape.with(axis, length))]);
    return [concat([...zeros(start), g.expand(shape), ...zeros(x!.shape[axis]! - end)], axis)];
  },
};

function gemmRule({ inputs: [a, b, addend], shape, attributes }: Tensor<"gemm">, g: Tensor): readonly Tensor[] {
  const { transposeA, transposeB, addendScale } = attributes;
  const full = g.expand(shape);
  const forA = transposeA ? gemm(b!, full, { transposeA: transposeB, transposeB: true }) : gemm(full, b!, { transposeB: !transposeB });
  const forB = transposeB ? gemm(full, a!, { transposeA: true, transposeB: transposeA }) : gemm(a!, full, { transposeA: !transposeA });
  return addend ? [forA, forB, full.mul(addendScale)] : [forA, forB];
}

/** Sums a gradient of an operation's result over the axes along which the operand had been repeated. */
function unbroadcast(g: Tensor, resultShape: Shape, shape: Shape): Tensor {
  if (sameShape(resultShape, shape)) return g;
  let reduced = g.expand(resultShape);
  const missing = resultShape.length - shape.length;
  for (let axis = 0; axis < resultShape.length; axis++) {
    const repeated = axis < missing || shape[axis - missing] === 1;
    if (repeated && resultShape[axis] !== 1) reduced = reduced.sum(axis);
  }
  return reduced.reshape(shape);
}

/** Operations whose operands may be repeated to reach the result's shape, so that gradients have to be summed back. */
const broadcasting: ReadonlySet<OpName> = new Set(["add", "sub", "mul", "div", "min", "max", "choose", "expand"]);

function operandGradient(node: Tensor, operand: Tensor, index: number, g: Tensor): Tensor {
  if (broadcasting.has(node.op) || (node.op === "gemm" && index === 2)) return unbroadcast(g, node.shape, operand.shape);
  return g;
}

/** The nodes through which the loss depends on any of the targets; nothing else is differentiated. */
function relevantNodes(order: readonly Tensor[], targets: readonly Tensor[]): Set<Tensor> {
  const relevant = new Set<Tensor>(targets);
  for (const node of order) {
    if (node.op !== "detach" && node.inputs.some((operand) => relevant.has(operand))) relevant.add(node);
  }
  return relevant;
}

/** ∂loss/∂target for every target, as new nodes of the same graph (reverse mode). The loss is a scalar. */
export function gradient(loss: Tensor, targets: readonly Tensor[]): Tensor[] {
  assert(loss.shape.length === 0, `gradient: the loss has shape [${loss.shape.join(", ")}], not []`);
  const order = topologicalOrder([loss]);
  const relevant = relevantNodes(order, targets);
  const flowing = new Map<Tensor, Tensor>([[loss, constant(1)]]);
  for (const node of order.toReversed()) {
    const g = flowing.get(node);
    if (!g || !relevant.has(node) || scalarOf(g) === 0) continue;
    const rule = rules[node.op] as Rule<OpName>;
    rule(node, g).forEach((flow, index) => {
      const operand = node.inputs[index]!;
      if (!flow || !relevant.has(operand)) return;
      const part = operandGradient(node, operand, index, flow);
      const sum = flowing.get(operand);
      flowing.set(operand, sum ? sum.add(part) : part);
    });
  }
  return targets.map((target) => (flowing.get(target) ?? constant(0)).expand(target.shape));
}
