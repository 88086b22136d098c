import type { Dynamics } from "./dynamics.ts";

const [maxTorque, maxSpeed, seconds] = [2, 8, 0.05];
const turn = 2 * Math.PI;

/** An angle within [-π, π). */
const wrapped = (angle: number): number => angle - turn * Math.floor((angle + Math.PI) / turn);

/** Pendulum-v1 of Gymnasium: cosine and sine of the angle from upright, angular velocity; the torque lies within ±2; never terminates. */
export const pendulum: Dynamics = {
  name: "Pendulum-v1",
  stateSize: 2,
  observationSize: 3,
  actionSpace: { kind: "box", size: 1, low: -maxTorque, high: maxTorque },
  limit: 200,
  start(states, from, random) {
    states[from] = turn * random.uniform() - Math.PI;
    states[from + 1] = 2 * random.uniform() - 1;
  },
  observe(states, from, out, to) {
    out[to] = Math.cos(states[from]!);
    out[to + 1] = Math.sin(states[from]!);
    out[to + 2] = states[from + 1]!;
  },
  step(states, actions, rewards, terminated) {
    for (let index = 0, at = 0; at < states.length; index++, at += 2) {
      const [angle, w] = [states[at]!, states[at + 1]!];
      const torque = Math.min(Math.max(actions[index]!, -maxTorque), maxTorque);
      const off = wrapped(angle);
      rewards[index] = -(off * off + 0.1 * w * w + 0.001 * torque * torque);
      const speed = Math.min(Math.max(w + (15 * Math.sin(angle) + 3 * torque) * seconds, -maxSpeed), maxSpeed);
      states[at] = angle + speed * seconds;
      states[at + 1] = speed;
      terminated[index] = 0;
    }
  },
};
