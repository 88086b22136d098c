import { UserError } from "../../base/index.ts";
import { attributionOf } from "./feature-attribution.ts";
import { eachAnswer, eachGradient, type ExplainedFunction, rowsOf } from "./explained-function.ts";
import type { FeatureAttribution } from "./explanation-document.ts";
import { type FeatureGroup, featureGroups, groupOfColumn } from "./feature-groups.ts";
import { requireRows } from "./shapley.ts";

/** How paths are walked. */
export interface IntegratedGradientOptions {
  /** Where paths begin, [rows × inputs]; of several the values are averaged (expected gradients; Erion et al., 2021). */
  readonly background: Float32Array;
  /** The decisions, by row; all unless given. */
  readonly rows?: readonly number[];
  /** One a feature, over the whole window, unless given. */
  readonly groups?: readonly FeatureGroup[];
  /** Parts of each path. */
  readonly steps?: number;
}

/**
 * Integrated gradients (Sundararajan, Taly & Yan, 2017): a feature's share is the integral of its derivative along the straight line
 * from a background observation to the decision's, by the midpoint rule. The derivatives are the function's own where it gives them.
 * Else each is the central difference over just the part of the line that it stands for, which needs no small step and so loses no
 * digits of single precision. Complete up to the residual, which falls with the square of the steps where the function is smooth.
 */
export function integratedGradients(
  explained: ExplainedFunction,
  observations: Float32Array,
  { background, groups = featureGroups(explained.inputs), steps = 64, ...options }: IntegratedGradientOptions,
): FeatureAttribution {
  const size = explained.inputs.length;
  const count = rowsOf(explained, observations, "observations");
  const starts = rowsOf(explained, background, "background");
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new UserError("config/invalid", `steps: ${steps}`, { path: "steps", hint: "Use a whole number from 1 up." });
  const { rows = Array.from({ length: count }, (_, row) => row) } = options;
  requireRows(rows, count);
  const owner = groupOfColumn(groups, explained.inputs);
  const along = explained.gradient ? alongDerivatives : alongDifferences;
  const found = rows.map((row) => {
    const values = new Float64Array(groups.length * explained.outputs.length);
    const end = observations.subarray(row * size, (row + 1) * size);
    for (let index = 0; index < starts; index++)
      along({ explained, owner, groups: groups.length, start: background.subarray(index * size, (index + 1) * size), end, steps }, values);
    return { row, values: values.map((value) => value / starts) };
  });
  return attributionOf("integrated-gradients", explained, groups, observations, background, found);
}

interface Path {
  readonly explained: ExplainedFunction;
  readonly owner: Int32Array;
  readonly groups: number;
  readonly start: Float32Array;
  readonly end: Float32Array;
  readonly steps: number;
}

/** Adds each group's share, [groups × outputs]: of every part of the line, what the group's own way through it changes. */
function alongDifferences({ explained, owner, groups, start, end, steps }: Path, values: Float64Array): void {
  const width = explained.outputs.length;
  eachAnswer(
    explained,
    2 * steps * groups,
    (row, into, offset) => {
      const [sign, group, part] = [row % 2, Math.floor(row / 2) % groups, Math.floor(row / 2 / groups)];
      for (let column = 0; column < start.length; column++) {
        const place = (part + (owner[column] === group ? sign : 0.5)) / steps;
        into[offset + column] = start[column]! + place * (end[column]! - start[column]!);
      }
    },
    (row, answers, offset) => {
      const [sign, group] = [row % 2 === 1 ? 1 : -1, Math.floor(row / 2) % groups];
      for (let output = 0; output < width; output++) values[group * width + output]! += sign * answers[offset + output]!;
    },
  );
}

function alongDerivatives({ explained, owner, start, end, steps }: Path, values: Float64Array): void {
  const [size, width] = [start.length, explained.outputs.length];
  eachGradient(
    explained,
    steps,
    (part, into, offset) => {
      for (let column = 0; column < size; column++)
        into[offset + column] = start[column]! + ((part + 0.5) / steps) * (end[column]! - start[column]!);
    },
    (_, derivatives, offset) => {
      for (let output = 0; output < width; output++) {
        for (let column = 0; column < size; column++) {
          const share = (derivatives[offset + output * size + column]! * (end[column]! - start[column]!)) / steps;
          values[owner[column]! * width + output]! += share;
        }
      }
    },
  );
}
