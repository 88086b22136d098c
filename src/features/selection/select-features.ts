import { z } from "zod";
import { assert, type ParamsOf, Random } from "../../base/index.ts";
import { meanAndDeviation } from "../drift/column-statistics.ts";
import { correlationMatrix, nearDuplicates, pearson, spearman } from "./correlation.ts";
import { mutualInformation, sortedColumn, standardised } from "./mutual-information.ts";
import { meanOverFolds, ridgeTrial } from "./permutation-importance.ts";
import type { SelectionTable } from "./selection-table.ts";

/** How features are chosen. */
export const selectionParams = {
  horizon: z.int().min(1).max(1000).default(1).describe("bars ahead of the return that is to be told"),
  folds: z.int().min(3).max(20).default(5).describe("stretches of time that importance is measured on"),
  embargo: z.int().min(0).max(10_000).default(5).describe("rows left out beside a stretch, beyond the horizon"),
  penalty: z.number().gt(0).default(0.01).describe("of the ridge regression"),
  trials: z.int().min(39).max(999).default(99).describe("shifted targets that stand for noise"),
  duplicate: z.number().gt(0).max(1).default(0.95).describe("absolute rank correlation from which features count as the same"),
  level: z.number().gt(0).max(0.5).default(0.05).describe("chance of calling anything useful that is noise"),
  mostRows: z.int().min(100).max(1_000_000).default(20_000).describe("latest training rows that are looked at"),
  seed: z.int().min(0).default(1),
} as const;

/** Those parameters, parsed. */
export type SelectionParams = ParamsOf<typeof selectionParams>;

/** What a feature tells of the target. */
export interface FeatureScore {
  readonly name: string;
  /** Number of its group of near-duplicates. */
  readonly group: number;
  /** Rank correlation with the target. */
  readonly correlation: number;
  /** Mutual information with the target, nats. */
  readonly information: number;
  /** Share of shifted targets, the real one included, for which the best feature stands out as far from what it has by noise. */
  readonly informationChance: number;
  /** Growth of a ridge regression's squared error without the feature's order, in variances of the target, with its 95 % interval. */
  readonly importance: { readonly mean: number; readonly low: number; readonly high: number };
  readonly importanceChance: number;
  /** More than noise by one of the two. */
  readonly useful: boolean;
  /** The best of its group, and useful. */
  readonly keep: boolean;
}

/** Features by what they tell, best first, with how they hang together. */
export interface Selection {
  readonly rows: number;
  readonly horizon: number;
  readonly trials: number;
  readonly features: readonly FeatureScore[];
  /** Groups of near-duplicates with two members at least. */
  readonly duplicates: readonly (readonly string[])[];
  /** In the order of `names`. */
  readonly names: readonly string[];
  readonly pearson: readonly (readonly number[])[];
  readonly spearman: readonly (readonly number[])[];
  /** What the ridge regression of all features explains of rows that it has not seen, and how often one of a shifted target explains as much. */
  readonly ridge: { readonly rSquared: number; readonly chance: number };
  readonly verdict: string;
}

/** Rows that mutual information is measured on at most, evenly spaced. */
const informationRows = 2000;

/** The column that begins so many rows later and goes on from its beginning: as memory and distribution go the same, but of other rows. */
const shifted = (values: Float64Array, by: number): Float64Array => {
  const found = new Float64Array(values.length);
  found.set(values.subarray(by));
  found.set(values.subarray(0, by), values.length - by);
  return found;
};

/** Measures the mutual information of all columns with a target at evenly spaced rows. */
function informationTrial({ columns, rows }: SelectionTable, random: Random): (target: Float64Array) => number[] {
  const every = Math.ceil(rows / informationRows);
  const thinned = (values: Float64Array) => values.filter((_, row) => row % every === 0);
  const sorted = columns.map((column) => sortedColumn(standardised(thinned(column), random)));
  return (target) => {
    const standard = standardised(thinned(target), random);
    return sorted.map((column) => mutualInformation(column, standard));
  };
}

/**
 * How often the best of all columns does as well by noise: [trials][columns] of noise and what each column really has, every column in
 * its own deviations over all of them, so that none drowns the others (Westfall & Young, 1993, maxT).
 */
function chancesOf(found: readonly number[], noise: readonly (readonly number[])[]): number[] {
  const all = [...noise, found];
  const scales = found.map((_, place) => meanAndDeviation(Float64Array.from(all, (values) => values[place]!)));
  const standard = (values: readonly number[]) =>
    values.map((value, place) => (value - scales[place]!.mean) / Math.max(scales[place]!.deviation, Number.MIN_VALUE));
  const best = noise.map((values) => Math.max(...standard(values)));
  return standard(found).map((value) => chanceOf(value, best));
}

/** How often the noise is at least as great. */
const chanceOf = (value: number, noise: readonly number[]): number =>
  (1 + noise.filter((each) => each >= value).length) / (1 + noise.length);

/**
 * Scores features by what they tell of a target, on the rows of a table of the training window. What is noise is told by the same
 * measures of targets shifted in a circle, which keep their own memory but belong to other rows: a feature is useful where it stands out
 * further than the best of all features does on all but a few of those, so that many features are no excuse.
 */
export function selectFeatures(table: SelectionTable, params: SelectionParams, onTrial?: (fraction: number) => void): Selection {
  const { names, columns, target, rows } = table;
  const { horizon, folds, embargo, penalty, trials, duplicate, level, seed } = params;
  assert(rows > 2 * folds, `${rows} rows for ${folds} folds`);
  const random = new Random(seed);
  const ridge = ridgeTrial(table, { folds, gap: horizon + embargo, penalty });
  const information = informationTrial(table, random);
  const noise = { information: [] as number[][], importance: [] as number[][], rSquared: [] as number[] };
  const meansOf = (importance: readonly Float64Array[]) =>
    names.map((_, place) => meanOverFolds(Float64Array.from(importance, (each) => each[place]!)));
  const nearest = Math.max(1, Math.floor(rows / 20));
  for (let trial = 0; trial < trials; trial++) {
    const other = shifted(target, nearest + random.below(rows - 2 * nearest));
    const { rSquared, importance } = ridge(other);
    noise.rSquared.push(rSquared);
    noise.importance.push(meansOf(importance).map(({ mean }) => mean));
    noise.information.push(information(other));
    onTrial?.((trial + 1) / trials);
  }
  const told = information(target);
  const { rSquared, importance } = ridge(target);
  const important = meansOf(importance);
  const informationChances = chancesOf(told, noise.information);
  const importanceChances = chancesOf(
    important.map(({ mean }) => mean),
    noise.importance,
  );
  const ranked = correlationMatrix(columns, spearman);
  const group = nearDuplicates(ranked, duplicate);
  const scores = names.map((name, place) => {
    const informationChance = informationChances[place]!;
    const importanceChance = importanceChances[place]!;
    return {
      name,
      group: group[place]!,
      correlation: spearman(columns[place]!, target),
      information: told[place]!,
      informationChance,
      importance: important[place]!,
      importanceChance,
      useful: Math.min(informationChance, importanceChance) <= level / 2, // Two ways to be called useful by chance.
    };
  });
  const least = ({ informationChance, importanceChance }: (typeof scores)[number]) => Math.min(informationChance, importanceChance);
  const both = ({ informationChance, importanceChance }: (typeof scores)[number]) => informationChance + importanceChance;
  const sorted = scores.toSorted(
    (left, right) => least(left) - least(right) || both(left) - both(right) || right.information - left.information,
  );
  const features = sorted.map((score, place) => ({
    ...score,
    keep: score.useful && sorted.findIndex((other) => other.group === score.group) === place,
  }));
  const groups = Array.from({ length: Math.max(...group) + 1 }, (_, number) => names.filter((_name, place) => group[place] === number));
  return {
    rows,
    horizon,
    trials,
    features,
    duplicates: groups.filter((members) => members.length > 1),
    names,
    pearson: correlationMatrix(columns, pearson),
    spearman: ranked,
    ridge: { rSquared, chance: chanceOf(rSquared, noise.rSquared) },
    verdict: verdictOf(features, trials, level),
  };
}

function verdictOf(features: readonly FeatureScore[], trials: number, level: number): string {
  const useful = features.filter((feature) => feature.useful);
  const kept = features.filter(({ keep }) => keep);
  if (useful.length === 0) {
    const best = features[0]!;
    const beaten = Math.round(Math.min(best.informationChance, best.importanceChance) * (trials + 1)) - 1;
    return `Nothing here is better than noise: ${best.name}, the best of ${features.length}, stands out no further than the best does for ${beaten} of ${trials} shifted targets, which have nothing to do with the features.`;
  }
  const listed = (scores: readonly FeatureScore[]) => scores.map(({ name }) => name).join(", ");
  const without = useful.length > kept.length ? `, ${kept.length} of them without near-duplicates` : "";
  const linear = useful.filter(({ importanceChance }) => importanceChance <= level / 2);
  const direction =
    linear.length > 0
      ? `In a linear forecast of rows not learned from these help: ${listed(linear)}.`
      : "None helps a linear forecast of rows not learned from: what they tell may be how far the price goes, not where.";
  return `${useful.length} of ${features.length} tell more than noise at ${100 * level} %${without}: ${listed(kept)}. ${direction}`;
}
