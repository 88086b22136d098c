import { type Random, UserError } from "../../base/index.ts";
import { quantileOf } from "../statistics/index.ts";
import { copyRow, type ExplainedFunction, type ExplainedOutput, rowsOf } from "./explained-function.ts";
import type { FeatureImportance, PermutationImportance, PolicyExplanation } from "./explanation-document.ts";
import { type FeatureGroup, featureGroups } from "./feature-groups.ts";
import { integratedGradients } from "./integrated-gradients.ts";
import { permutationImportance, type Score } from "./permutation-importance.ts";
import { type MapAxis, policyMap } from "./policy-map.ts";
import { saliency } from "./saliency.ts";
import { shapley, type ShapleyOptions } from "./shapley.ts";

/** How much of an explanation is wanted. */
export interface ExplanationOptions {
  readonly random: Random;
  /** One a feature, over the whole window, unless given. */
  readonly groups?: readonly FeatureGroup[];
  /** Observations that are looked at, evenly spread over those given; 500 unless given. */
  readonly observations?: number;
  /** Decisions that are taken apart, evenly spread over these; 20 unless given. */
  readonly decisions?: number;
  /** Observations that stand for not knowing, drawn from these; 50 unless given. */
  readonly background?: number;
  readonly repeats?: number;
  /** Random orders behind each decision's Shapley values, where they are not exact. */
  readonly orders?: number;
  readonly score?: Score;
  readonly method?: NonNullable<ShapleyOptions["method"]> | "integrated-gradients";
  /** Pairs of features; the two that matter most unless given. */
  readonly maps?: readonly { readonly x: MapAxis; readonly y: MapAxis }[];
}

/** Explains a policy over a sample of observations [rows × inputs], such as those of a backtest, in every way at once. */
export function explainPolicy(explained: ExplainedFunction, given: Float32Array, options: ExplanationOptions): PolicyExplanation {
  const { random, groups = featureGroups(explained.inputs), method, repeats, orders, score } = options;
  const size = explained.inputs.length;
  const most = { observations: 500, decisions: 20, background: 50, ...defined(options, ["observations", "decisions", "background"]) };
  const all = rowsOf(explained, given, "observations");
  const sampled = spread(all, most.observations);
  const observations = takeRows(given, size, sampled);
  const rows = sampled.length;
  const importance = permutationImportance(explained, observations, {
    random,
    groups,
    ...(repeats !== undefined && { repeats }),
    ...(score && { score }),
  });
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  random.shuffle(order);
  const background = takeRows(observations, size, [...order.subarray(0, most.background)]);
  const part = { background, groups, rows: spread(rows, most.decisions) };
  const attribution =
    method === "integrated-gradients"
      ? integratedGradients(explained, observations, part)
      : shapley(explained, observations, { ...part, random, ...(orders !== undefined && { orders }), ...(method && { method }) });
  const maps = options.maps ?? leadingPair(explained, observations, byImportance(importance, explained.outputs));
  return {
    schema: "tradewind/explanation@1",
    inputs: [...explained.inputs],
    outputs: [...explained.outputs],
    observations: rows,
    importance,
    attribution: { ...attribution, decisions: attribution.decisions.map((decision) => ({ ...decision, row: sampled[decision.row]! })) },
    maps: maps.map((axes) => policyMap(explained, observations, axes)),
    saliency: saliency(explained, observations),
  };
}

/** Counts that were given, each a whole number from 1 up. */
function defined<Name extends "observations" | "decisions" | "background">(
  options: ExplanationOptions,
  names: readonly Name[],
): Partial<Record<Name, number>> {
  const counts: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const count = options[name];
    if (count === undefined) continue;
    if (!(Number.isInteger(count) && count >= 1))
      throw new UserError("config/invalid", `${name}: ${count}`, { path: name, hint: "Use a whole number from 1 up." });
    counts[name] = count;
  }
  return counts;
}

/** Up to `most` of the rows, from the first to the last. */
const spread = (rows: number, most: number): number[] =>
  Array.from({ length: Math.min(rows, most) }, (_, index) => Math.round((index * (rows - 1)) / Math.max(1, Math.min(rows, most) - 1)));

function takeRows(from: Float32Array, size: number, rows: readonly number[]): Float32Array {
  const taken = new Float32Array(rows.length * size);
  rows.forEach((row, index) => copyRow(from.subarray(row * size, (row + 1) * size), 0, size, taken, index * size));
  return taken;
}

/** Features from the one on which most depends of what the policy does; its value is left out where there is anything else. */
export function byImportance({ of, features }: PermutationImportance, outputs: readonly ExplainedOutput[]): FeatureImportance[] {
  const isAction = of.map((name) => outputs.some((output) => output.name === name && output.kind !== "value"));
  const weight = ({ figures }: FeatureImportance) =>
    figures.reduce((sum, { mean }, figure) => (isAction[figure] || !isAction.includes(true) ? sum + mean : sum), 0);
  return features.toSorted((left, right) => weight(right) - weight(left));
}

/** A map over the two most important features that move; none where there are no two. */
function leadingPair(
  { inputs }: ExplainedFunction,
  observations: Float32Array,
  features: readonly FeatureImportance[],
): { readonly x: MapAxis; readonly y: MapAxis }[] {
  const size = inputs.length;
  const moving = features.filter(({ feature }) => {
    const column = inputs.indexOf(feature);
    const seen = Float32Array.from({ length: observations.length / size }, (_, row) => observations[row * size + column]!);
    return column >= 0 && quantileOf(seen, 0.01)! < quantileOf(seen, 0.99)!;
  });
  const [x, y] = moving.map(({ feature }): MapAxis => ({ feature, wholeWindow: true }));
  return x && y ? [{ x, y }] : [];
}
