import { hashOf, Random, type RandomState } from "../../base/index.ts";
import type { Space, VectorEnvironment } from "../../env/index.ts";

/** What a toy shows and does. The state is a few numbers, rewritten in place. */
export interface Toy {
  readonly name: string;
  readonly stateSize: number;
  readonly observationSize: number;
  readonly actionSpace: Space;
  /** Steps after which an episode is cut off. */
  readonly limit: number;
  start(state: Float64Array, random: Random): void;
  observe(state: Float64Array, out: Float32Array): void;
  /** Gives the reward, what a constraint counts (0 unless given), and whether the episode has ended of itself. */
  step(
    state: Float64Array,
    action: ArrayLike<number>,
    random: Random,
  ): { readonly reward: number; readonly cost?: number; readonly terminated: boolean };
}

interface Saved {
  readonly random: RandomState;
  readonly states: readonly (readonly number[])[];
  readonly ages: readonly number[];
}

/** Many of one toy side by side, under the contract of every environment. */
export function toyEnvironment(toy: Toy, count: number): VectorEnvironment {
  const { observationSize, actionSpace } = toy;
  const states = Array.from({ length: count }, () => new Float64Array(toy.stateSize));
  const ages = new Int32Array(count);
  const random = new Random(0);
  const width = actionSpace.kind === "discrete" ? 1 : actionSpace.size;
  const rowsOf = (data: Float32Array) => states.map((_, index) => data.subarray(index * observationSize, (index + 1) * observationSize));
  const observations = new Float32Array(count * observationSize);
  const finalObservations = new Float32Array(count * observationSize);
  const [current, final] = [rowsOf(observations), rowsOf(finalObservations)];
  const [rewards, constraintCosts] = [new Float32Array(count), new Float32Array(count)];
  const [terminated, truncated] = [new Uint8Array(count), new Uint8Array(count)];

  function begin(index: number): void {
    toy.start(states[index]!, random);
    ages[index] = 0;
    toy.observe(states[index]!, current[index]!);
  }

  return {
    count,
    observationSpace: { kind: "box", size: observationSize, low: -Infinity, high: Infinity },
    actionSpace,
    observationSchema: hashOf(toy.name),
    observations,
    finalObservations,
    rewards,
    constraintCosts,
    terminated,
    truncated,
    reset(seed) {
      random.restore(new Random(seed, 9).save());
      states.forEach((_, index) => begin(index));
    },
    step(actions) {
      states.forEach((state, index) => {
        const outcome = toy.step(state, actions.subarray(index * width, (index + 1) * width), random);
        rewards[index] = outcome.reward;
        constraintCosts[index] = outcome.cost ?? 0;
        terminated[index] = Number(outcome.terminated);
        truncated[index] = Number(!outcome.terminated && ++ages[index]! >= toy.limit);
        toy.observe(state, current[index]!);
        if (terminated[index] === 0 && truncated[index] === 0) return;
        final[index]!.set(current[index]!);
        begin(index);
      });
    },
    save: (): Saved => ({ random: random.save(), states: states.map((state) => [...state]), ages: [...ages] }),
    restore(saved) {
      const { random: words, states: numbers, ages: steps } = saved as Saved;
      random.restore(words);
      ages.set(steps);
      numbers.forEach((state, index) => {
        states[index]!.set(state);
        toy.observe(states[index]!, current[index]!);
      });
    },
  };
}
