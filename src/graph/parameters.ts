import { assert, type Random } from "../base/index.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { type Tensor, variable } from "./tensor.ts";

/** How one parameter looks before training. */
export interface Declaration {
  readonly shape: Shape;
  readonly initialise: (data: Float32Array, shape: Shape, random: Random) => void;
}

/** What the layers of a network are applied with, by name. */
export interface NetworkTensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** All parameters of a network in one block of memory, so that an optimizer handles them as a single row. */
export interface Parameters {
  /** [1, all numbers] */
  readonly flat: Tensor<"variable">;
  /** Each parameter by name: a view into the block. */
  readonly tensors: Readonly<Record<string, Tensor<"variable">>>;
}

/** Allocates and initialises the declared parameters, in order. Where a program holds several such blocks, `name` tells them apart. */
export function parameters(declarations: Readonly<Record<string, Declaration>>, random: Random, name = "parameters"): Parameters {
  const entries = Object.entries(declarations);
  const block = new Float32Array(entries.reduce((total, [, { shape }]) => total + sizeOf(shape), 0));
  assert(block.length > 0, "parameters: nothing is declared");
  let start = 0;
  const tensors: Record<string, Tensor<"variable">> = {};
  for (const [each, { shape, initialise }] of entries) {
    const data = block.subarray(start, (start += sizeOf(shape)));
    initialise(data, shape, random);
    tensors[each] = variable(each, shape, data);
  }
  return { flat: variable(name, [1, block.length], block), tensors };
}

/** The same parameters as they stand in another row [1, all numbers], such as the one that an update gives. */
export function unpacked({ tensors }: Parameters, row: Tensor): NetworkTensors {
  let start = 0;
  const cut = (shape: Shape) => row.slice(1, start, (start += sizeOf(shape))).reshape(shape);
  return { tensors: Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, cut(shape)])) };
}
