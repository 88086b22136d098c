import { Bug, Random } from "../../../base/index.ts";
import type { VectorEnvironment } from "../../vector-environment.ts";

/** An environment that does nothing but show random numbers of its seed and count its steps, without an end: for tests. */
export function scriptedEnvironment(count: number, seed = 0): VectorEnvironment {
  const observations = new Float32Array(count);
  let random = new Random(seed);
  let step = 0;
  const show = () => {
    for (let index = 0; index < count; index++) observations[index] = random.uniform();
  };
  const environment: VectorEnvironment = {
    count,
    observationSpace: { kind: "box", size: 1, low: 0, high: 1 },
    actionSpace: { kind: "discrete", count: 2 },
    observationSchema: "scripted",
    observations,
    finalObservations: new Float32Array(count),
    rewards: new Float32Array(count),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
    reset(next) {
      random = new Random(next);
      step = 0;
      show();
    },
    step(actions) {
      if (actions.length !== count || actions.some((action) => action !== 0 && action !== 1)) throw new Bug("no action");
      step++;
      environment.rewards.fill(0);
      show();
    },
    save: () => ({ step, random: random.save(), observations: Array.from(observations) }),
    restore(state) {
      const saved = state as { step: number; random: ReturnType<Random["save"]>; observations: number[] };
      step = saved.step;
      random.restore(saved.random);
      observations.set(saved.observations);
    },
  };
  show();
  return environment;
}
