import type { Random } from "../../../base/index.ts";
import type { ExplainedFunction } from "../explained-function.ts";

/** A function of one observation. */
export type RowFunction = (row: Float32Array) => number;

/** Plain functions as one that is explained, with a count of how often it was asked. */
export function functionOf(inputs: readonly string[], ...answers: RowFunction[]): ExplainedFunction & { calls: number } {
  return {
    inputs,
    outputs: answers.map((_, output) => ({ name: `output ${output}`, kind: "action" })),
    calls: 0,
    decide(observations, count) {
      this.calls++;
      return Float64Array.from({ length: count * answers.length }, (_, at) => {
        const row = Math.floor(at / answers.length);
        return answers[at % answers.length]!(observations.subarray(row * inputs.length, (row + 1) * inputs.length));
      });
    },
  };
}

/** The first letters of the alphabet, as names. */
export const letters = (count: number): string[] => Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));

/** Standard normal numbers. */
export const normals = (count: number, random: Random): Float32Array => Float32Array.from({ length: count }, () => random.normal());
