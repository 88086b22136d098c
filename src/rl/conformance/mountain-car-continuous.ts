import type { Dynamics } from "./dynamics.ts";

const { fround } = Math;
const [minPosition, maxPosition, maxSpeed, goal, power] = [-1.2, 0.6, 0.07, 0.45, 0.0015];

/**
 * MountainCarContinuous-v0 of Gymnasium (Moore, 1990): position and velocity; reward 100 at the goal less a tenth of the square of the
 * push as it was chosen, before it is clipped to ±1.
 *
 * Gymnasium keeps float64 numbers from a reset until the first step and float32 ones from then on, and NumPy rounds what is computed
 * from those at each operation. The third number of the state says that no step has been taken yet.
 */
export const mountainCarContinuous: Dynamics = {
  name: "MountainCarContinuous-v0",
  stateSize: 3,
  observationSize: 2,
  actionSpace: { kind: "box", size: 1, low: -1, high: 1 },
  limit: 999,
  start(states, from, random) {
    states[from] = 0.2 * random.uniform() - 0.6;
    states[from + 1] = 0;
    states[from + 2] = 1;
  },
  observe(states, from, out, to) {
    out[to] = states[from]!;
    out[to + 1] = states[from + 1]!;
  },
  step(states, actions, rewards, terminated) {
    for (let index = 0, at = 0; at < states.length; index++, at += 3) {
      const action = actions[index]!;
      const isFresh = states[at + 2] === 1;
      const slope = 0.0025 * Math.cos(isFresh ? 3 * states[at]! : fround(3 * states[at]!));
      // A push beyond its bounds becomes a Python float, which is not rounded before it is added.
      const change = Math.abs(action) > 1 ? Math.sign(action) * power - slope : fround(fround(action * fround(power)) - fround(slope));
      let velocity = states[at + 1]! + change;
      if (!isFresh) velocity = fround(velocity);
      velocity = Math.min(Math.max(velocity, -maxSpeed), maxSpeed);
      const position = Math.min(Math.max(states[at]! + velocity, minPosition), maxPosition);
      states[at] = fround(position);
      states[at + 1] = position === minPosition && velocity < 0 ? 0 : fround(velocity);
      states[at + 2] = 0;
      const isThere = states[at]! >= fround(goal) && states[at + 1]! >= 0;
      rewards[index] = (isThere ? 100 : 0) - action * action * 0.1;
      terminated[index] = isThere ? 1 : 0;
    }
  },
};
