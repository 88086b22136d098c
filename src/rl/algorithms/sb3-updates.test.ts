import { describe, expect, test } from "vitest";
import { type ParamsShape, parseParams, Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { adam, constant, type Optimizer, type Parameters, rmsprop, type Tensor } from "../../graph/index.ts";
import { MinibatchUpdates, standardise, type WatchedLoss } from "../on-policy/minibatch-updates.ts";
import { sequencePlan } from "../on-policy/sequences.ts";
import type { ActorCriticSpec } from "../policies/actor-critic.ts";
import { type ActorCritic, actorCritic, recurrentActorCritic } from "../policies/index.ts";
import recorded from "../testing/sb3-updates.json" with { type: "json" };
import a2c, { a2cLoss } from "./a2c.ts";
import ppo, { ppoLoss } from "./ppo.ts";
import recurrentPpo, { recurrentLoss, weighRows } from "./recurrent-ppo.ts";

// Updates that Stable-Baselines3 and sb3-contrib made from rounds that they had gathered (bench/peers/python/sb3_updates.py), made by
// ours from the same weights: Pendulum, two environments of six steps, episodes of four, state-dependent exploration.

const [rows, count, nSteps, split] = [12, 2, 6, 3];
const actionSpace: Space = { kind: "box", size: 1, low: -2, high: 2 };
const shared = { nSteps, gamma: 0.9, gaeLambda: 0.8, entropyCoef: 0.01, valueCoef: 0.4, useSde: true };
const epochs = 3;

type Recorded = (typeof recorded)["ppo"];

const columnsOf = ({ columns }: Recorded): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(columns).map(([name, numbers]) => [name, Float32Array.from(numbers)]));

const paramsOf = <Shape extends ParamsShape>({ params }: { readonly params: Shape }, given: Record<string, unknown>) =>
  parseParams(params, { ...shared, ...given });

function setWeights({ tensors }: Parameters, weights: Readonly<Record<string, readonly number[]>>): void {
  for (const [name, { attributes }] of Object.entries(tensors)) attributes.data.set(weights[name]!);
}

/** How far weights have gone, of how far theirs have. */
function expectTheirs({ tensors }: Parameters, { before, after }: Recorded): void {
  const [from, to] = [before, after] as Record<string, number[]>[];
  for (const [name, { attributes }] of Object.entries(tensors)) {
    const moved = Math.max(...to![name]!.map((value, at) => Math.abs(value - from![name]![at]!)));
    expect(moved, name).toBeGreaterThan(1e-4);
    attributes.data.forEach((value, at) => expect(Math.abs(value - to![name]![at]!), `${name} ${at}`).toBeLessThan(1e-3 * moved));
  }
}

/** Values and log-probabilities of the round, as its actor and critic see it. */
function expectScores(
  { value, logProb }: Readonly<Record<"value" | "logProb", Tensor>>,
  columns: Readonly<Record<string, Float32Array>>,
): void {
  const [values, logProbs] = interpret([value!, logProb!]) as [Float64Array, Float64Array];
  values.forEach((number, at) => expect(number).toBeCloseTo(columns.value![at]!, 5));
  logProbs.forEach((number, at) => expect(number).toBeCloseTo(columns.logProb![at]!, 5));
}

const rowsOf = (data: Float32Array, width = data.length / rows) => constant(data, [data.length / width, width]);

describe("from the same weights and the same round, an update gives what theirs gives", () => {
  /** Passes over the round as one minibatch, with a network that sees each row for itself. */
  function expectUpdate(
    theirs: Recorded,
    network: ActorCritic,
    optimizer: Optimizer,
    loss: () => WatchedLoss<string>,
    { passes, learningRate, standardises }: { readonly passes: number; readonly learningRate: number; readonly standardises: boolean },
  ): void {
    const columns = columnsOf(theirs);
    const observation = rowsOf(columns.observation!);
    const distribution = network.distribution(network.actor(observation));
    expectScores({ value: network.critic(observation), logProb: distribution.logProb(rowsOf(columns.action!)) }, columns);
    const prepare = ({ advantage }: Readonly<Record<string, Float32Array>>) => standardises && standardise(advantage!, 1);
    const updates = new MinibatchUpdates({ rows, batchSize: rows, optimizer, columns, loss, prepare });
    for (let pass = 0; pass < passes; pass++) updates.pass({ learningRate });
    updates.close();
    expectTheirs(network.parameters, theirs);
  }

  const networkOf = (params: Omit<ActorCriticSpec, "observationSize" | "actionSpace">, theirs: Recorded) => {
    const network = actorCritic({ ...params, observationSize: 3, actionSpace }, new Random(1));
    setWeights(network.parameters, theirs.before);
    return network;
  };

  test("a2c", () => {
    const params = paramsOf(a2c, { hidden: [4] });
    const network = networkOf(params, recorded.a2c);
    const optimizer = rmsprop(network.parameters, { alpha: 0.99, epsilon: 1e-5, maxGradNorm: 0.5 });
    const { learningRate } = params;
    const loss = () => a2cLoss(network, 3, rows, params);
    expectUpdate(recorded.a2c, network, optimizer, loss, { passes: 1, learningRate, standardises: false });
  });

  test("ppo", () => {
    const params = paramsOf(ppo, { hidden: [4], sdeSampleFreq: 2 });
    const network = networkOf(params, recorded.ppo);
    const optimizer = adam(network.parameters, { epsilon: 1e-5, maxGradNorm: 0.5 });
    const loss = () => ppoLoss(network, 3, rows, params);
    expectUpdate(recorded.ppo, network, optimizer, loss, { passes: epochs, learningRate: 0.01, standardises: true });
  });

  test("recurrent ppo", () => {
    const params = paramsOf(recurrentPpo, { hidden: [4], memorySize: 3, batchSize: rows });
    const network = recurrentActorCritic({ ...params, observationSize: 3, actionSpace }, new Random(1));
    setWeights(network.parameters, recorded["recurrent-ppo"].before);
    const columns = columnsOf(recorded["recurrent-ppo"]);
    const step = network.run({
      observation: rowsOf(columns.observation!),
      steps: 1,
      state: rowsOf(columns.state!),
      episodeStart: rowsOf(columns.episodeStart!),
    });
    expectScores({ value: step.value, logProb: network.distribution(step).logProb(rowsOf(columns.action!)) }, columns);
    const plan = sequencePlan({ count, nSteps, batchSize: rows, sequenceLength: null });
    const order = plan.arrange({ below: () => split } as unknown as Random);
    const updates = new MinibatchUpdates({
      rows,
      batchSize: order.length,
      optimizer: adam(network.parameters, { epsilon: 1e-5, maxGradNorm: 0.5 }),
      columns,
      arrange: () => order,
      loss: () => recurrentLoss(network, 3, plan, params),
      prepare(inputs) {
        weighRows(inputs, order, 1);
        inputs.state!.set(Array.from({ length: plan.sequences }, (_, at) => stateBefore(columns.state!, order[at * plan.steps]!)).flat());
      },
    });
    for (let pass = 0; pass < epochs; pass++) updates.pass({ random: new Random(1), learningRate: 0.01 });
    updates.close();
    expectTheirs(network.parameters, recorded["recurrent-ppo"]);
  });
});

function stateBefore(states: Float32Array, row: number): number[] {
  const width = states.length / rows;
  return row < 0 ? new Array<number>(width).fill(0) : [...states.subarray(row * width, (row + 1) * width)];
}
