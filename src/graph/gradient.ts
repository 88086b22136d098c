import { assert } from "../base/index.ts";
import { sameShape, type Shape, sizeOf } from "./shape.ts";
import { batchMatmul, choose, concat, constant, gemm, type OpName, scalarOf, type Tensor, topologicalOrder } from "./tensor.ts";

/**
 * For a node y = f(x₁, x₂, …) and g = ∂loss/∂y: ∂loss/∂xᵢ, each of y's or of xᵢ's shape or of one that broadcasts to it;
 * undefined where nothing flows.
 */
type Rule<Op extends OpName> = (node: Tensor<Op>, g: Tensor) => readonly (Tensor | undefined)[];

/** One rule an operation. The table is total: an operation without a rule does not compile. */
export type GradientRules = { readonly [Op in OpName]: Rule<Op> };

const rules: GradientRules = {
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
  relu: (node, g) => [g.mul(node.step())], // Of the result: nothing else then needs the operand, and it joins the product before it.
  sigmoid: (node, g) => [g.mul(node).mul(constant(1).sub(node))],
  softplus: ({ inputs: [x] }, g) => [g.mul(x!.sigmoid())],
  abs: ({ inputs: [x] }, g) => [g.mul(x!.sign())],
  sign: () => [undefined],
  step: () => [undefined],
  sin: ({ inputs: [x] }, g) => [g.mul(x!.cos())],
  cos: ({ inputs: [x] }, g) => [g.mul(x!.sin()).neg()],
  pow: ({ inputs: [x], attributes: { exponent } }, g) => [g.mul(exponent).mul(x!.pow(exponent - 1))],
  clip: ({ inputs: [x], attributes: { low, high } }, g) => [choose(constant(low), x!, choose(x!, high, g, 0), 0)],
  detach: () => [undefined],
  custom: ({ shape, attributes }, g) => [undefined, ...attributes.gradient(g.expand(shape))],
  kernel: () => [],
  gemm: gemmRule,
  batchMatmul: ({ inputs: [a, b], shape, attributes }, g) => productRule(a!, b!, g.expand(shape), attributes, batchMatmul),
  sum: (_, g) => [g], // Broadcasts back to the summed shape wherever that is needed.
  highest: (node, g) => {
    const { axis } = node.attributes;
    const reached = choose(node, node.inputs[0]!, 1, 0);
    return [g.mul(reached).div(reached.sum(axis))];
  },
  softmax: (node, g) => {
    const weighted = g.mul(node);
    return [weighted.sub(node.mul(weighted.sum(node.shape.length - 1)))];
  },
  layerNorm: layerNormRule,
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
  slice: (node, g) => [assembled([{ node, g }])],
  permute: ({ shape, attributes: { axes } }, g) => [g.expand(shape).permute(axes.map((_, axis) => axes.indexOf(axis)))],
  take: takeRule,
  gatherRows: ({ inputs: [table, indices], shape }, g) => {
    const rows = indices!.reshape([shape[0]!, 1]).oneHot(table!.shape[0]!);
    return [gemm(rows, g.expand(shape), { transposeA: true }), undefined];
  },
  oneHot: () => [undefined],
};

function gemmRule({ inputs: [a, b, addend], shape, attributes }: Tensor<"gemm">, g: Tensor): readonly Tensor[] {
  const full = g.expand(shape);
  const factors = productRule(a!, b!, full, attributes, gemm);
  return addend ? [...factors, full.mul(attributes.addendScale)] : factors;
}

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** For y = a·b, either read transposed: the gradients of both factors, made with the same kind of product. */
function productRule(
  a: Tensor,
  b: Tensor,
  g: Tensor,
  { transposeA, transposeB }: Transposes,
  product: (left: Tensor, right: Tensor, transposes: Partial<Transposes>) => Tensor,
): readonly Tensor[] {
  return [
    transposeA ? product(b, g, { transposeA: transposeB, transposeB: true }) : product(g, b, { transposeB: !transposeB }),
    transposeB ? product(g, a, { transposeA: true, transposeB: transposeA }) : product(a, g, { transposeA: !transposeA }),
  ];
}

/** With x̂ the normalised row and s its deviation: ∂x = (ĝ - mean ĝ - x̂ · mean(ĝ·x̂)) / s, where ĝ = g · gain. */
function layerNormRule({ inputs: [input, gain], shape, attributes: { epsilon } }: Tensor<"layerNorm">, g: Tensor): readonly Tensor[] {
  const width = shape.at(-1)!;
  const rows = [sizeOf(shape) / width, width];
  const [x, full] = [input!.reshape(rows), g.expand(shape).reshape(rows)];
  const share = constant(1 / width, [width, 1]);
  const rowMean = (tensor: Tensor) => tensor.matmul(share); // One node, where a sum and a scale are two.
  const centred = x.sub(rowMean(x));
  const deviation = rowMean(centred.square()).add(epsilon).sqrt();
  const normalised = centred.div(deviation);
  const scaled = full.mul(gain!);
  const flow = scaled
    .sub(rowMean(scaled))
    .sub(normalised.mul(rowMean(scaled.mul(normalised))))
    .div(deviation);
  return [flow.reshape(shape), full.mul(normalised).sum(0).reshape([width]), full.sum(0).reshape([width])];
}

/** Each place gathers what was taken from it: as often as the most wanted place was, from a slab of zeros where it was less often. */
function takeRule({ inputs: [x], shape, attributes: { axis, indices } }: Tensor<"take">, g: Tensor): readonly Tensor[] {
  const length = x!.shape[axis]!;
  const uses = Array.from({ length }, (): number[] => []);
  indices.forEach((index, at) => uses[index]!.push(at));
  const most = Math.max(...uses.map((list) => list.length));
  const places = uses.flatMap((list) => [...list, ...new Array<number>(most - list.length).fill(indices.length)]);
  const full = g.expand(shape);
  const padded = places.includes(indices.length) ? concat([full, constant(0, shape.with(axis, 1))], axis) : full;
  const gathered = padded.take(axis, places);
  if (most === 1) return [gathered];
  const spread = gathered.reshape([...shape.slice(0, axis), length, most, ...shape.slice(axis + 1)]);
  return [spread.sum(axis + 1).reshape(x!.shape)];
}

/** What flows back through one slice. */
interface Cut {
  readonly node: Tensor<"slice">;
  readonly g: Tensor;
}

/** What flows back through slices of one tensor along one axis that do not overlap: put together once, not padded and added. */
function assembled(cuts: readonly Cut[]): Tensor {
  const { inputs, attributes, shape } = cuts[0]!.node;
  const { axis } = attributes;
  const parts: Tensor[] = [];
  let at = 0;
  const fillTo = (start: number) => {
    if (start > at) parts.push(constant(0, shape.with(axis, start - at)));
  };
  for (const { node, g } of cuts.toSorted((left, right) => left.node.attributes.start - right.node.attributes.start)) {
    fillTo(node.attributes.start);
    parts.push(g.expand(node.shape));
    at = node.attributes.end;
  }
  fillTo(inputs[0]!.shape[axis]!);
  return concat(parts, axis);
}

/** Slices of one tensor, sorted into groups along one axis within which none overlaps another. */
function disjointGroups(cuts: readonly Cut[]): Cut[][] {
  const groups: Cut[][] = [];
  const apart = ({ attributes: left }: Tensor<"slice">, { attributes: right }: Tensor<"slice">) =>
    left.axis === right.axis && (left.end <= right.start || right.end <= left.start);
  for (const cut of cuts) {
    const group = groups.find((others) => others.every(({ node }) => apart(node, cut.node)));
    if (group) group.push(cut);
    else groups.push([cut]);
  }
  return groups;
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

/** Operations through which nothing flows. */
const opaque: ReadonlySet<OpName> = new Set(["detach", "sign", "step", "oneHot", "kernel"]);

/** The nodes through which the loss depends on any of the targets; nothing else is differentiated. */
function relevantNodes(order: readonly Tensor[], targets: readonly Tensor[]): Set<Tensor> {
  const relevant = new Set<Tensor>(targets);
  for (const node of order) {
    if (!opaque.has(node.op) && node.inputs.some((operand) => relevant.has(operand))) relevant.add(node);
  }
  return relevant;
}

/** All that flows back into each node, gathered until its turn comes. */
class Flows {
  private readonly sums = new Map<Tensor, Tensor>();
  private readonly cuts = new Map<Tensor, Cut[]>();

  add(tensor: Tensor, part: Tensor): void {
    const sum = this.sums.get(tensor);
    this.sums.set(tensor, sum ? sum.add(part) : part);
  }

  addCut(tensor: Tensor, cut: Cut): void {
    const others = this.cuts.get(tensor);
    if (others) others.push(cut);
    else this.cuts.set(tensor, [cut]);
  }

  into(tensor: Tensor): Tensor | undefined {
    for (const group of disjointGroups(this.cuts.get(tensor) ?? [])) this.add(tensor, assembled(group));
    this.cuts.delete(tensor);
    return this.sums.get(tensor);
  }
}

/** ∂loss/∂target for every target, as new nodes of the same graph (reverse mode). The loss is a scalar. */
export function gradient(loss: Tensor, targets: readonly Tensor[]): Tensor[] {
  assert(loss.shape.length === 0, `gradient: the loss has shape [${loss.shape.join(", ")}], not []`);
  const order = topologicalOrder([loss]);
  const relevant = relevantNodes(order, targets);
  const flows = new Flows();
  flows.add(loss, constant(1));
  for (const node of order.toReversed()) {
    const g = relevant.has(node) ? flows.into(node) : undefined;
    if (!g || scalarOf(g) === 0) continue;
    if (node.op === "slice") {
      flows.addCut(node.inputs[0]!, { node: node as Tensor<"slice">, g });
      continue;
    }
    const rule = rules[node.op] as Rule<OpName>;
    rule(node, g).forEach((flow, index) => {
      const operand = node.inputs[index]!;
      if (flow && relevant.has(operand)) flows.add(operand, operandGradient(node, operand, index, flow));
    });
  }
  return targets.map((target) => (flows.into(target) ?? constant(0)).expand(target.shape));
}
