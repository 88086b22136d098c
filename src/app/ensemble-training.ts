import { Account, toMoney } from "../domain/index.ts";
import { createObserver } from "../env/index.ts";
import { createEnsemble, type Ensemble, forecastPolicy, type Saveable, savedMember, switchMembers, trainGate } from "../rl/index.ts";
import { policyAgent } from "../trading/index.ts";
import type { Extensions } from "./extensions.ts";
import { fitForecaster } from "./forecast-columns.ts";
import { judgeFor } from "./judge.ts";
import type { LearningMarket } from "./learning-market.ts";
import type { TrainingParts } from "./training-parts.ts";
import type { Membership, TrainingTask, Watch } from "./training-task.ts";

/** A task at work. */
interface Work {
  readonly task: TrainingTask;
  readonly market: LearningMarket;
  readonly extensions: Extensions;
  readonly parts: TrainingParts;
  readonly watch: Watch;
}

/** Members of one algorithm are to differ: each has dice of its own. */
const seedOf = ({ seed }: TrainingTask, index: number): number => seed + 10_000 * index;

/** Trains the members of an ensemble, and whoever weighs them, and makes one policy of them. Gives `null` when the signal stopped it. */
export async function trainEnsemble(ensemble: Membership, work: Work): Promise<Ensemble | null> {
  const members: Saveable[] = [];
  for (const [index, member] of ensemble.members.entries()) {
    const made = await memberOf(member, index, work);
    if (!made) return null;
    members.push(made);
  }
  const { kind } = ensemble;
  if (kind === "gate") {
    const controller = await controllerOf(ensemble, members, work);
    return controller && createEnsemble({ kind, params: ensemble.params, members, controller });
  }
  const isOpen = kind === "switching" && !Object.hasOwn(ensemble.params, "active");
  const params = isOpen ? { ...ensemble.params, active: await bestOf(members, work) } : ensemble.params;
  return createEnsemble({ kind, params, members });
}

async function memberOf(
  { folder, forecast, algorithm, totalSteps }: Membership["members"][number],
  index: number,
  { task, market, parts, watch, extensions }: Work,
): Promise<Saveable | null> {
  if (folder !== undefined) return savedMember(folder);
  const part = `member-${index}`;
  if (forecast) return forecastMember(forecast, part, { task, market, extensions, watch });
  const seed = seedOf(task, index);
  const agent = await parts.train({
    part,
    algorithm: algorithm ?? task.algorithm,
    totalSteps: totalSteps ?? task.totalSteps,
    seed,
    environment: market.environment(seed),
    evaluate: market.evaluate(seed),
  });
  return agent.interrupted ? null : kept(agent, task);
}

/** Of a trained agent the policy that evaluated best, where it is to be kept, else the last. */
export const kept = <Agent extends { readonly best: Saveable | null } & Saveable>(agent: Agent, { training }: TrainingTask): Saveable =>
  training?.keepBest && agent.best ? agent.best : agent;

/** A supervised member: holds what its forecast of the coming return calls for. */
async function forecastMember(
  { sensitivity, ...forecast }: NonNullable<Membership["members"][number]["forecast"]>,
  part: string,
  { task, market, extensions, watch }: Omit<Work, "parts">,
): Promise<Saveable | null> {
  const { environment } = task;
  // The window of an observation is what it forecasts from.
  const spec = { ...forecast, params: { ...forecast.params, window: environment.window } };
  const forecaster = await fitForecaster(task, part, spec, { features: market.features, rows: market.fitted }, watch);
  if (!forecaster) return null;
  const observer = createObserver(environment, market.pipeline, extensions.environments);
  const { schema: observationSchema, size: observationSize, actionSpace } = observer;
  const account = new Account(toMoney(task.bars.instrument, environment.initialCash));
  const exposures =
    actionSpace.kind === "discrete"
      ? Array.from({ length: actionSpace.count }, (_, choice) => observer.act(Float32Array.of(choice), account) ?? 0)
      : undefined;
  return forecastPolicy(forecaster, { observationSchema, observationSize, actionSpace, sensitivity, ...(exposures && { exposures }) });
}

async function controllerOf(
  { controller }: Membership,
  members: readonly Saveable[],
  { task, market, parts }: Work,
): Promise<Saveable | null> {
  const seed = seedOf(task, members.length);
  const policies = members.map(({ policy }) => policy);
  const agent = await parts.train({
    part: "controller",
    algorithm: controller.algorithm ?? task.algorithm,
    totalSteps: controller.totalSteps ?? task.totalSteps,
    seed,
    environment: market.environment(seed),
    evaluate: market.evaluate(seed),
    by: (options) => trainGate(policies, options),
  });
  return agent.interrupted ? null : kept(agent, task);
}

/** The member with the best Sharpe ratio on the bars that were held out; one that never traded there has none. */
async function bestOf(members: readonly Saveable[], { task, market, extensions, watch }: Work): Promise<number> {
  const { environment, bars } = task;
  const judge = judgeFor({ environment }, bars, watch.signal);
  const validation = market.heldOut!;
  const period = { training: market.learned, validation, trading: { from: validation.to, to: validation.to } };
  const [choice] = await switchMembers([period], async () => {
    const scores: number[] = [];
    for (const { policy } of members) {
      const agent = policyAgent(createObserver(environment, market.pipeline, extensions.environments), policy);
      scores.push((await judge.judge(agent, validation)).metrics.sharpe ?? NaN);
    }
    watch.onStage?.(`switching: Sharpe ratios ${scores.map((score) => score.toFixed(2)).join(", ")} on the bars held out`);
    return scores;
  });
  return choice!.active;
}
