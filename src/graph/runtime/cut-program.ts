import type { OnnxOptions } from "../backends/graph-writer.ts";
import { type Assignment, encodePiece, finalName } from "../backends/onnx.ts";
import { wasmMemory, type WasmMemory } from "../kernels/wasm.ts";
import { evaluatedOperands, evaluationOrder, type Tensor } from "../tensor.ts";
import { sizeOf } from "../shape.ts";
import type { Program, ProgramSpec } from "./program.ts";
import { bind, openSession, type SessionOptions } from "./session.ts";

type KernelNode = Tensor<"kernel">;
type Leaf = Tensor<"input"> | Tensor<"variable">;
type Bindings = Record<string, ReturnType<typeof bind>>;

const isKernel = (node: Tensor): node is KernelNode => node.op === "kernel";
const isLeaf = (node: Tensor): node is Leaf => node.op === "input" || node.op === "variable";

/** Pieces of a graph between kernels, in order: ONNX Runtime works out `results`, then `kernels` run. */
interface Piece {
  readonly results: Set<Tensor>;
  readonly kernels: KernelNode[];
}

/** Cuts a graph at its kernels: each node goes into the first piece in which all it needs is there. */
function cut(order: readonly Tensor[], wanted: readonly Tensor[]): { readonly pieces: Piece[]; readonly crossing: ReadonlySet<Tensor> } {
  const level = new Map<Tensor, number>();
  const availableAt = (node: Tensor) => level.get(node)! + (isKernel(node) ? 1 : 0);
  for (const node of order) level.set(node, Math.max(0, ...evaluatedOperands(node).map(availableAt)));
  const pieces: Piece[] = Array.from({ length: 1 + Math.max(...order.map(availableAt)) }, () => ({ results: new Set(), kernels: [] }));
  const crossing = new Set<Tensor>();
  const cross = (node: Tensor) => {
    if (isLeaf(node) || node.op === "constant") return;
    crossing.add(node);
    if (!isKernel(node)) pieces[level.get(node)!]!.results.add(node);
  };
  for (const node of order) {
    const at = level.get(node)!;
    if (isKernel(node)) pieces[at]!.kernels.push(node);
    for (const operand of evaluatedOperands(node)) if (isKernel(node) || level.get(operand)! < at) cross(operand);
    if (isKernel(node)) crossing.add(node);
  }
  for (const node of wanted) pieces[availableAt(node)]!.results.add(node);
  return { pieces, crossing };
}

/** Room for numbers in one WebAssembly memory, each stretch at a multiple of 64 bytes. */
class Room {
  private readonly sizes: number[] = [];
  private total = 0;

  /** Asks for a stretch, and gives its number. */
  ask(size: number): number {
    this.sizes.push(size);
    this.total += Math.ceil(size / 16) * 16;
    return this.sizes.length - 1;
  }

  /** All stretches, in the order in which they were asked for. */
  allocate(): { readonly memory: WasmMemory; readonly stretches: readonly Float32Array[] } {
    const memory = wasmMemory(4 * this.total);
    let start = 0;
    const stretches = this.sizes.map((size) => {
      const stretch = new Float32Array(memory.buffer, 4 * start, size);
      start += Math.ceil(size / 16) * 16;
      return stretch;
    });
    return { memory, stretches };
  }
}

/** Copies of assigned variables that change from turn to turn, until they are committed. */
class Shadows {
  readonly data: readonly Float32Array[];
  private readonly assign: readonly Assignment[];

  constructor(assign: readonly Assignment[]) {
    this.assign = assign;
    this.data = assign.map(([{ attributes }]) => new Float32Array(attributes.data.length));
  }

  /** What a variable is read from: its own numbers, or where it lies in an assigned one. */
  of({ attributes: { data } }: Tensor<"variable">): Float32Array {
    const index = this.assign.findIndex(
      ([{ attributes }]) =>
        attributes.data.buffer === data.buffer &&
        attributes.data.byteOffset <= data.byteOffset &&
        data.byteOffset + data.byteLength <= attributes.data.byteOffset + attributes.data.byteLength,
    );
    if (index < 0) return data;
    const from = (data.byteOffset - this.assign[index]![0].attributes.data.byteOffset) / 4;
    return this.data[index]!.subarray(from, from + data.length);
  }

  load(): void {
    this.assign.forEach(([{ attributes }], index) => this.data[index]!.set(attributes.data));
  }

  commit(): void {
    this.assign.forEach(([{ attributes }], index) => attributes.data.set(this.data[index]!));
  }
}

/** Compiles a graph with kernels: what lies between them goes to ONNX Runtime, and turns are made one by one. */
export function compileCut<Output extends string>(
  { outputs, assign = [], times = 1, ...options }: ProgramSpec<Output>,
  form: OnnxOptions,
): Program<Output> {
  const named = new Map<string, Tensor>(Object.entries<Tensor>(outputs));
  assign.forEach(([, value], index) => named.set(finalName(index), value));
  const wanted = [...named.values()];
  const order = evaluationOrder(wanted);
  const { pieces, crossing } = cut(order, wanted);
  const shadows = new Shadows(assign);
  const inputs: Record<string, Float32Array> = {};
  for (const node of order) {
    if (node.op === "input") inputs[(node as Tensor<"input">).attributes.name] = new Float32Array(times * sizeOf(node.shape));
  }
  const leafData = (leaf: Leaf, turn: number): Float32Array => {
    if (leaf.op === "variable") return shadows.of(leaf as Tensor<"variable">);
    const size = sizeOf(leaf.shape);
    return inputs[leaf.attributes.name]!.subarray(turn * size, (turn + 1) * size);
  };
  const results = new Map([...named].map(([name, { shape }]) => [name, new Float32Array(sizeOf(shape) * (name in outputs ? times : 1))]));
  const resultData = (name: string, turn: number): Float32Array => {
    const data = results.get(name)!;
    return name in outputs ? data.subarray((turn * data.length) / times, ((turn + 1) * data.length) / times) : data;
  };

  const room = new Room();
  const places = new Map<Tensor, number>();
  const place = (node: Tensor) => void (places.has(node) || places.set(node, room.ask(sizeOf(node.shape))));
  crossing.forEach(place);
  const kernels = order.filter(isKernel);
  for (const { inputs: operands } of kernels) operands.forEach(place);
  const scratch = new Map(kernels.map((node) => [node, room.ask(node.attributes.kernel.scratch)]));
  const { memory, stretches } = room.allocate();
  const dataOf = (node: Tensor) => stretches[places.get(node)!]!;
  for (const node of places.keys()) if (node.op === "constant") dataOf(node).set((node as Tensor<"constant">).attributes.data);

  const given = new Map([...crossing].map((node, index) => [node, `piece/${index}`]));
  const stages = pieces.map((piece) => compilePiece(piece));
  function compilePiece({ results: computed, kernels: behind }: Piece) {
    const own = new Map<string, Tensor>();
    for (const node of computed) if (crossing.has(node) && !isKernel(node)) own.set(given.get(node)!, node);
    for (const [name, node] of named) if (computed.has(node) && !own.has(name)) own.set(name, node);
    const known = new Map([...given].filter(([node]) => isKernel(node) || !computed.has(node)));
    const loops = behind.map((node) => {
      const { kernel } = node.attributes;
      const loop = kernel.bind(memory, node.inputs.map(dataOf), dataOf(node), stretches[scratch.get(node)!]!);
      const leaves = node.inputs.filter(isLeaf);
      return (turn: number) => {
        for (const leaf of leaves) dataOf(leaf).set(leafData(leaf, turn));
        loop();
      };
    });
    if (own.size === 0) return { run: (turn: number) => loops.forEach((loop) => loop(turn)), close: () => undefined };
    const session = openSession(encodePiece(own, known, form), options as SessionOptions);
    const needed = evaluationOrder([...own.values()], (node) => known.has(node));
    const turns = Array.from({ length: times }, (_, turn) => {
      const [feeds, fetches]: [Bindings, Bindings] = [{}, {}];
      for (const node of needed) {
        if (known.has(node)) feeds[known.get(node)!] = bind(dataOf(node), node.shape);
        else if (isLeaf(node)) feeds[node.attributes.name] = bind(leafData(node, turn), node.shape);
      }
      for (const [name, node] of own) fetches[name] = bind(named.has(name) ? resultData(name, turn) : dataOf(node), node.shape);
      return { feeds, fetches };
    });
    return {
      run(turn: number) {
        const { feeds, fetches } = turns[turn]!;
        session.run(feeds, fetches);
        for (const loop of loops) loop(turn);
      },
      close: () => session.close(),
    };
  }

  return {
    inputs,
    outputs: Object.fromEntries(Object.keys(outputs).map((name) => [name, results.get(name)!])) as Record<Output, Float32Array>,
    run() {
      shadows.load();
      for (let turn = 0; turn < times; turn++) {
        for (const stage of stages) stage.run(turn);
        assign.forEach((_, index) => shadows.data[index]!.set(results.get(finalName(index))!));
      }
    },
    commit: () => shadows.commit(),
    close: () => stages.forEach((stage) => stage.close()),
  };
}
