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

const [gravity, poleMass, totalMass, halfLength, force, seconds] = [9.8, 0.1, 1.1, 0.5, 10, 0.02];

/** CartPole-v1 of Gymnasium: reward 1 a step, the falling one included; 500 steps are a truncation. */
export const cartPole: Toy = {
  name: "CartPole-v1",
  stateSize: 4,
  observationSize: 4,
  actionSpace: { kind: "discrete", count: 2 },
  limit: 500,
  start: (state, random) => state.forEach((_, index) => (state[index] = 0.1 * random.uniform() - 0.05)),
  observe: (state, out) => out.set(state),
  step(state, { 0: action }) {
    const [x, v, angle, w] = state as unknown as [number, number, number, number];
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const push = ((action === 1 ? force : -force) + poleMass * halfLength * w * w * sin) / totalMass;
    const angularAcceleration = (gravity * sin - cos * push) / (halfLength * (4 / 3 - (poleMass * cos * cos) / totalMass));
    const acceleration = push - (poleMass * halfLength * angularAcceleration * cos) / totalMass;
    state.set([x + seconds * v, v + seconds * acceleration, angle + seconds * w, w + seconds * angularAcceleration]);
    return { reward: 1, terminated: Math.abs(state[0]!) > 2.4 || Math.abs(state[2]!) > (12 * 2 * Math.PI) / 360 };
  },
};

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
