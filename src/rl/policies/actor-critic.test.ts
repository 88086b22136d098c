import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { input } from "../../graph/index.ts";
import { topologicalOrder } from "../../graph/tensor.ts";
import { actorCritic, type ActorCriticSpec } from "./actor-critic.ts";

const build = (more: Partial<ActorCriticSpec> = {}) =>
  actorCritic({ observationSize: 3, actionSpace: { kind: "box", size: 2, low: -1, high: 1 }, hidden: [8, 6], ...more }, new Random(2));

const names = (network: ReturnType<typeof build>) => Object.keys(network.parameters.tensors);

test("actor and critic share nothing unless told", () => {
  expect(names(build())).toEqual([
    ...["0", "1", "2"].flatMap((layer) => [`actor/${layer}/weight`, `actor/${layer}/bias`]),
    ...["0", "1", "2"].flatMap((layer) => [`critic/${layer}/weight`, `critic/${layer}/bias`]),
    "logDeviation",
  ]);
});

test("a shared body is computed once for the same observation", () => {
  const network = build({ sharedBody: true });
  expect(names(network)).toEqual([
    ...["shared/0", "shared/1", "actor/0", "critic/0"].flatMap((layer) => [`${layer}/weight`, `${layer}/bias`]),
    "logDeviation",
  ]);
  const observation = input("observation", [4, 3]);
  const products = topologicalOrder([network.actor(observation).head, network.critic(observation)]).filter(({ op }) => op === "gemm");
  expect(products).toHaveLength(4);
});

test("layers follow one another as the activation says", () => {
  const network = build({ activation: "relu" });
  const weights = (name: string) => [...network.parameters.tensors[name]!.attributes.data];
  const x = [0.4, -1.2, 0.7];
  const layer = (rows: readonly number[], name: string, width: number) =>
    Array.from({ length: width }, (_, column) =>
      rows.reduce((sum, value, k) => sum + value * weights(`${name}/weight`)[k * width + column]!, weights(`${name}/bias`)[column]!),
    );
  const relu = (rows: readonly number[]) => rows.map((value) => Math.max(value, 0));
  const expected = layer(relu(layer(relu(layer(x, "actor/0", 8)), "actor/1", 6)), "actor/2", 2);
  const got = interpret([network.actor(input("observation", [1, 3])).head], { observation: x })[0]!;
  expected.forEach((value, at) => expect(got[at]).toBeCloseTo(value, 12));
});

test("deviations begin where they are told", () => {
  const deviations = (more: Partial<ActorCriticSpec>) => build(more).logDeviation!;
  expect([...deviations({ logStdInit: -2 }).attributes.data]).toEqual([-2, -2]);
  expect(deviations({ useSde: true, logStdInit: -3 }).shape).toEqual([6, 2]);
});

test("orthogonal columns at the start, or PyTorch's uniform weights and biases", () => {
  const weightsOf = (orthogonalInit: boolean) => {
    const { tensors } = build({ orthogonalInit, hidden: [16, 16] }).parameters;
    return { first: tensors["actor/0/weight"]!.attributes.data, bias: tensors["actor/0/bias"]!.attributes.data };
  };
  const [own, theirs] = [weightsOf(true), weightsOf(false)];
  const dot = (data: Float32Array, a: number, b: number) =>
    Array.from({ length: 16 }, (_, at) => data[a * 16 + at]! * data[b * 16 + at]!).reduce((x, y) => x + y);
  expect(dot(own.first, 0, 0)).toBeCloseTo(2, 5);
  expect(dot(own.first, 0, 1)).toBeCloseTo(0, 5);
  expect(own.bias.every((value) => value === 0)).toBe(true);
  const bound = 1 / Math.sqrt(3);
  for (const value of [...theirs.first, ...theirs.bias]) expect(Math.abs(value)).toBeLessThanOrEqual(bound);
  expect(Math.max(...theirs.first.map(Math.abs))).toBeGreaterThan(0.8 * bound);
  expect(theirs.bias.some((value) => value !== 0)).toBe(true);
});

test("several critics have weights of their own", () => {
  const network = build({ critics: ["critic", "costCritic"] });
  const observation = input("observation", [1, 3]);
  const [value, cost] = interpret([network.critic(observation), network.critic(observation, "costCritic")], { observation: [1, 2, 3] });
  expect(value![0]).not.toBe(cost![0]);
});
