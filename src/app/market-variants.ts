import { Random } from "../base/index.ts";
import { sliceBars } from "../domain/index.ts";
import { createVectorEnvironment, joinEnvironments, type VectorEnvironment } from "../env/index.ts";
import type { FeatureMatrix, FeaturePipeline } from "../features/index.ts";
import { type MarketSeries, sampleScenarios, type ScenarioSpecification, seenBars, stress } from "../market/index.ts";
import type { ScenarioTraining } from "./experiment-scenarios.ts";
import type { Extensions } from "./extensions.ts";
import type { Rows } from "./judge.ts";
import type { TrainingTask } from "./training-task.ts";

/** A version of the stretch that is learned from: what befell it, and what is then seen and traded in it. */
export interface MarketVariant {
  /** Nothing, where the draws brought no scenario. */
  readonly scenarios: readonly ScenarioSpecification[];
  readonly series: MarketSeries;
  readonly features: FeatureMatrix;
}

/** The dice of versions are none of those that an environment or a learner has. */
const firstStream = 1_000_000_000;

/**
 * Draws the versions of a task's stretch. Scenarios begin within the rows that are learned from, and no bar behind those is touched or
 * looked at; features are what the pipeline, fitted on calm bars, says of what the feed shows.
 */
export function drawVariants(
  { variants, ...sampling }: ScenarioTraining,
  { bars, seed }: TrainingTask,
  learned: Rows,
  pipeline: FeaturePipeline,
): MarketVariant[] {
  const past = sliceBars(bars, 0, learned.to);
  const onsets = [sliceBars(bars, learned.from, learned.to)];
  return Array.from({ length: variants }, (_, index) => {
    const drawn = sampleScenarios(new Random(seed, firstStream + index), onsets, sampling);
    const [series] = stress([past], drawn);
    return { scenarios: drawn, series: series!, features: pipeline.batch(seenBars(series!)) };
  });
}

/**
 * The environments of a task spread over the calm market and its versions: each has as many as the others, the first ones one more
 * where that does not come out even.
 */
export function spreadEnvironments(
  variants: readonly MarketVariant[],
  { environment: specification, environments }: TrainingTask,
  market: {
    readonly learned: Rows;
    readonly pipelineHash: string;
    readonly extensions: Extensions;
    /** So many environments over the calm stretches, stretch by stretch. */
    readonly calm: (count: number) => readonly VectorEnvironment[];
  },
  seed: number,
): VectorEnvironment {
  const versions = variants.length + 1;
  const countOf = (version: number) => Math.floor(environments / versions) + (version < environments % versions ? 1 : 0);
  const stressed = variants.map(({ series: { bars, conditions }, features }, index) =>
    createVectorEnvironment({
      ...specification,
      bars,
      conditions,
      features,
      pipelineHash: market.pipelineHash,
      ...market.learned,
      count: countOf(index + 1),
      available: market.extensions.environments,
      availableRewards: market.extensions.rewards,
    }),
  );
  const parts = [...market.calm(countOf(0)), ...stressed];
  if (parts.length === 1) return parts[0]!;
  const joined = joinEnvironments(parts);
  joined.reset(seed);
  return joined;
}

/** What befell each version and when, in a line for whoever watches; the model's manifest and the report state all of it. */
export const toldOf = (variants: readonly MarketVariant[]): string => {
  const each = variants.map(({ scenarios }) => {
    const named = scenarios.map(({ scenario, onsetMs }) => `${scenario} after ${new Date(onsetMs).toISOString().slice(0, 16)}`);
    return named.length === 0 ? "nothing" : named.join(" and ");
  });
  return `${each.length} ${each.length === 1 ? "version" : "versions"} of the market: ${each.join("; ")}`;
};
