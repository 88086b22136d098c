import { z } from "zod";
import { assert, hashOf, parse, Random, UserError } from "../../base/index.ts";
import { type DerivedColumn, withDerived } from "../derived.ts";
import type { FeatureMatrix, FeaturePipeline } from "../pipeline.ts";
import { fitHiddenMarkov } from "./baum-welch.ts";
import { fitGarch, garchVariance } from "./garch.ts";
import { forwardFilter } from "./hidden-markov.ts";
import { kMeans, nearestCentre } from "./k-means.ts";

const name = z.string().min(1);
const count = z.int().min(2).max(12);
const seed = z.int().min(0).default(0);
const restarts = z.int().min(1).max(100).default(5);

/** What regimes are to be fitted, and to which columns of a pipeline. */
export const RegimeSpec = z.discriminatedUnion("kind", [
  /** Volatility of a column of returns by GARCH(1,1). */
  z.strictObject({ kind: z.literal("garch"), name, columns: z.tuple([z.string()]) }),
  /** Probabilities of the states of a Gaussian hidden Markov chain; ordered by the variance of the first column. */
  z.strictObject({
    kind: z.literal("hidden-markov"),
    name,
    columns: z.array(z.string()).min(1),
    states: count.default(2),
    seed,
    restarts,
    maxIterations: z.int().min(1).max(10_000).default(200),
    tolerance: z.number().gt(0).default(1e-7),
  }),
  /** The k-means cluster of each row; ordered by the first column, which should be a volatility, with a trend behind it. */
  z.strictObject({ kind: z.literal("clusters"), name, columns: z.array(z.string()).min(1), clusters: count.default(3), seed, restarts }),
]);

/** What regimes are to be fitted, as a person writes it. */
export type RegimeSpec = z.input<typeof RegimeSpec>;

const numbers = z.array(z.number());
const fitted = { name, columns: z.array(z.string()).min(1), pipelineHash: z.string() };

/** Fitted regimes as plain JSON, which loses nothing: to be saved with a model. */
export const Regime = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("garch"),
    ...fitted,
    mean: z.number(),
    model: z
      .strictObject({ omega: z.number().positive(), alpha: z.number().nonnegative(), beta: z.number().nonnegative() })
      .refine(({ alpha, beta }) => alpha + beta < 1, "alpha and beta must sum to less than 1"),
  }),
  z.strictObject({
    kind: z.literal("hidden-markov"),
    ...fitted,
    model: z.strictObject({
      transition: z.array(
        z.array(
          z
            .number()
            .min(0)
            .max(1 + 1e-9),
        ),
      ),
      means: z.array(numbers),
      variances: z.array(z.array(z.number().positive())),
    }),
  }),
  z.strictObject({
    kind: z.literal("clusters"),
    ...fitted,
    /** Of the training rows, by which columns are made comparable. */
    mean: numbers,
    deviation: z.array(z.number().positive()),
    /** [clusters][columns], in those deviations. */
    centres: z.array(numbers).min(1),
  }),
]);

export type Regime = z.output<typeof Regime>;

/** Where the columns of a regime stand in a pipeline. An unknown one is `config/invalid`. */
function placesOf(columns: readonly string[], { names }: Pick<FeaturePipeline, "names">, at = ""): number[] {
  return columns.map((column, index) => {
    const place = names.indexOf(column);
    if (place >= 0) return place;
    const hint = `Known columns: ${names.join(", ")}.`;
    const path = `${at}columns.${index}`;
    throw new UserError("config/invalid", `${path}: unknown column "${column}"`, { path, hint });
  });
}

/** Names of the columns that a regime adds; `states` are those of a hidden Markov chain. */
const namesOf = (name: string, states: number | undefined): string[] =>
  states === undefined ? [name] : Array.from({ length: states }, (_, state) => `${name}-${state}`);

/** Checks what regimes read and add against the names of a pipeline's columns: an unknown or repeated one is `config/invalid` with its path. */
export function checkRegimes(specs: readonly RegimeSpec[], names: readonly string[]): void {
  const taken = new Set(names);
  specs.forEach((spec, index) => {
    const parsed = parse(RegimeSpec, spec, `regimes.${index}`);
    placesOf(parsed.columns, { names }, `regimes.${index}.`);
    for (const name of namesOf(parsed.name, parsed.kind === "hidden-markov" ? parsed.states : undefined)) {
      const path = `regimes.${index}.name`;
      if (taken.has(name)) {
        throw new UserError("config/invalid", `${path}: "${name}" is there already`, { path, hint: "Give each column a name of its own." });
      }
      taken.add(name);
    }
  });
}

/** The rows [from, to) of some columns in which all of them are numbers, one after the other. */
function completeRows({ width, values }: FeatureMatrix, places: readonly number[], from: number, to: number): Float64Array {
  const complete: number[] = [];
  for (let row = from; row < to; row++) {
    const picked = places.map((place) => values[row * width + place]!);
    if (picked.every(Number.isFinite)) complete.push(...picked);
  }
  return Float64Array.from(complete);
}

/**
 * Fits regimes to rows [from, to) of a pipeline's features and to nothing else; pass the training rows only. Rows in which one of the
 * columns is not there yet are left out; too few others are `data/too-short`.
 */
export function fitRegime(spec: RegimeSpec, pipeline: FeaturePipeline, features: FeatureMatrix, from: number, to: number): Regime {
  assert(from >= 0 && from <= to && to <= features.rows, `training rows ${from} to ${to} of ${features.rows}`);
  const parsed = parse(RegimeSpec, spec, "regime");
  const { name, columns } = parsed;
  const width = columns.length;
  const rows = completeRows(features, placesOf(columns, pipeline), from, to);
  const common = { name, columns: [...columns], pipelineHash: pipeline.hash };
  switch (parsed.kind) {
    case "garch": {
      const { model, mean } = fitGarch(rows);
      return { kind: "garch", ...common, mean, model };
    }
    case "hidden-markov": {
      const { transition, means, variances } = fitHiddenMarkov(rows, width, parsed).model;
      const copies = (table: readonly (readonly number[])[]) => table.map((row) => [...row]);
      return {
        kind: "hidden-markov",
        ...common,
        model: { transition: copies(transition), means: copies(means), variances: copies(variances) },
      };
    }
    case "clusters":
      return { kind: "clusters", ...common, ...fitClusters(rows, width, parsed) };
  }
}

function fitClusters(
  rows: Float64Array,
  width: number,
  spec: { readonly clusters: number; readonly seed: number; readonly restarts: number },
) {
  const count = rows.length / width;
  const columns = Array.from({ length: width }, (_, column) => Array.from({ length: count }, (_each, row) => rows[row * width + column]!));
  const mean = columns.map((values) => values.reduce((sum, value) => sum + value, 0) / count);
  const deviation = columns.map((values, column) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean[column]!) ** 2, 0) / count),
  );
  const standard = rows.map((value, index) => (value - mean[index % width]!) / deviation[index % width]!);
  const isSpread = count > 0 && deviation.every((value) => value > 0);
  const { centres } = isSpread ? kMeans(standard, width, { ...spec, random: new Random(spec.seed) }) : { centres: [] };
  if (centres.length < spec.clusters) {
    throw new UserError(
      "data/too-short",
      `${spec.clusters} clusters need as many rows that differ; there are ${centres.length} of ${count}.`,
      {
        hint: "Use more bars for training, columns that change, or fewer clusters.",
      },
    );
  }
  const ordered = centres.map((centre) => [...centre]).toSorted((left, right) => left[0]! - right[0]!);
  return { mean, deviation, centres: ordered };
}

/** What a regime says after each row: one number for each of its columns' names. NaN where one of the columns it reads is missing. */
function startRegime(regime: Regime): (values: Float64Array) => Float64Array {
  switch (regime.kind) {
    case "garch": {
      const { omega, alpha, beta } = regime.model;
      const variance = garchVariance(regime.model);
      const longRun = omega / (1 - alpha - beta);
      const out = new Float64Array(1);
      return (values) => {
        out[0] = Number.isFinite(values[0]) ? Math.log(variance(values[0]! - regime.mean) / longRun) / 2 : NaN;
        return out;
      };
    }
    case "hidden-markov": {
      const filter = forwardFilter(regime.model);
      const out = new Float64Array(regime.model.means.length);
      return (values) => {
        const isComplete = values.every(Number.isFinite);
        if (isComplete) filter.update(values);
        else filter.skip();
        for (let state = 0; state < out.length; state++) out[state] = isComplete ? Math.exp(filter.logShares[state]!) : NaN;
        return out;
      };
    }
    case "clusters": {
      const { mean, deviation, centres } = regime;
      const standard = new Float64Array(mean.length);
      const out = new Float64Array(1);
      return (values) => {
        for (let column = 0; column < mean.length; column++) standard[column] = (values[column]! - mean[column]!) / deviation[column]!;
        out[0] = standard.every(Number.isFinite) ? nearestCentre(centres, standard) : NaN;
        return out;
      };
    }
  }
}

/**
 * The columns of fitted regimes for `withDerived`, each of what is known at its row: for GARCH `name`, the logarithm of the next row's volatility
 * over the long-run one; for a hidden Markov chain `name-0`, `name-1`, …, the forward-filtered probability of each state, calm ones first; for
 * clusters `name`, the cluster's number, calm ones first. Another pipeline than the one fitted on is `model/schema-mismatch`.
 */
export function regimeColumns(regime: Regime, pipeline: FeaturePipeline): DerivedColumn[] {
  if (regime.pipelineHash !== pipeline.hash) {
    throw new UserError("model/schema-mismatch", `The regimes "${regime.name}" were fitted to other features.`, {
      path: "pipelineHash",
      hint: "Use the regimes that were saved with the model, or fit them to these features.",
    });
  }
  const places = placesOf(regime.columns, pipeline);
  const names = namesOf(regime.name, regime.kind === "hidden-markov" ? regime.model.means.length : undefined);
  return names.map((name, output) => ({
    name,
    hash: hashOf({ schema: "tradewind/regime-column@1", regime, output }),
    window: 1,
    start() {
      const next = startRegime(regime);
      const values = new Float64Array(places.length);
      return (row) => {
        for (let index = 0; index < values.length; index++) values[index] = row[places[index]!]!;
        return next(values)[output]!;
      };
    },
  }));
}

/** A pipeline with the columns of regimes behind its own, all fitted on this very pipeline. */
export const withRegimes = (pipeline: FeaturePipeline, regimes: readonly Regime[]): FeaturePipeline =>
  withDerived(
    pipeline,
    regimes.flatMap((regime) => regimeColumns(regime, pipeline)),
  );
