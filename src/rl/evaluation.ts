import { z } from "zod";
import { parse, UserError } from "../base/index.ts";
import { type Policy, type VectorEnvironment, widthOf } from "../env/index.ts";
import { type Snapshot, snapshotFacts } from "./trained-model.ts";

/** How a policy did without dice over whole episodes: raw returns, their population standard deviation, lengths in steps. */
export interface EpisodeStatistics {
  readonly episodes: number;
  readonly meanReturn: number;
  readonly returnDeviation: number;
  readonly meanLength: number;
}

/** Statistics of the policy as it stood after so many steps of training. */
export interface Evaluation extends EpisodeStatistics {
  readonly steps: number;
}

/** How training is evaluated on the way, and what follows from it. */
export interface EvaluateOptions {
  /** Apart from the one that is trained in, and alike in observations and actions. It is reset with the same seed each time. */
  readonly environment: VectorEnvironment;
  /** Environment steps of training between evaluations; there is one more at the end. */
  readonly everySteps: number;
  /** 10 unless given. */
  readonly episodes?: number;
  /** Training's own unless given. */
  readonly seed?: number;
  /** Where the best policy so far is kept as a model folder, replaced as a whole. It is kept in memory and in checkpoints anyway. */
  readonly bestFolder?: string;
  /** Further fields for the manifest in `bestFolder`. */
  readonly manifest?: Record<string, unknown>;
  /** Ends training after so many evaluations in a row none of which was the best so far. */
  readonly patience?: number;
  /** Evaluations before which patience does not end training. */
  readonly minEvaluations?: number;
  /** Ends training once the mean return reaches it. */
  readonly targetReturn?: number;
}

const Limits = z.object({
  everySteps: z.int().min(1),
  episodes: z.int().min(1).default(10),
  patience: z.int().min(1).default(Infinity),
  minEvaluations: z.int().min(0).default(0),
  targetReturn: z.number().default(Infinity),
});

/**
 * Plays whole episodes without dice. Each environment plays its share of them, decided beforehand, so that short episodes do not
 * count more often than long ones (evaluate_policy of Stable-Baselines3).
 */
export function evaluatePolicy(given: Policy, environment: VectorEnvironment, episodes: number, seed: number): EpisodeStatistics {
  const { count, rewards, terminated, truncated } = environment;
  const remembering = given.fresh?.();
  const policy = remembering ?? given;
  const actions = new Float32Array(count * widthOf(policy.actionSpace));
  const left = Int32Array.from({ length: count }, (_, index) => Math.floor((episodes + index) / count));
  const running = new Float64Array(count);
  const returns: number[] = [];
  const player = policy.fresh?.(); // A memory of its own, which ends with each episode.
  const own = player ?? policy;
  let steps = 0;
  environment.reset(seed);
  while (returns.length < episodes) {
    own.decide(environment.observations, count, actions);
    environment.step(actions);
    for (let index = 0; index < count; index++) {
      if (terminated[index] === 1 || truncated[index] === 1) remembering?.forget(index);
      const ends = terminated[index] === 1 || truncated[index] === 1;
      if (ends) player?.forget(index);
      if (left[index] === 0) continue;
      running[index]! += rewards[index]!;
      steps++;
      if (!ends) continue;
      returns.push(running[index]!);
      running[index] = 0;
      left[index]!--;
    }
  }
  const meanReturn = returns.reduce((sum, value) => sum + value, 0) / episodes;
  if (!Number.isFinite(meanReturn)) throw notFinite();
  const variance = returns.reduce((sum, value) => sum + (value - meanReturn) ** 2, 0) / episodes;
  return { episodes, meanReturn, returnDeviation: Math.sqrt(variance), meanLength: steps / episodes };
}

const notFinite = () =>
  new UserError("training/not-finite", "A return of the evaluation environment is not finite.", {
    path: "evaluate.environment",
    hint: "The environment or its features give NaN or infinity; `tradewind audit` finds where.",
  });

const evaluation = z.strictObject({
  steps: z.int(),
  episodes: z.int(),
  meanReturn: z.number(),
  returnDeviation: z.number(),
  meanLength: z.number(),
});

/** Evaluations so far, in a checkpoint. The best policy's file is among the checkpoint's numbers. */
export const evaluatorState = z.strictObject({
  evaluations: z.array(evaluation),
  withoutBetter: z.int(),
  best: z.strictObject({ evaluation, facts: snapshotFacts }).nullable(),
});

export type EvaluatorState = z.output<typeof evaluatorState>;

/** Evaluates policies in training, keeps the best, and says when to stop. */
export class Evaluator {
  readonly evaluations: Evaluation[] = [];
  best: { readonly evaluation: Evaluation; readonly snapshot: Snapshot } | null = null;
  private readonly options: EvaluateOptions;
  private readonly limits: z.output<typeof Limits>;
  private readonly seed: number;
  private withoutBetter = 0;

  constructor(options: EvaluateOptions, trained: VectorEnvironment, seed: number) {
    const { environment, everySteps, episodes, patience, minEvaluations, targetReturn } = options;
    const given = { everySteps, episodes, patience, minEvaluations, targetReturn };
    this.limits = parse(Limits, given, "evaluate");
    this.options = options;
    this.seed = options.seed ?? seed;
    requireAlike(environment, trained);
  }

  /** Whether an evaluation falls due on the way from one number of steps to another. */
  isDue(before: number, after: number): boolean {
    const { everySteps } = this.limits;
    return Math.floor(after / everySteps) > Math.floor(before / everySteps);
  }

  /** Evaluates a policy; where it is the best so far, its snapshot is kept. */
  evaluate(policy: Policy, snapshot: Snapshot): { readonly evaluation: Evaluation; readonly isBest: boolean } {
    const { environment } = this.options;
    const evaluation = { steps: snapshot.facts.steps, ...evaluatePolicy(policy, environment, this.limits.episodes, this.seed) };
    this.evaluations.push(evaluation);
    const isBest = this.best === null || evaluation.meanReturn > this.best.evaluation.meanReturn;
    if (isBest) this.best = { evaluation, snapshot };
    this.withoutBetter = isBest ? 0 : this.withoutBetter + 1;
    return { evaluation, isBest };
  }

  /** Why training ends now, or null. */
  reasonToStop(): "target" | "patience" | null {
    const { patience, minEvaluations, targetReturn } = this.limits;
    if (this.best && this.best.evaluation.meanReturn >= targetReturn) return "target";
    return this.withoutBetter >= patience && this.evaluations.length >= minEvaluations ? "patience" : null;
  }

  save(): EvaluatorState {
    const { evaluations, withoutBetter, best } = this;
    return { evaluations: [...evaluations], withoutBetter, best: best && { evaluation: best.evaluation, facts: best.snapshot.facts } };
  }

  /** Takes up a saved state; `model` is the best policy's file. */
  restore({ evaluations, withoutBetter, best }: EvaluatorState, model: Uint8Array | undefined): void {
    this.evaluations.push(...evaluations);
    this.withoutBetter = withoutBetter;
    this.best = best && model ? { evaluation: best.evaluation, snapshot: { facts: best.facts, model } } : null;
  }
}

function requireAlike(environment: VectorEnvironment, trained: VectorEnvironment): void {
  const differs = (what: string, hint: string) =>
    new UserError("model/schema-mismatch", `The evaluation environment ${what}.`, { path: "evaluate.environment", hint });
  if (environment === trained) throw differs("is the one that is trained in", "Make one of its own: evaluating would disturb training.");
  if (environment.observationSchema !== trained.observationSchema)
    throw differs(
      "shows other observations than the one that is trained in",
      "Give both the same features, window, scaler and environment.",
    );
  if (JSON.stringify(environment.actionSpace) !== JSON.stringify(trained.actionSpace))
    throw differs("takes other actions than the one that is trained in", "Give both the same environment.");
}
