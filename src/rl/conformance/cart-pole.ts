import type { Dynamics } from "./dynamics.ts";

const [gravity, poleMass, totalMass, halfLength, force, seconds] = [9.8, 0.1, 1.1, 0.5, 10, 0.02];
const maxAngle = (12 * 2 * Math.PI) / 360;

/**
 * CartPole-v1 of Gymnasium (Barto, Sutton & Anderson, 1983): position, velocity, angle, angular velocity; reward 1 a step, the falling
 * one included; 500 steps are a truncation.
 */
export const cartPole: Dynamics = {
  name: "CartPole-v1",
  stateSize: 4,
  observationSize: 4,
  actionSpace: { kind: "discrete", count: 2 },
  limit: 500,
  start(states, from, random) {
    for (let at = from; at < from + 4; at++) states[at] = 0.1 * random.uniform() - 0.05;
  },
  observe(states, from, out, to) {
    for (let index = 0; index < 4; index++) out[to + index] = states[from + index]!;
  },
  step(states, actions, rewards, terminated) {
    for (let index = 0, at = 0; at < states.length; index++, at += 4) {
      const angle = states[at + 2]!;
      const [v, w, sin, cos] = [states[at + 1]!, states[at + 3]!, Math.sin(angle), Math.cos(angle)];
      const push = ((actions[index] === 1 ? force : -force) + poleMass * halfLength * w * w * sin) / totalMass;
      const angularAcceleration = (gravity * sin - cos * push) / (halfLength * (4 / 3 - (poleMass * cos * cos) / totalMass));
      const acceleration = push - (poleMass * halfLength * angularAcceleration * cos) / totalMass;
      states[at]! += seconds * v;
      states[at + 1] = v + seconds * acceleration;
      states[at + 2] = angle + seconds * w;
      states[at + 3] = w + seconds * angularAcceleration;
      rewards[index] = 1;
      terminated[index] = Math.abs(states[at]!) > 2.4 || Math.abs(states[at + 2]!) > maxAngle ? 1 : 0;
    }
  },
};
