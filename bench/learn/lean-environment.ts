import { Random } from "../../src/base/index.ts";
import type { VectorEnvironment } from "../../src/env/index.ts";

const observationSize = 64;
const episodeLength = 500;

/** An environment that costs next to nothing, so that what is measured is the learner: noise that the action moves a little. */
export function leanEnvironment(count: number): VectorEnvironment {
  const noise = new Float32Array(1 << 16);
  const random = new Random(7);
  for (let at = 0; at < noise.length; at++) noise[at] = random.normal();
  const observations = new Float32Array(count * observationSize);
  const rewards = new Float32Array(count);
  const truncated = new Uint8Array(count);
  let cursor = 0;
  let age = 0;
  const show = () => {
    cursor = (cursor + observations.length + 1) % (noise.length - observations.length);
    observations.set(noise.subarray(cursor, cursor + observations.length));
  };
  return {
    count,
    observationSpace: { kind: "box", size: observationSize, low: -Infinity, high: Infinity },
    actionSpace: { kind: "discrete", count: 3 },
    observationSchema: "lean",
    observations,
    finalObservations: observations,
    rewards,
    terminated: new Uint8Array(count),
    truncated,
    reset: show,
    step(actions) {
      for (let index = 0; index < count; index++) rewards[index] = (actions[index]! - 1) * observations[index * observationSize]!;
      truncated.fill(Number(++age % episodeLength === 0));
      show();
    },
    save: () => ({ cursor, age }),
    restore: () => show(),
  };
}
