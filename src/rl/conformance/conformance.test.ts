import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { numpyRandom } from "../testing/numpy-random.ts";
import { conformanceEnvironment, conformanceProblems, type Dynamics } from "./index.ts";

const { acrobot, cartPole, mountainCarContinuous, pendulum } = conformanceProblems;

/** Steps one instance in place. */
function stepOne(dynamics: Dynamics, state: Float64Array, action: number): { reward: number; terminated: boolean } {
  const [rewards, terminated] = [new Float64Array(1), new Uint8Array(1)];
  dynamics.step(state, [action], rewards, terminated);
  return { reward: rewards[0]!, terminated: terminated[0] === 1 };
}

const expectNumbers = (got: ArrayLike<number>, expected: readonly number[]) =>
  expected.forEach((value, at) => expect(Math.abs(got[at]! - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value)));

describe("one step from Gymnasium's own vectors", () => {
  test("CartPole", () => {
    const state = Float64Array.of(0.01, -0.02, 0.03, 0.04);
    expect(stepOne(cartPole, state, 1)).toEqual({ reward: 1, terminated: false });
    expectNumbers(state, [0.0096, 0.17467919574755525, 0.0308, -0.2430687179600081]);
  });

  test("Pendulum", () => {
    const state = Float64Array.of(1, 0.5);
    expectNumbers([stepOne(pendulum, state, 1.5).reward], [-1.02725]);
    expectNumbers(state, [1.0678051619302962, 1.3561032386059226]);
  });

  test("Acrobot", () => {
    const state = Float64Array.of(0.1, -0.2, 0.3, 0.4);
    expect(stepOne(acrobot, state, 2)).toEqual({ reward: -1, terminated: false });
    expectNumbers(state, [0.1286114486664788, -0.05645357669731058, -0.014726591577313874, 1.014390031099637]);
  });

  test("MountainCarContinuous", () => {
    const state = Float64Array.of(-0.5, 0.01, 1);
    expect(stepOne(mountainCarContinuous, state, 0.5).reward).toBe(-0.025);
    expect([...state]).toEqual([-0.489426851272583, 0.010573157109320164, 0]);
  });
});

test("NumPy's generator gives NumPy's numbers", () => {
  const random = numpyRandom(42);
  const drawn = Array.from({ length: 4 }, () => random.uniform());
  expect(drawn).toEqual([0.7739560485559633, 0.4388784397520523, 0.8585979199113825, 0.6973680290593639]);
});

/** The state that Gymnasium resets to with seed 42. */
function resetState(dynamics: Dynamics): Float64Array {
  const state = new Float64Array(dynamics.stateSize);
  dynamics.start(state, 0, numpyRandom(42));
  return state;
}

describe("episodes from the states that Gymnasium resets to with seed 42", () => {
  test("a pole pushed left and right falls at the 23rd step", () => {
    const state = resetState(cartPole);
    expectNumbers(state, [0.027395604855596334, -0.006112156024794771, 0.03585979199113824, 0.019736802905936393]);
    let steps = 0;
    while (!stepOne(cartPole, state, steps++ % 2).terminated);
    expect(steps).toBe(23);
  });

  test("a pendulum under a sine of torques", () => {
    const state = resetState(pendulum);
    expectNumbers(state, [1.721316619099806, -0.12224312049589536]);
    let total = 0;
    for (let step = 0; step < 200; step++) total += stepOne(pendulum, state, 2 * Math.sin(0.1 * step)).reward;
    expectNumbers([total], [-1215.3041278644785]);
  });

  test("a car pushed the way it goes arrives at the 105th step", () => {
    const state = resetState(mountainCarContinuous);
    expectNumbers(state, [-0.44520879028880733, 0]);
    let [total, steps, arrived] = [0, 0, false];
    while (!arrived) {
      const { reward, terminated } = stepOne(mountainCarContinuous, state, state[1]! >= 0 ? 1 : -1);
      [total, steps, arrived] = [total + reward, steps + 1, terminated];
    }
    expect(steps).toBe(105);
    expect(total).toBeCloseTo(89.5, 10);
  });
});

test("a car is charged for the push it chose, and pushed by the clipped one", () => {
  const [one, ten] = [Float64Array.of(-0.5, 0, 1), Float64Array.of(-0.5, 0, 1)];
  stepOne(mountainCarContinuous, one, 1);
  expect(stepOne(mountainCarContinuous, ten, 10).reward).toBe(-10);
  expect(Math.abs(one[0]! - ten[0]!)).toBeLessThan(1e-7);
});

test("an acrobot's last step costs nothing", () => {
  const state = Float64Array.of(Math.PI - 0.1, 0.05, 0, 0);
  expect(stepOne(acrobot, state, 1)).toEqual({ reward: 0, terminated: true });
});

const problems = Object.values(conformanceProblems).map((dynamics) => [dynamics.name, dynamics] as const);

/** Random actions for `count` instances. */
function drawActions({ actionSpace }: Dynamics, count: number, random: Random): Float32Array | Int32Array {
  if (actionSpace.kind === "discrete") return Int32Array.from({ length: count }, () => random.below(actionSpace.count));
  return Float32Array.from({ length: count }, () => actionSpace.low + (actionSpace.high - actionSpace.low) * random.uniform());
}

describe.each(problems)("%s", (_, dynamics) => {
  test("instances side by side move as each does alone, and episodes end at the limit at the latest", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [together, alone] = [conformanceEnvironment(dynamics, 3), new Float64Array(3 * dynamics.stateSize)];
        together.reset(seed);
        const random = new Random(seed);
        alone.set((together.save() as { states: number[] }).states);
        const shown = new Float32Array(dynamics.observationSize);
        for (let step = 1; step <= 30; step++) {
          const actions = drawActions(dynamics, 3, random);
          together.step(actions);
          for (let index = 0; index < 3; index++) {
            const state = alone.subarray(index * dynamics.stateSize, (index + 1) * dynamics.stateSize);
            const { reward, terminated } = stepOne(dynamics, state, actions[index]!);
            expect(together.rewards[index]).toBe(Math.fround(reward));
            expect(together.terminated[index]).toBe(Number(terminated));
            dynamics.observe(state, 0, shown, 0);
            const seen = terminated ? together.finalObservations : together.observations;
            expect(seen.subarray(index * shown.length, (index + 1) * shown.length)).toEqual(shown);
            if (terminated)
              state.set((together.save() as { states: number[] }).states.slice(index * state.length, (index + 1) * state.length));
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test("is cut off at its limit, and restored it goes on as it would have", () => {
    const environment = conformanceEnvironment({ ...dynamics, limit: 7 }, 2);
    const random = new Random(4);
    const actions = Array.from({ length: 20 }, () => drawActions(dynamics, 2, random));
    environment.reset(1);
    for (let step = 0; step < 7; step++) {
      expect([...environment.truncated]).toEqual([0, 0]);
      environment.step(actions[step]!);
    }
    expect([...environment.truncated]).toEqual([1, 1]);
    const copy = conformanceEnvironment({ ...dynamics, limit: 7 }, 2);
    copy.restore(JSON.parse(JSON.stringify(environment.save())));
    expect(copy.observations).toEqual(environment.observations);
    for (const each of actions) {
      environment.step(each);
      copy.step(each);
      expect([copy.observations, copy.rewards, copy.truncated]).toEqual([
        environment.observations,
        environment.rewards,
        environment.truncated,
      ]);
    }
  });
});

test("hidden velocities are 0, and nothing else changes", () => {
  const [full, hidden] = [cartPole, conformanceProblems.cartPoleWithoutVelocity].map((dynamics) => conformanceEnvironment(dynamics, 1));
  for (const environment of [full!, hidden!]) {
    environment.reset(3);
    environment.step(Int32Array.of(1));
  }
  const [x, , angle] = full!.observations;
  expect([...hidden!.observations]).toEqual([x, 0, angle, 0]);
  expect(hidden!.observationSchema).not.toBe(full!.observationSchema);
});
