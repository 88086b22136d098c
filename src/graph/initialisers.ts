import type { Declaration } from "./parameters.ts";

/** Fills a parameter before training. */
export type Initialiser = Declaration["initialise"];

/** The same number everywhere. */
export const filled =
  (value: number): Initialiser =>
  (data) =>
    void data.fill(value);

/** Orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et al., 2014), by Gram–Schmidt on normal draws. */
export const orthogonal =
  (gain: number): Initialiser =>
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

/** Uniform between -bound and bound. */
export const uniform =
  (bound: number): Initialiser =>
  (data, _, random) => {
    for (let at = 0; at < data.length; at++) data[at] = bound * (2 * random.uniform() - 1);
  };

/**
 * PyTorch's default for weights and biases of a linear or convolutional layer that reads `fanIn` numbers: uniform within 1/√fanIn,
 * which is what Kaiming's bound (He et al., 2015) comes to with a = √5.
 */
export const fanInUniform = (fanIn: number): Initialiser => uniform(1 / Math.sqrt(fanIn));
