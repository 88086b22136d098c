import { expect, test } from "vitest";
import { manualClock, Random } from "../../base/index.ts";
import { train } from "../../rl/index.ts";
import { type Toy, toyEnvironment } from "../../rl/testing/toy-environment.ts";
import { explainPolicy } from "./explain-policy.ts";
import { policyFunction } from "./policy-function.ts";
import { normals } from "./testing/plain-functions.ts";

const inputs = ["signal@-1", "noise@-1", "signal", "noise"];

/** What is held earns the signal of the bar before the latest; the noise is worth nothing. */
const planted: Toy = {
  name: "planted signal",
  stateSize: 4,
  observationSize: 4,
  actionSpace: { kind: "discrete", count: 3, labels: ["short", "flat", "long"] },
  limit: 50,
  start: (state, random) => state.forEach((_, at) => (state[at] = random.normal())),
  observe: (state, out) => out.set(state),
  step(state, { 0: action }, random) {
    const reward = (action! - 1) * state[0]!;
    state.copyWithin(0, 2);
    state[2] = random.normal();
    state[3] = random.normal();
    return { reward, terminated: false };
  },
};

test.each([
  ["ppo", { nSteps: 64, batchSize: 128, epochs: 8, learningRate: 0.005, hidden: [16], gamma: 0 }],
  ["recurrent-ppo", { nSteps: 64, epochs: 8, learningRate: 0.005, hidden: [16], memorySize: 16, gamma: 0 }],
])("what %s learned from is found, and noise is not taken for it", async (algorithm, params) => {
  const { policy } = await train({
    algorithm,
    params,
    environment: toyEnvironment(planted, 8),
    totalSteps: 6000,
    seed: 1,
    clock: manualClock(0),
  });
  const explained = policyFunction(policy, inputs);
  const observations = normals(4 * 200, new Random(3));
  const together = explained.decide(observations, 200);
  for (const row of [0, 7, 199]) {
    const { probabilities, value } = policy.explain(observations.subarray(4 * row, 4 * row + 4));
    [...probabilities!, value].forEach((number, output) => expect(together[4 * row + output]).toBeCloseTo(number, 5));
  }
  const explanation = explainPolicy(explained, observations, { random: new Random(2), decisions: 10, background: 30 });
  const { importance, attribution, saliency, maps } = explanation;
  expect(explanation.outputs.map(({ name }) => name)).toEqual(["short", "flat", "long", "value"]);

  const [signal, noise] = ["signal", "noise"].map((name) => importance.features.find(({ feature }) => feature === name)!.figures[2]!);
  expect(signal!.low).toBeGreaterThan(0.2);
  expect(signal!.low).toBeGreaterThan(4 * noise!.high);

  const long = 2;
  expect(attribution.meanAbsolute[0]![long]).toBeGreaterThan(4 * attribution.meanAbsolute[1]![long]!);
  for (const { values, answer, residual } of attribution.decisions) {
    expect(answer[0]! + answer[1]! + answer[2]!).toBeCloseTo(1, 5);
    expect(values[0]![long]! + values[1]![long]! + attribution.baseline[long]!).toBeCloseTo(answer[long]!, 6);
    expect(residual[3]).toBeCloseTo(0, 5);
  }

  // The bar before the latest is what it trades on.
  expect(saliency.values[long]![0]![1]).toBeGreaterThan(3 * saliency.values[long]![0]![0]!);

  const { x, choices } = maps[0]!;
  expect(x.feature).toBe("signal");
  const middle = choices![10]!;
  expect([middle[0], middle.at(-1)]).toEqual(["short", "long"]);
});
