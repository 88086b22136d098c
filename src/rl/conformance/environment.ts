import { hashOf, Random, type RandomState } from "../../base/index.ts";
import { type VectorEnvironment, widthOf } from "../../env/index.ts";
import type { Dynamics } from "./dynamics.ts";

interface Saved {
  readonly random: RandomState;
  readonly states: readonly number[];
  readonly ages: readonly number[];
}

/** `count` instances of a control problem under the contract of every environment; nothing is allocated after this. */
export function conformanceEnvironment(dynamics: Dynamics, count: number): VectorEnvironment {
  const { name, stateSize, observationSize, actionSpace, limit } = dynamics;
  const states = new Float64Array(count * stateSize);
  const ages = new Int32Array(count);
  const random = new Random(0);
  const observations = new Float32Array(count * observationSize);
  const finalObservations = new Float32Array(count * observationSize);
  const rewards = new Float32Array(count);
  const [terminated, truncated] = [new Uint8Array(count), new Uint8Array(count)];

  const observe = (index: number) => dynamics.observe(states, index * stateSize, observations, index * observationSize);

  function begin(index: number): void {
    dynamics.start(states, index * stateSize, random);
    ages[index] = 0;
    observe(index);
  }

  function end(index: number): void {
    const from = index * observationSize;
    for (let at = from; at < from + observationSize; at++) finalObservations[at] = observations[at]!;
    begin(index);
  }

  return {
    count,
    observationSpace: { kind: "box", size: observationSize, low: -Infinity, high: Infinity },
    actionSpace,
    observationSchema: hashOf({ name, width: widthOf(actionSpace) }),
    observations,
    finalObservations,
    rewards,
    terminated,
    truncated,
    reset(seed) {
      random.restore(new Random(seed, 9).save());
      for (let index = 0; index < count; index++) begin(index);
    },
    step(actions) {
      dynamics.step(states, actions, rewards, terminated);
      for (let index = 0; index < count; index++) {
        observe(index);
        truncated[index] = ++ages[index]! >= limit && terminated[index] === 0 ? 1 : 0;
        if (terminated[index] === 1 || truncated[index] === 1) end(index);
      }
    },
    save: (): Saved => ({ random: random.save(), states: [...states], ages: [...ages] }),
    restore(saved) {
      const { random: words, states: numbers, ages: steps } = saved as Saved;
      random.restore(words);
      states.set(numbers);
      ages.set(steps);
      for (let index = 0; index < count; index++) observe(index);
    },
  };
}
