import { assert, type Random } from "../base/index.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { type Tensor, variable } from "./tensor.ts";

/** How one parameter looks before training. */
export interface Declaration {
  readonly shape: Shape;
  readonly initialise: (data: Float32Array, shape: Shape, random: Random) => void;
}

/** All parameters of a network in one block of memory, so that an optimizer handles them as a single row. */
export interface Parameters {
  /** [1, all numbers] */
  readonly flat: Tensor<"variable">;
  /** Each parameter by name: a view into the block. */
  readonly tensors: Readonly<Record<string, Tensor<"variable">>>;
}

/** Allocates and initialises the declared parameters, in order. */
export function parameters(declarations: Readonly<Record<string, Declaration>>, random: Random): Parameters {
  const entries = Object.entries(declarations);
  const block = new Float32Array(entries.reduce((total, [, { shape }]) => total + sizeOf(shape), 0));
  assert(block.length > 0, "parameters: nothing is declared");
  let start = 0;
  const tensors: Record<string, Tensor<"variable">> = {};
  for (const [name, { shape, initialise }] of entries) {
    const data = block.subarray(start, (start += sizeOf(shape)));
    initialise(data, shape, random);
    tensors[name] = variable(name, shape, data);
  }
  return { flat: variable("parameters", [1, block.length], block), tensors };
}

/** The same number everywhere. */
export const filled =
  (value: number): Declaration["initialise"] =>
  (data) =>
    void data.fill(value);

/** Orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et al., 2014), by Gram–Schmidt on normal draws. */
export const orthogonal =
  (gain: number): Declaration["initialise"] =>
  (data, shape, random) => {
    const [rows, columns] = shape as [number, number];
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const vectors: Float64Array[] = [];
    for (let index = 0; index < count; index++) {
      const vector = Float64Array.from({ length }, () => random.normal());
      for (const other of vectors) subtractProjection(vector, other);
      const norm = Math.sqrt(dot(vector, vector));
      vectors.push(vector.map((value) => value / norm));
    }
    for (let at = 0; at < data.length; at++) {
      const row = Math.floor(at / columns);
      const column = at % columns;
      data[at] = gain * (rows < columns ? vectors[row]![column]! : vectors[column]![row]!);
    }
  };

const dot = (left: Float64Array, right: Float64Array): number => left.reduce((total, value, index) => total + value * right[index]!, 0);

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const length = dot(vector, unit);
  for (let index = 0; index < vector.length; index++) vector[index]! -= length * unit[index]!;
}
