import { UserError } from "../base/index.ts";
import { createVectorEnvironment, type TradingEnvironment, type VectorEnvironment } from "../env/index.ts";
import type { EvaluateOptions } from "../rl/index.ts";
import type { Extensions } from "./extensions.ts";
import { stretchesOf } from "./forecast-columns.ts";
import type { Rows } from "./judge.ts";
import { fitPipeline, type LearningPipeline } from "./learning-pipeline.ts";
import { dealtByLength, isUsable, type LearningStretch } from "./learning-stretches.ts";
import { drawVariants, type MarketVariant, spreadEnvironments, toldOf } from "./market-variants.ts";
import type { TrainingTask, Watch } from "./training-task.ts";

/** What the policies of a task see and trade in. Everything in it was fitted on the bars that are learned from. */
export interface LearningMarket extends LearningPipeline {
  /** Bars that are fitted to, and of these the ones that an agent learns from. */
  readonly fitted: Rows;
  readonly learned: Rows;
  /** Bars behind them that only evaluations see; none where nothing is held out. */
  readonly heldOut: Rows | null;
  /** Versions of the bars learned from that scenarios have befallen; none unless the task asks for them. */
  readonly variants: readonly MarketVariant[];
  /** Where an agent learns, in the calm market and its versions; a new one at each call. */
  environment(seed: number): VectorEnvironment;
  /** Environments over other rows of the bars. */
  over(rows: Rows, count: number, seed: number, episode?: TrainingTask["environment"]["episode"]): TradingEnvironment;
  /** How an agent is evaluated on the way, where the task asks for it. */
  evaluate(seed: number): EvaluateOptions | undefined;
}

/** Held out for a choice among members where no evaluation is asked for. */
const shareToChooseBy = 0.2;

/** Most environments that evaluate side by side. */
const mostEvaluating = 16;

/** Fits the pipeline of a task and opens its market. Gives `null` when the signal came first. */
export async function openMarket(task: TrainingTask, extensions: Extensions, watch: Watch): Promise<LearningMarket | null> {
  const { bars, from, environment: specification, training, ensemble } = task;
  const rows = bars.close.length;
  const share = training?.validation ?? (ensemble?.kind === "switching" ? shareToChooseBy : 0);
  const fitted = { from, to: rows - Math.floor((rows - from) * share) };
  const heldOut = share === 0 ? null : { from: fitted.to, to: rows };
  requireBars(fitted, heldOut, specification.window);
  const fit = await fitPipeline(task, fitted, extensions, watch);
  if (!fit) return null;
  const { pipeline, features } = fit;
  const learned = { from: firstLearned(task, fitted), to: fitted.to };
  const variants = task.scenarios ? drawVariants(task.scenarios, task, learned, pipeline) : [];
  if (variants.length > 0) watch.onStage?.(toldOf(variants));

  const stretches = [
    { bars, features, rows: learned },
    ...(task.alongside ?? [])
      .map((stretch) => ({ bars: stretch, features: pipeline.batch(stretch), rows: { from: 0, to: stretch.close.length } }))
      .filter((stretch) => isUsable(stretch, specification.window)), // Of a stretch shorter than the warm-up nothing can be seen.
  ];
  const within = (stretch: LearningStretch, count: number, seed: number, episode = specification.episode) =>
    createVectorEnvironment({
      ...specification,
      ...stretch,
      ...stretch.rows,
      episode,
      pipelineHash: pipeline.hash,
      count,
      seed,
      available: extensions.environments,
      availableRewards: extensions.rewards,
    });
  const over: LearningMarket["over"] = (rows, count, seed, episode) => within({ bars, features, rows }, count, seed, episode);
  return {
    ...fit,
    fitted,
    learned,
    heldOut,
    variants,
    over,
    environment(seed) {
      const calm = (count: number) => {
        const counts = dealtByLength(count, stretches);
        return stretches.map((stretch, index) => within(stretch, counts[index]!, seed));
      };
      return spreadEnvironments(variants, task, { learned, pipelineHash: pipeline.hash, extensions, calm }, seed);
    },
    evaluate(seed) {
      if (!training || !heldOut) return undefined;
      const { evaluateEvery, episodes, patience, minEvaluations, targetReturn } = training;
      return {
        environment: over(heldOut, Math.min(episodes, mostEvaluating), seed),
        everySteps: evaluateEvery,
        episodes,
        ...(patience !== undefined && { patience }),
        ...(minEvaluations !== undefined && { minEvaluations }),
        ...(targetReturn !== undefined && { targetReturn }),
      };
    },
  };
}

/** The first bar that an agent learns from: behind those of the forecasters that it is not to see at their best. */
function firstLearned({ forecasts = [] }: TrainingTask, fitted: Rows): number {
  const ends = forecasts.filter(({ unseenOnly }) => unseenOnly).map((spec) => stretchesOf(spec, fitted).validation.to);
  return Math.max(fitted.from, ...ends);
}

function requireBars(fitted: Rows, heldOut: Rows | null, window: number): void {
  if (fitted.to - fitted.from >= 2 && (heldOut === null || heldOut.to - heldOut.from >= 2 + window)) return;
  throw new UserError(
    "data/too-short",
    `the training stretch of ${(heldOut ?? fitted).to - fitted.from} bars is too short to hold some out`,
    {
      path: "experiment.training.validation",
      hint: "Use more bars, or hold out another share.",
    },
  );
}
