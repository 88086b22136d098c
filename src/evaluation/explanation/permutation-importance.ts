import { type Random, UserError } from "../../base/index.ts";
import { meanInterval } from "../statistics/index.ts";
import { answersOf, copyRow, eachAnswer, type ExplainedFunction, rowsOf } from "./explained-function.ts";
import type { FeatureImportance, PermutationImportance } from "./explanation-document.ts";
import { type FeatureGroup, featureGroups, groupOfColumn } from "./feature-groups.ts";

/** What good answers are: a figure of the answers [rows × outputs] to all observations, better when higher. */
export interface Score {
  readonly name: string;
  of(answers: Float64Array): number;
}

/** How importance is measured. */
export interface ImportanceOptions {
  readonly random: Random;
  /** One a feature, over the whole window, unless given. */
  readonly groups?: readonly FeatureGroup[];
  /** At least 2, for there to be an interval. */
  readonly repeats?: number;
  readonly level?: number;
  /** What is lost counts, instead of how far answers move. */
  readonly score?: Score;
}

/**
 * Permutation importance (Breiman, 2001; Fisher, Rudin & Dominici, 2019): a feature's numbers are dealt out anew among the observations
 * [rows × inputs], those of one observation staying together. Without a score it counts how far each output moves, as the mean
 * absolute change; with one, what the score loses. The intervals (Student's t) are over the repeats: how sure the figure is for this
 * sample, not for another. Features that say the same share their importance, and dealing one out makes observations that never were.
 */
export function permutationImportance(
  explained: ExplainedFunction,
  observations: Float32Array,
  { random, groups = featureGroups(explained.inputs), repeats = 10, level = 0.95, score }: ImportanceOptions,
): PermutationImportance {
  const rows = rowsOf(explained, observations, "observations");
  if (!(Number.isInteger(repeats) && repeats >= 2)) {
    throw new UserError("config/invalid", `repeats: ${repeats}`, { path: "repeats", hint: "An interval takes two repeats at least." });
  }
  const owner = groupOfColumn(groups, explained.inputs);
  const answers = answersOf(explained, observations);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const importanceOf = (group: number): FeatureImportance => {
    const draws = Array.from({ length: repeats }, () => {
      random.shuffle(order);
      const moved = permutedAnswers(explained, observations, (column) => owner[column] === group, order);
      return score ? [score.of(answers) - score.of(moved)] : meanChange(answers, moved, explained.outputs.length);
    });
    const figures = draws[0]!.map((_, figure) =>
      meanInterval(
        draws.map((draw) => draw[figure]!),
        level,
      ),
    );
    return { feature: groups[group]!.name, figures: figures.map(({ mean, low, high }) => ({ mean, low, high })) };
  };
  return {
    measure: score ? `loss of ${score.name}` : "mean absolute change",
    of: score ? [score.name] : explained.outputs.map(({ name }) => name),
    observations: rows,
    repeats,
    level,
    features: groups.map((_, group) => importanceOf(group)),
  };
}

/** Answers to the observations with some columns taken from other rows. */
function permutedAnswers(
  explained: ExplainedFunction,
  observations: Float32Array,
  isMoved: (column: number) => boolean,
  order: Int32Array,
): Float64Array {
  const [size, width] = [explained.inputs.length, explained.outputs.length];
  const columns = Array.from({ length: size }, (_, column) => column).filter(isMoved);
  const answers = new Float64Array(order.length * width);
  eachAnswer(
    explained,
    order.length,
    (row, into, offset) => {
      copyRow(observations, row, size, into, offset);
      for (const column of columns) into[offset + column] = observations[order[row]! * size + column]!;
    },
    (row, given, offset) => {
      for (let output = 0; output < width; output++) answers[row * width + output] = given[offset + output]!;
    },
  );
  return answers;
}

function meanChange(before: Float64Array, after: Float64Array, width: number): number[] {
  const change = new Array<number>(width).fill(0);
  for (let at = 0; at < before.length; at++) change[at % width]! += (Math.abs(after[at]! - before[at]!) * width) / before.length;
  return change;
}
