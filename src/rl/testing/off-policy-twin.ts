import { Random } from "../../base/index.ts";
import type { VectorEnvironment } from "../../env/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { gradient, type Parameters, type Tensor } from "../../graph/index.ts";
import type { MethodContext } from "../off-policy/learner.ts";
import { ReplayMemory } from "../replay-memory.ts";
import { toyEnvironment } from "./toy-environment.ts";
import { pendulum } from "./toys.ts";

type Numbers = Record<string, ArrayLike<number>>;

/** Adam in float64, as its paper has it, over named blocks. */
export class PlainAdam {
  private readonly moments = new Map<string, { first: Float64Array; second: Float64Array }>();
  private count = 0;

  /** New numbers of each named parameter. */
  step(numbers: Numbers, gradients: Readonly<Record<string, Float64Array>>, learningRate: number): Numbers {
    this.count++;
    return Object.fromEntries(
      Object.entries(gradients).map(([name, g]) => {
        const kept = this.moments.get(name) ?? { first: new Float64Array(g.length), second: new Float64Array(g.length) };
        this.moments.set(name, kept);
        const moved = Float64Array.from(numbers[name]!, (value, at) => {
          kept.first[at] = 0.9 * kept.first[at]! + 0.1 * g[at]!;
          kept.second[at] = 0.999 * kept.second[at]! + 0.001 * g[at]! ** 2;
          const [first, second] = [kept.first[at]! / (1 - 0.9 ** this.count), kept.second[at]! / (1 - 0.999 ** this.count)];
          return value - (learningRate * first) / (Math.sqrt(second) + 1e-8);
        });
        return [name, moved];
      }),
    );
  }
}

/** ∂loss/∂parameter in float64, by name. */
export function gradientsOf(loss: Tensor, { tensors }: Parameters, feeds: Numbers): Record<string, Float64Array> {
  const names = Object.keys(tensors);
  const flows = interpret(gradient(loss, Object.values(tensors)), feeds);
  return Object.fromEntries(flows.map((flow, index) => [names[index]!, flow]));
}

/** What the parameters of a block hold, by name. */
export const heldBy = ({ tensors }: Parameters): Numbers =>
  Object.fromEntries(Object.entries(tensors).map(([name, { attributes }]) => [name, Float64Array.from(attributes.data)]));

/** All numbers of a block in one row, in the block's order. */
export const rowOf = ({ tensors }: Parameters, numbers: Numbers): Float64Array =>
  Float64Array.from(Object.keys(tensors).flatMap((name) => Array.from(numbers[name]!)));

/** Targets moved towards the trained: names differ in their prefixes only. */
export const movedNumbers = (targets: Numbers, trained: Numbers, tau: number): Numbers => {
  const sources = Object.values(trained);
  return Object.fromEntries(
    Object.entries(targets).map(([name, data], index) => [
      name,
      Float64Array.from(data, (value, at) => (1 - tau) * value + tau * sources[index]![at]!),
    ]),
  );
};

/** A memory of so many random steps of Pendulum, and what a method is made with around it. */
export function filledContext(steps: number, updatesEach: number): MethodContext & { readonly environment: VectorEnvironment } {
  const environment = toyEnvironment(pendulum, 1);
  environment.reset(3);
  const memory = new ReplayMemory({ environment, capacity: steps, gamma: 0.9, nSteps: 1 });
  const random = new Random(9);
  for (let step = 0; step < steps; step++) {
    const action = 2 * random.uniform() - 1;
    memory.beforeStep(Float32Array.of(action));
    environment.step(Float32Array.of(2 * action));
    memory.afterStep();
  }
  return {
    environment,
    count: 1,
    observationSize: 3,
    actionSpace: environment.actionSpace as MethodContext["actionSpace"],
    memory,
    observationNormaliser: undefined,
    updatesEach,
    initial: new Random(1),
    acting: new Random(2),
    updating: new Random(4),
  };
}

/** A batch of so many rows as the method will draw it next. */
export function drawnBatch(memory: ReplayMemory, rows: number, random: Random): Record<string, Float32Array> {
  const batch = {
    observation: new Float32Array(rows * 3),
    nextObservation: new Float32Array(rows * 3),
    pair: new Float32Array(rows * 4),
    reward: new Float32Array(rows),
    discount: new Float32Array(rows),
  };
  memory.sample(batch, random);
  return batch;
}
