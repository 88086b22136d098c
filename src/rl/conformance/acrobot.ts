import type { Dynamics } from "./dynamics.ts";

const [gravity, seconds, quarterTurn] = [9.8, 0.2, Math.PI / 2];
const [maxSpeed1, maxSpeed2] = [4 * Math.PI, 9 * Math.PI];

/** Angles and angular velocities of the two links, and slots for their rates of change at the four points of a Runge–Kutta step. */
const point = new Float64Array(4);
const rates = [0, 1, 2, 3].map(() => new Float64Array(4)) as [Float64Array, Float64Array, Float64Array, Float64Array];

/** Rates of change at `point`: the "book" dynamics (Sutton & Barto, 1998) for links of mass 1, length 1, centre 0.5 and inertia 1. */
function differentiate(torque: number, out: Float64Array): void {
  const [angle1, angle2, w1, w2] = [point[0]!, point[1]!, point[2]!, point[3]!];
  const [sin, cos] = [Math.sin(angle2), Math.cos(angle2)];
  const d1 = 0.25 + (1 + 0.25 + cos) + 1 + 1;
  const d2 = 0.25 + 0.5 * cos + 1;
  const phi2 = 0.5 * gravity * Math.cos(angle1 + angle2 - quarterTurn);
  const phi1 = -0.5 * w2 * w2 * sin - w2 * w1 * sin + 1.5 * gravity * Math.cos(angle1 - quarterTurn) + phi2;
  const acceleration2 = (torque + (d2 / d1) * phi1 - 0.5 * w1 * w1 * sin - phi2) / (0.25 + 1 - (d2 * d2) / d1);
  out[0] = w1;
  out[1] = w2;
  out[2] = -(d2 * acceleration2 + phi1) / d1;
  out[3] = acceleration2;
}

function moveAlong(states: Float64Array, at: number, rate: Float64Array, time: number): void {
  for (let index = 0; index < 4; index++) point[index] = states[at + index]! + time * rate[index]!;
}

function rungeKutta(states: Float64Array, at: number, torque: number): void {
  const [k1, k2, k3, k4] = rates;
  moveAlong(states, at, k1, 0);
  differentiate(torque, k1);
  moveAlong(states, at, k1, seconds / 2);
  differentiate(torque, k2);
  moveAlong(states, at, k2, seconds / 2);
  differentiate(torque, k3);
  moveAlong(states, at, k3, seconds);
  differentiate(torque, k4);
  for (let index = 0; index < 4; index++)
    states[at + index]! += (seconds / 6) * (k1[index]! + 2 * k2[index]! + 2 * k3[index]! + k4[index]!);
}

function wrapped(angle: number): number {
  let result = angle;
  while (result > Math.PI) result -= 2 * Math.PI;
  while (result < -Math.PI) result += 2 * Math.PI;
  return result;
}

/**
 * Acrobot-v1 of Gymnasium (Sutton, 1996): cosine and sine of both angles and the two angular velocities; torque -1, 0 or 1 between the
 * links; reward -1 a step, 0 on the one that lifts the tip above one link's length.
 */
export const acrobot: Dynamics = {
  name: "Acrobot-v1",
  stateSize: 4,
  observationSize: 6,
  actionSpace: { kind: "discrete", count: 3 },
  limit: 500,
  start(states, from, random) {
    for (let at = from; at < from + 4; at++) states[at] = Math.fround(0.2 * random.uniform() - 0.1);
  },
  observe(states, from, out, to) {
    out[to] = Math.cos(states[from]!);
    out[to + 1] = Math.sin(states[from]!);
    out[to + 2] = Math.cos(states[from + 1]!);
    out[to + 3] = Math.sin(states[from + 1]!);
    out[to + 4] = states[from + 2]!;
    out[to + 5] = states[from + 3]!;
  },
  step(states, actions, rewards, terminated) {
    for (let index = 0, at = 0; at < states.length; index++, at += 4) {
      rungeKutta(states, at, actions[index]! - 1);
      states[at] = wrapped(states[at]!);
      states[at + 1] = wrapped(states[at + 1]!);
      states[at + 2] = Math.min(Math.max(states[at + 2]!, -maxSpeed1), maxSpeed1);
      states[at + 3] = Math.min(Math.max(states[at + 3]!, -maxSpeed2), maxSpeed2);
      const isUp = -Math.cos(states[at]!) - Math.cos(states[at + 1]! + states[at]!) > 1;
      rewards[index] = isUp ? 0 : -1;
      terminated[index] = isUp ? 1 : 0;
    }
  },
};
