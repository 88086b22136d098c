import { expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import type { Policy } from "../env/index.ts";
import { combine } from "./ensemble.ts";
import gate, { controllerSchema } from "./ensembles/gate.ts";
import { evaluatePolicy } from "./evaluation.ts";
import { gatedEnvironment, trainGate } from "./gate.ts";
import { type Toy, toyEnvironment } from "./testing/toy-environment.ts";

/** Two regimes: in one the shown number is to be repeated, in the other its opposite is to be given. */
const regimes: Toy = {
  name: "regimes",
  stateSize: 2,
  observationSize: 2,
  actionSpace: { kind: "box", size: 1, low: -1, high: 1 },
  limit: 50,
  start: (state, random) => {
    state[0] = 2 * random.uniform() - 1;
    state[1] = random.below(2);
  },
  observe: (state, out) => out.set(state),
  step(state, { 0: action }, random) {
    const wanted = state[1] === 1 ? state[0]! : -state[0]!;
    state[0] = 2 * random.uniform() - 1;
    state[1] = random.below(2);
    return { reward: 1 - Math.abs(action! - wanted), terminated: false };
  },
};

const { observationSchema } = toyEnvironment(regimes, 1);

/** A member that is right in one regime only. */
const specialist = (sign: number): Policy => ({
  observationSchema,
  observationSize: 2,
  actionSpace: regimes.actionSpace,
  decide: (observations, count, out) => {
    for (let row = 0; row < count; row++) out[row] = sign * observations[2 * row]!;
  },
});

const members = [specialist(1), specialist(-1)];

test("an action weighs the members just as the ensemble does", () => {
  const [inner, twin] = [toyEnvironment(regimes, 3), toyEnvironment(regimes, 3)];
  const environment = gatedEnvironment(inner, members);
  const logits = Float32Array.of(0, 0, 2, -1, -5, 5);
  const controller: Policy = {
    observationSchema: controllerSchema(observationSchema, 2),
    observationSize: 2,
    actionSpace: { kind: "box", size: 2, low: -5, high: 5 },
    decide: (_, __, out) => out.set(logits),
  };
  const ensemble = combine(gate, members, {}, controller);
  const actions = new Float32Array(3);
  environment.reset(7);
  twin.reset(7);
  for (let step = 0; step < 60; step++) {
    ensemble.decide(twin.observations, 3, actions);
    twin.step(actions);
    environment.step(logits);
    for (const name of ["observations", "rewards", "terminated", "truncated"] as const) expect(environment[name]).toEqual(twin[name]);
  }
  const saved = environment.save();
  environment.step(logits);
  const after = [...environment.observations, ...environment.rewards];
  environment.restore(saved);
  environment.step(logits);
  expect([...environment.observations, ...environment.rewards]).toEqual(after);
});

test("a controller learns which member to trust when, and beats each of them and their mean", async () => {
  const controller = await trainGate(members, {
    algorithm: "ppo",
    params: { nSteps: 64, learningRate: 1e-3, gamma: 0, entropyCoef: 0 },
    environment: toyEnvironment(regimes, 8),
    totalSteps: 16_384,
    seed: 1,
    clock: manualClock(),
    evaluate: { environment: toyEnvironment(regimes, 4), everySteps: 8_192 },
  });
  const returnOf = (policy: Policy) => evaluatePolicy(policy, toyEnvironment(regimes, 4), 20, 9).meanReturn;
  const policy = combine(gate, members, {}, controller.policy);
  expect(Math.max(...members.map(returnOf))).toBeLessThan(30);
  expect(returnOf(policy)).toBeGreaterThan(45);
  expect(policy.weigh(Float32Array.of(0.5, 1))[0]).toBeGreaterThan(0.9);
  expect(policy.weigh(Float32Array.of(0.5, 0))[1]).toBeGreaterThan(0.9);
  expect(controller.evaluations.at(-1)!.meanReturn).toBeGreaterThan(45);
});
