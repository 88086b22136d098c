import { conformanceProblems, type Dynamics } from "../conformance/index.ts";
import type { Toy } from "./toy-environment.ts";

/** Reward for repeating the observed choice (Stable-Baselines3's identity environment). */
export const identityOfChoices = (choices: number): Toy => ({
  name: `identity of ${choices} choices`,
  stateSize: 1,
  observationSize: choices,
  actionSpace: { kind: "discrete", count: choices },
  limit: 100,
  start: (state, random) => void (state[0] = random.below(choices)),
  observe: ([shown], out) => void out.fill(0).fill(1, shown, shown! + 1),
  step(state, { 0: action }, random) {
    const reward = Number(action === state[0]);
    state[0] = random.below(choices);
    return { reward, terminated: false };
  },
});

/** Reward for repeating the observed number: 1 less twice the distance. */
export const identityOfNumbers: Toy = {
  name: "identity of numbers",
  stateSize: 1,
  observationSize: 1,
  actionSpace: { kind: "box", size: 1, low: -1, high: 1 },
  limit: 100,
  start: (state, random) => void (state[0] = 2 * random.uniform() - 1),
  observe: (state, out) => out.set(state),
  step(state, { 0: action }, random) {
    const reward = 1 - 2 * Math.abs(action! - state[0]!);
    state[0] = 2 * random.uniform() - 1;
    return { reward, terminated: false };
  },
};

/** One instance of a conformance problem as a toy. */
function toyOf(dynamics: Dynamics): Toy {
  const { name, stateSize, observationSize, actionSpace, limit } = dynamics;
  return {
    name,
    stateSize,
    observationSize,
    actionSpace,
    limit,
    start: (state, random) => dynamics.start(state, 0, random),
    observe: (state, out) => dynamics.observe(state, 0, out, 0),
    step(state, action) {
      const [rewards, terminated] = [new Float32Array(1), new Uint8Array(1)];
      dynamics.step(state, action, rewards, terminated);
      return { reward: rewards[0]!, terminated: terminated[0] === 1 };
    },
  };
}

/** CartPole-v1 of Gymnasium. */
export const cartPole: Toy = toyOf(conformanceProblems.cartPole);

/** Pendulum-v1 of Gymnasium. */
export const pendulum: Toy = toyOf(conformanceProblems.pendulum);

/** A reward of 1 for ever, in episodes cut off after 32 steps: worth 1 / (1 - γ), unless truncation is taken for an end. */
export const endless: Toy = {
  name: "endless",
  stateSize: 1,
  observationSize: 1,
  actionSpace: { kind: "discrete", count: 2 },
  limit: 32,
  start: (state) => void state.fill(0),
  observe: (_, out) => void out.fill(1),
  step: () => ({ reward: 1, terminated: false }),
};
