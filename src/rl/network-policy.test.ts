import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import type { Space } from "../env/index.ts";
import { interpret } from "../graph/backends/reference.ts";
import { input } from "../graph/index.ts";
import { encodePolicy, openPolicy, policyNetwork } from "./network-policy.ts";
import { ObservationNormaliser } from "./normaliser.ts";
import { actorCritic } from "./policies/index.ts";

const rows = 20;
const random = new Random(8);
const raw = Float32Array.from({ length: rows * 3 }, (_, at) => 50 * (at % 3) + 3 * random.normal());

/** A policy with fitted statistics, as it is written and loaded again, and what its parts give in float64. */
function setup(actionSpace: Space) {
  const network = actorCritic({ observationSize: 3, actionSpace, hidden: [8, 8] }, random);
  for (const { attributes } of Object.values(network.parameters.tensors))
    attributes.data.forEach((value, at, data) => (data[at] = value + 0.5 * random.normal()));
  const normaliser = new ObservationNormaliser(3);
  normaliser.update(raw);
  const normalised = new Float32Array(raw.length);
  normaliser.apply(raw, 0, raw.length, normalised, 0);
  const observation = input("normalised", [rows, 3]);
  const [head, value] = interpret([network.actor(observation).head, network.critic(observation)], { normalised });
  const model = encodePolicy(policyNetwork(network, 3, actionSpace, normaliser), "test");
  return { network, head: head!, value: value!, policy: openPolicy(model, { observationSchema: "s", observationSize: 3, actionSpace }) };
}

const row = (index: number) => raw.subarray(index * 3, index * 3 + 3);

test("choices: takes raw observations, gives the softmax and the value, decides for the likeliest", () => {
  const { head, value, policy } = setup({ kind: "discrete", count: 4 });
  const out = new Float32Array(rows);
  policy.decide(raw, rows, out);
  for (let index = 0; index < rows; index++) {
    const logits = [...head.subarray(index * 4, index * 4 + 4)];
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const explained = policy.explain(row(index));
    logits.forEach((logit, choice) => expect(explained.probabilities![choice]).toBeCloseTo(Math.exp(logit) / total, 5));
    expect(explained.value).toBeCloseTo(value[index]!, 4);
    expect(out[index]).toBe(logits.indexOf(Math.max(...logits)));
    expect(explained.action).toEqual([out[index]]);
  }
});

test("numbers: gives mean and deviation, decides for the mean within the bounds", () => {
  const { network, head, policy } = setup({ kind: "box", size: 2, low: -0.3, high: 0.3 });
  const out = new Float32Array(rows * 2);
  policy.decide(raw, rows, out);
  const { mean, standardDeviation, action } = policy.explain(row(4));
  for (let at = 0; at < 2; at++) {
    expect(mean![at]).toBeCloseTo(head[8 + at]!, 5);
    expect(standardDeviation![at]).toBeCloseTo(Math.exp(network.logDeviation!.attributes.data[at]!), 5);
    expect(action[at]).toBe(out[8 + at]);
  }
  out.forEach((value, at) => expect(value).toBeCloseTo(Math.min(Math.max(head[at]!, -0.3), 0.3), 5));
});

test("too few numbers for the rows are a bug", () => {
  const { policy } = setup({ kind: "discrete", count: 2 });
  expect(() => policy.decide(new Float32Array(5), 2, new Float32Array(2))).toThrow("policy: 2 observations of 3 numbers, got 5 numbers");
});

test("what it says of a row does not depend on how many rows it is asked about, to the last bit", () => {
  const size = 23;
  const network = actorCritic({ observationSize: size, actionSpace: { kind: "box", size: 1, low: -9, high: 9 }, hidden: [64, 64] }, random);
  const shape = { observationSchema: "s", observationSize: size, actionSpace: { kind: "box", size: 1, low: -9, high: 9 } } as const;
  const policy = openPolicy(encodePolicy(policyNetwork(network, size, shape.actionSpace, undefined), "test"), shape);
  const observations = Float32Array.from({ length: 1024 * size }, () => random.normal());
  const asked = (count: number) => {
    const out = new Float32Array(1024);
    for (let at = 0; at < 1024; at += count)
      policy.decide(observations.subarray(at * size, (at + count) * size), count, out.subarray(at, at + count));
    return out;
  };
  const singly = asked(1);
  expect(new Set(singly).size).toBeGreaterThan(1000);
  for (const count of [2, 4, 16, 32, 64, 128, 256, 512, 1024]) expect(asked(count), `${count} rows`).toEqual(singly);
});
