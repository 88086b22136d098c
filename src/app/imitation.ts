import { assert, parseParams, systemClock, UserError } from "../base/index.ts";
import { type Account, emptyBar, readBar } from "../domain/index.ts";
import { createObserver, type Observer } from "../env/index.ts";
import { type Demonstrations, type InitialWeightsOptions, train } from "../rl/index.ts";
import { type Agent, noOrders } from "../trading/index.ts";
import type { Extensions } from "./extensions.ts";
import type { LearningMarket } from "./learning-market.ts";
import { loadTradingModel } from "./model.ts";
import { checkpointOf, type Teaching, type TrainingTask, type Watch } from "./training-task.ts";

/** Algorithms whose policy behaviour cloning can train: what it must be told, and whether it trains all that they begin with. */
const learnFromClones: Readonly<Record<string, { readonly params: Record<string, unknown>; readonly isWhole: boolean }>> = {
  "ppo": { params: {}, isWhole: true },
  "a2c": { params: {}, isWhole: true },
  "ppo-lagrangian": { params: {}, isWhole: false }, // Its critic of costs begins as it is.
  "sac": { params: { squashed: true, hidden: [256, 256], normaliseObservations: false }, isWhole: false }, // So do its critics.
};

/** Parameters of an algorithm that say what its network looks like, which the clone's must equal. */
const networkFields = [
  "extractor",
  "hidden",
  "activation",
  "sharedBody",
  "orthogonalInit",
  "logStdInit",
  "useSde",
  "normaliseObservations",
];

/** What a teacher does in the bars that are learned from, observed as the policy will observe them. */
export async function demonstrationsOf(
  teacher: Teaching,
  task: TrainingTask,
  market: LearningMarket,
  extensions: Extensions,
): Promise<Demonstrations> {
  const { steps } = teacher;
  const agents = await teacherAgents(teacher, extensions);
  const environment = market.over(market.learned, 1, task.seed);
  const observer = createObserver(task.environment, market.pipeline, extensions.environments);
  const size = observer.size;
  const observations = new Float32Array(steps * size);
  const actions = new Float32Array(steps);
  const { bars } = task;
  const bar = emptyBar();
  const choose = nearestAction(observer);
  const action = new Float32Array(1);
  let agent = agents();
  let seen = 0;
  for (let step = 0; step < steps; step++) {
    while (bars.closeTime[seen]! <= environment.observedAt[0]!) agent.update(readBar(bars, seen++, bar));
    const account = environment.accounts[0]!;
    action[0] = choose(agent.decide(account, noOrders(account, bars.instrument)), account);
    observations.set(environment.observations, step * size);
    actions[step] = action[0];
    environment.step(action);
    if (environment.terminated[0] === 0 && environment.truncated[0] === 0) continue;
    agent = agents(); // The next episode begins elsewhere, with all that went before it in view.
    seen = 0;
  }
  return { observations, actions };
}

/** Gives a fresh agent of the teacher at each call. */
async function teacherAgents(
  { strategy, folder }: Pick<Teaching, "strategy" | "folder">,
  { strategies }: Extensions,
): Promise<() => Agent> {
  if (folder !== undefined) return (await loadTradingModel(folder)).agent;
  assert(strategy && strategies[strategy.name], "a teacher is a strategy or a model");
  const kind = strategies[strategy.name]!;
  const params = parseParams(kind.params, strategy.params, "teacher.strategy.params");
  return () => kind.agent(params);
}

/** Numbers that are tried where an action is a number. */
const gridSize = 41;

/**
 * Chooses the action whose exposure comes nearest to the one that is wanted; `null` wants what there is. An action that keeps the
 * position counts as the exposure that there is, and of equals the first is taken.
 */
function nearestAction(observer: Observer): (wanted: number | null, account: Account) => number {
  const { actionSpace: space } = observer;
  const grid =
    space.kind === "discrete"
      ? Array.from({ length: space.count }, (_, choice) => choice)
      : Array.from({ length: gridSize }, (_, index) => space.low + ((space.high - space.low) * index) / (gridSize - 1));
  const tried = new Float32Array(1);
  return (wanted, account) => {
    const target = wanted ?? account.exposure;
    const bounded = space.kind === "box" ? [Math.min(Math.max(target, space.low), space.high), ...grid] : grid;
    let best = bounded[0]!;
    let least = Infinity;
    for (const action of bounded) {
      tried[0] = action;
      const distance = Math.abs((observer.act(tried, account) ?? account.exposure) - target);
      if (distance < least) [best, least] = [action, distance];
    }
    return best;
  };
}

/** Clones a teacher into a policy for the task's algorithm to begin with. Gives `null` when the signal stopped it. */
export async function cloneOf(
  teacher: Teaching,
  task: TrainingTask,
  market: LearningMarket,
  extensions: Extensions,
  { onStage, signal }: Watch,
): Promise<InitialWeightsOptions | null> {
  const { name, params } = task.algorithm;
  const special = Object.hasOwn(learnFromClones, name) ? learnFromClones[name]! : undefined;
  if (!special) {
    throw new UserError("config/invalid", `algorithm: the policy of ${name} cannot be cloned from a teacher`, {
      path: "experiment.teacher",
      hint: `Those of ${Object.keys(learnFromClones).join(", ")} can.`,
    });
  }
  const shape = Object.fromEntries(Object.entries(params).filter(([field]) => networkFields.includes(field)));
  const clone = await train({
    algorithm: "behaviour-cloning",
    params: { ...special.params, ...shape, ...teacher.params },
    environment: market.environment(task.seed),
    totalSteps: teacher.passes * teacher.steps,
    seed: task.seed,
    clock: systemClock,
    teacher: await demonstrationsOf(teacher, task, market, extensions),
    onProgress: ({ steps, policyLoss }) =>
      onStage?.(`teacher: pass ${Math.round(steps / teacher.steps)} of ${teacher.passes}, loss ${policyLoss.toFixed(4)}`),
    ...(signal && { signal }),
    ...checkpointOf(task, "teacher"),
  });
  return clone.interrupted ? null : { from: clone.weights(), allowPartial: !special.isWhole };
}
