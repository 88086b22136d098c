import { momentsOf } from "../statistics/index.ts";
import { eachAnswer, eachGradient, copyRow, type ExplainedFunction, rowsOf } from "./explained-function.ts";
import type { Saliency } from "./explanation-document.ts";
import { laggedName } from "./feature-groups.ts";

const reach = 0.05; // Of a standard deviation to either side.

/**
 * Saliency over the observation window (Simonyan, Vedaldi & Zisserman, 2014): by lag and feature, how much an output changes for one
 * standard deviation of the number, from the mean size of the derivative over the observations. Derivatives are the function's own
 * where it gives them, else central differences. Not defined for numbers that never move in the observations.
 */
export function saliency(explained: ExplainedFunction, observations: Float32Array): Saliency {
  const rows = rowsOf(explained, observations, "observations");
  const { inputs, outputs } = explained;
  const size = inputs.length;
  const deviations = inputs.map((_, column) => {
    const { deviation } = momentsOf(Float64Array.from({ length: rows }, (_unused, row) => observations[row * size + column]!));
    return deviation ?? 0;
  });
  const steepness = (explained.gradient ? byDerivatives : byDifferences)(explained, observations, rows, deviations);
  const places = inputs.map(laggedName);
  const features = [...new Set(places.map(({ feature }) => feature))];
  const lags = [...new Set(places.map(({ lag }) => lag))].toSorted((left, right) => left - right);
  const columnOf = new Map(places.map(({ feature, lag }, column) => [`${lag} ${feature}`, column]));
  const valueAt = (output: number, feature: string, lag: number): number | null => {
    const column = columnOf.get(`${lag} ${feature}`);
    return column === undefined || deviations[column] === 0 ? null : steepness[output * size + column]!;
  };
  return {
    outputs: [...outputs],
    features,
    lags,
    values: outputs.map((_, output) => features.map((feature) => lags.map((lag) => valueAt(output, feature, lag)))),
    observations: rows,
  };
}

function byDifferences(
  explained: ExplainedFunction,
  observations: Float32Array,
  rows: number,
  deviations: readonly number[],
): Float64Array {
  const [size, width] = [explained.inputs.length, explained.outputs.length];
  const steepness = new Float64Array(width * size);
  const lower = new Float64Array(width);
  eachAnswer(
    explained,
    2 * rows * size,
    (pair, into, offset) => {
      const [sign, column, row] = [pair % 2 === 1 ? 1 : -1, Math.floor(pair / 2) % size, Math.floor(pair / 2 / size)];
      copyRow(observations, row, size, into, offset);
      into[offset + column]! += sign * reach * deviations[column]!;
    },
    (pair, answers, offset) => {
      const column = Math.floor(pair / 2) % size;
      for (let output = 0; output < width; output++) {
        if (pair % 2 === 0) lower[output] = answers[offset + output]!;
        else steepness[output * size + column]! += Math.abs(answers[offset + output]! - lower[output]!) / (2 * reach * rows);
      }
    },
  );
  return steepness;
}

function byDerivatives(
  explained: ExplainedFunction,
  observations: Float32Array,
  rows: number,
  deviations: readonly number[],
): Float64Array {
  const [size, width] = [explained.inputs.length, explained.outputs.length];
  const steepness = new Float64Array(width * size);
  eachGradient(
    explained,
    rows,
    (row, into, offset) => copyRow(observations, row, size, into, offset),
    (_, derivatives, offset) => {
      for (let at = 0; at < width * size; at++) steepness[at]! += (Math.abs(derivatives[offset + at]!) * deviations[at % size]!) / rows;
    },
  );
  return steepness;
}
