import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manualClock, Random } from "../base/index.ts";
import { filled, parameters } from "../graph/index.ts";
import { InitialWeights, type ModelWeights, renamedWeights } from "./initial-weights.ts";
import { loadWeights } from "./model-folder.ts";
import { ObservationNormaliser } from "./normaliser.ts";
import { toyEnvironment } from "./testing/toy-environment.ts";
import { cartPole } from "./testing/toys.ts";
import { train, type TrainedAgent, type TrainOptions } from "./train.ts";

const folder = mkdtempSync(join(tmpdir(), "weights-"));
afterAll(() => rmSync(folder, { recursive: true }));

const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  algorithm: "ppo",
  params: { nSteps: 32, epochs: 2 },
  environment: toyEnvironment(cartPole, 2),
  totalSteps: 128,
  seed: 3,
  clock: manualClock(),
  ...more,
});

/** A network of two parameters, one of them in a block of its own. */
const network = (weightShape: readonly number[] = [2, 3]) => [
  parameters({ "body/0/weight": { shape: weightShape, initialise: filled(0) } }, new Random(1)),
  parameters({ "head/bias": { shape: [1, 2], initialise: filled(0) } }, new Random(1)),
];

const weights: ModelWeights = {
  tensors: {
    "body/0/weight": { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    "head/bias": { shape: [1, 2], data: Float32Array.of(7, 8) },
  },
};
const moments = { mean: [1, 2], variance: [4, 9], count: 100 };

const held = (blocks: ReturnType<typeof network>) => blocks.map(({ flat }) => [...flat.attributes.data]);

test("weights go to the parameters of the same name, wherever they lie, and statistics to the normaliser", () => {
  const blocks = network();
  const normaliser = new ObservationNormaliser(2);
  const initial = new InitialWeights({ from: { ...weights, observationMoments: moments } });
  expect(initial.applied).toBe(false);
  initial.apply(blocks, normaliser);
  expect(held(blocks)).toEqual([
    [1, 2, 3, 4, 5, 6],
    [7, 8],
  ]);
  expect(normaliser.moments.save()).toEqual(moments);
  expect(normaliser.scale[0]).toBeCloseTo(0.5, 6);
  expect(initial.applied).toBe(true);
});

const without = (name: string): ModelWeights => ({
  tensors: Object.fromEntries(Object.entries(weights.tensors).filter(([key]) => key !== name)),
});
const mismatches: [string, ModelWeights, readonly number[], ObservationNormaliser | undefined, string, RegExp][] = [
  [
    "a parameter is missing",
    without("head/bias"),
    [2, 3],
    undefined,
    "head/bias",
    /has head\/bias \[1, 2\], of which there are no weights/,
  ],
  ["a shape differs", weights, [3, 2], undefined, "body/0/weight", /body\/0\/weight is \[3, 2\], the weights are \[2, 3\]/],
  [
    "there are weights too many",
    { tensors: { ...weights.tensors, "body/1/weight": { shape: [1], data: Float32Array.of(1) } } },
    [2, 3],
    undefined,
    "body/1/weight",
    /which the network does not have/,
  ],
  [
    "only they were normalised",
    { ...weights, observationMoments: moments },
    [2, 3],
    undefined,
    "observationMoments",
    /normalises 0 numbers/,
  ],
  ["only the network normalises", weights, [2, 3], new ObservationNormaliser(2), "observationMoments", /normalises 2 numbers.*with 0/],
];

describe.each(mismatches)("where %s", (_, from, shape, normaliser, name, message) => {
  test("it is named, and nothing is taken", () => {
    const blocks = network(shape);
    const initial = new InitialWeights({ from });
    expect(() => initial.apply(blocks, normaliser)).toThrow(
      expect.objectContaining({
        code: "config/invalid",
        path: `initialWeights.${name}`,
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
    expect(
      held(blocks)
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
  });

  test("what fits is taken where a part is enough", () => {
    const blocks = network(shape);
    new InitialWeights({ from, allowPartial: true }).apply(blocks, normaliser);
    const fits = (key: string) => from.tensors[key] !== undefined && (key !== "body/0/weight" || shape[0] === 2);
    expect(held(blocks)).toEqual([fits("body/0/weight") ? [1, 2, 3, 4, 5, 6] : [0, 0, 0, 0, 0, 0], fits("head/bias") ? [7, 8] : [0, 0]]);
  });
});

test("a part that is nothing at all is refused", () => {
  const initial = new InitialWeights({ from: { tensors: { other: { shape: [1], data: Float32Array.of(1) } } }, allowPartial: true });
  expect(() => initial.apply(network())).toThrow(expect.objectContaining({ code: "config/invalid", path: "initialWeights" }) as Error);
});

test("a body's weights are found under the names of those that share it", () => {
  const renamed = renamedWeights(weights, { body: ["actor", "critic"] });
  expect(Object.keys(renamed.tensors)).toEqual(["actor/0/weight", "critic/0/weight"]);
  expect(renamed.tensors["critic/0/weight"]).toBe(weights.tensors["body/0/weight"]);
});

describe("training that begins where other training ended", () => {
  let agent: TrainedAgent;
  const home = join(folder, "model");
  beforeAll(async () => {
    agent = await train(options());
    agent.save(home, {});
  });

  test("the weights of a folder are those of the agent", () => {
    expect(loadWeights(home)).toEqual(agent.weights());
    expect(Object.keys(agent.weights().tensors)).toContain("critic/1/weight");
    expect(agent.weights().observationMoments!.count).toBeGreaterThan(128);
  });

  test("takes weights and statistics as they are", async () => {
    const untrained = await train(options({ initialWeights: { from: home }, signal: AbortSignal.abort(), seed: 8 }));
    expect(untrained.weights().tensors).toEqual(agent.weights().tensors);
    const fromAgent = await train(options({ initialWeights: { from: agent.weights() }, seed: 8 }));
    const fromFolder = await train(options({ initialWeights: { from: home }, seed: 8 }));
    expect(fromFolder.weightsSha256).toBe(fromAgent.weightsSha256);
    expect(fromFolder.weightsSha256).not.toBe(agent.weightsSha256);
  });

  test("resumed it goes on with its own weights", async () => {
    const checkpoint = { folder: join(folder, "checkpoint"), everySteps: 64 };
    const given = { initialWeights: { from: home }, totalSteps: 256 };
    const whole = await train(options(given));
    await train(options({ ...given, totalSteps: 128, checkpoint }));
    expect((await train(options({ ...given, resumeFrom: checkpoint.folder }))).weightsSha256).toBe(whole.weightsSha256);
  });

  test("another network is refused by the name of the first difference, or takes what fits", async () => {
    const other = { params: { nSteps: 32, epochs: 2, hidden: [64, 32] }, signal: AbortSignal.abort() };
    await expect(train(options({ ...other, initialWeights: { from: home } }))).rejects.toMatchObject({
      code: "config/invalid",
      path: "initialWeights.actor/1/weight",
    });
    const partial = await train(options({ ...other, initialWeights: { from: home, allowPartial: true } }));
    expect(partial.weights().tensors["actor/0/weight"]).toEqual(agent.weights().tensors["actor/0/weight"]);
  });

  test("a folder without a model is refused", async () => {
    await expect(train(options({ initialWeights: { from: join(folder, "nothing") } }))).rejects.toMatchObject({ code: "model/not-found" });
  });
});
