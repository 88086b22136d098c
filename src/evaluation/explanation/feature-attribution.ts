import { answersOf, type ExplainedFunction } from "./explained-function.ts";
import type { FeatureAttribution, Decision } from "./explanation-document.ts";
import type { FeatureGroup } from "./feature-groups.ts";

/** One decision's share of each feature, as a method finds it. */
export interface DecisionValues {
  readonly row: number;
  /** [features × outputs] */
  readonly values: Float64Array;
  readonly standardErrors?: Float64Array;
}

/** Puts decisions together with what they are on average, and with what their values leave unexplained. */
export function attributionOf(
  method: FeatureAttribution["method"],
  explained: ExplainedFunction,
  groups: readonly FeatureGroup[],
  observations: Float32Array,
  background: Float32Array,
  found: readonly DecisionValues[],
): FeatureAttribution {
  const [size, width] = [explained.inputs.length, explained.outputs.length];
  const backgroundRows = background.length / size;
  const baseline = new Array<number>(width).fill(0);
  answersOf(explained, background).forEach((answer, at) => (baseline[at % width]! += answer / backgroundRows));
  const decisions = found.map(({ row, values, standardErrors }): Decision => {
    const answer = [...answersOf(explained, observations.subarray(row * size, (row + 1) * size))];
    const residual = answer.map((value, output) => {
      let left = value - baseline[output]!;
      for (let group = 0; group < groups.length; group++) left -= values[group * width + output]!;
      return left;
    });
    const errors = standardErrors ? tableOf(standardErrors, width) : null;
    return { row, answer, values: tableOf(values, width), standardErrors: errors, residual };
  });
  const averageOf = (part: (value: number) => number): number[][] =>
    groups.map((_, group) =>
      baseline.map((_unused, output) => decisions.reduce((sum, { values }) => sum + part(values[group]![output]!), 0) / decisions.length),
    );
  return {
    method,
    outputs: [...explained.outputs],
    features: groups.map(({ name }) => name),
    background: backgroundRows,
    baseline,
    decisions,
    mean: averageOf((value) => value),
    meanAbsolute: averageOf(Math.abs),
  };
}

const tableOf = (values: Float64Array, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
