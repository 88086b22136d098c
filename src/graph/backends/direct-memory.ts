import { arenaMemory, giveStretch, isFree, takeStretch } from "../kernels/arena.ts";
import { type KernelFunctions, kernelFunctions } from "../kernels/kernel-functions.ts";
import { sizeOf } from "../shape.ts";
import type { OpName, Tensor } from "../tensor.ts";

/** Operations whose result is their first operand's memory. */
export const aliases: ReadonlySet<OpName> = new Set(["reshape", "detach", "custom"]);

/** Numbers of variables that lie in one block, and the copy of it that a program reads. */
interface Mirror {
  readonly source: Float32Array;
  readonly copy: Float32Array;
}

/** Stretches begin at multiples of so many numbers. */
const rounded = (size: number): number => Math.ceil(size / 16) * 16;

let functions: KernelFunctions | undefined;

/**
 * Where the numbers of a forward pass lie: in the arena, where functions in WebAssembly reach them, variables as copies that are
 * renewed before each run; or, where that is full, each by itself.
 */
export class DirectMemory {
  /** What can be had in WebAssembly; undefined where the arena is full. */
  readonly functions: Pick<KernelFunctions, "product" | "tanh" | "sigmoid" | "relu"> | undefined;
  private stretch: Float32Array | undefined;
  private readonly mirrors: Mirror[] = [];
  private used = 0;

  constructor(nodes: readonly Tensor[]) {
    const blocks = blocksOf(nodes);
    this.stretch = takeStretch(demandOf(nodes, blocks));
    if (!this.stretch) return;
    this.functions = functions ??= kernelFunctions(arenaMemory());
    for (const source of blocks) this.mirrors.push({ source, copy: this.take(source.length) });
  }

  /** The array of a node, of whose operands the arrays are given. */
  of(node: Tensor, operands: readonly Float32Array[]): Float32Array {
    if (aliases.has(node.op)) return operands[0]!;
    if (node.op === "variable") return this.mirrored((node as Tensor<"variable">).attributes.data);
    const array = this.take(sizeOf(node.shape));
    if (node.op === "constant") array.set((node as Tensor<"constant">).attributes.data);
    return array;
  }

  /** Takes over what variables hold. */
  refresh(): void {
    for (const { source, copy } of this.mirrors) copy.set(source);
  }

  /** Gives the room back; nothing may run in it any more. */
  close(): void {
    if (this.stretch) giveStretch(this.stretch);
    this.stretch = undefined;
  }

  private take(size: number): Float32Array {
    if (!this.stretch) return new Float32Array(size);
    const from = this.used;
    this.used += rounded(size);
    return this.stretch.subarray(from, from + size);
  }

  private mirrored(data: Float32Array): Float32Array {
    const mirror = this.mirrors.find(({ source }) => source.buffer === data.buffer && contains(source, data));
    if (!mirror) return data;
    const from = (data.byteOffset - mirror.source.byteOffset) / 4;
    return mirror.copy.subarray(from, from + data.length);
  }
}

const contains = (outer: Float32Array, inner: Float32Array): boolean =>
  outer.byteOffset <= inner.byteOffset && inner.byteOffset + inner.byteLength <= outer.byteOffset + outer.byteLength;

/** Whether there is room for all that a forward pass needs. */
export const hasRoom = (nodes: readonly Tensor[]): boolean => isFree(demandOf(nodes, blocksOf(nodes)));

function demandOf(nodes: readonly Tensor[], blocks: readonly Float32Array[]): number {
  const own = nodes.filter(({ op }) => op !== "variable" && !aliases.has(op));
  const sizes = [...own.map(({ shape }) => sizeOf(shape)), ...blocks.map(({ length }) => length)];
  return sizes.reduce((sum, size) => sum + rounded(size), 0);
}

/** Variables that follow one another in memory, as one array each. */
function blocksOf(nodes: readonly Tensor[]): Float32Array[] {
  const blocks: Float32Array[] = [];
  const arrays = nodes.filter((node): node is Tensor<"variable"> => node.op === "variable").map(({ attributes }) => attributes.data);
  for (const same of Map.groupBy(arrays, ({ buffer }) => buffer).values()) {
    for (const data of same.toSorted((left, right) => left.byteOffset - right.byteOffset)) {
      const last = blocks.at(-1);
      const joins = last?.buffer === data.buffer && last.byteOffset + last.byteLength === data.byteOffset;
      if (joins) blocks[blocks.length - 1] = new Float32Array(last.buffer, last.byteOffset, last.length + data.length);
      else if (!(last?.buffer === data.buffer && contains(last, data))) blocks.push(data);
    }
  }
  return blocks;
}
