import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { manualClock } from "../../base/index.ts";
import { toyEnvironment, type Toy } from "../testing/toy-environment.ts";
import { cartPole, identityOfChoices, identityOfNumbers } from "../testing/toys.ts";
import { train, type TrainOptions } from "../train.ts";
import { algorithms } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "algorithms-"));
afterAll(() => rmSync(folder, { recursive: true }));

const clock = manualClock();
const names = Object.keys(algorithms);

function options(algorithm: string, toy: Toy, more: Partial<TrainOptions> & { count?: number } = {}): TrainOptions {
  return { algorithm, params: {}, environment: toyEnvironment(toy, more.count ?? 4), totalSteps: 1, seed: 1, clock, ...more };
}

/** Mean return of the saved policy, without dice, over as many episodes as there are environments. */
async function greedyReturn(given: TrainOptions, toy: Toy): Promise<number> {
  const { policy } = await train(given);
  const environment = toyEnvironment(toy, 10);
  const out = new Float32Array(10);
  const ended = new Uint8Array(10);
  let total = 0;
  environment.reset(99);
  while (ended.includes(0)) {
    policy.decide(environment.observations, 10, out);
    environment.step(out);
    for (let index = 0; index < 10; index++) {
      if (ended[index] === 1) continue;
      total += environment.rewards[index]!;
      ended[index] = environment.terminated[index]! | environment.truncated[index]!;
    }
  }
  return total / 10;
}

describe.each(names)("%s", (name) => {
  test("its name is its file's", () => {
    expect(algorithms[name as keyof typeof algorithms].name).toBe(name);
  });

  test("learns to repeat a choice", async () => {
    const params = { nSteps: 64, learningRate: 1e-3, gamma: 0.5 };
    expect(await greedyReturn(options(name, identityOfChoices(3), { params, totalSteps: 8_000 }), identityOfChoices(3))).toBeGreaterThan(
      98,
    );
  });

  test("learns to repeat a number", async () => {
    const params = { nSteps: 128, learningRate: 1e-3, gamma: 0 };
    expect(await greedyReturn(options(name, identityOfNumbers, { params, totalSteps: 24_000 }), identityOfNumbers)).toBeGreaterThan(90);
  });

  test("learns to balance a pole", { timeout: 60_000 }, async () => {
    const params = { nSteps: 128, batchSize: 256, learningRate: 1e-3 };
    expect(await greedyReturn(options(name, cartPole, { params, totalSteps: 60_000, count: 8 }), cartPole)).toBeGreaterThan(475);
  });

  test.each([
    ["choices", cartPole],
    ["numbers", identityOfNumbers],
  ] as const)("stopped, saved and resumed it reaches the very same weights: %s", async (kind, toy) => {
    const params = { nSteps: 32, batchSize: 48, epochs: 2 }; // The last minibatch of a pass is a smaller one.
    const given = { params, totalSteps: 8 * 128 };
    const whole = await train(options(name, toy, given));
    const stop = new AbortController();
    const checkpoint = { folder: join(folder, `${name}-${kind}`), everySteps: 128 };
    let rounds = 0;
    const onProgress = () => void (++rounds === 3 && stop.abort());
    const part = await train(options(name, toy, { ...given, checkpoint, signal: stop.signal, onProgress }));
    expect(part.interrupted).toBe(true);
    expect(part.steps).toBe(3 * 128);
    const resumed = await train(options(name, toy, { ...given, resumeFrom: checkpoint.folder }));
    expect(resumed.interrupted).toBe(false);
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(resumed.curve).toEqual(whole.curve);
    expect(part.weightsSha256).not.toBe(whole.weightsSha256);
  });

  test("the same seed gives the same weights, another one others", async () => {
    const run = async (seed: number) =>
      (await train(options(name, identityOfChoices(2), { params: { nSteps: 32, epochs: 1 }, totalSteps: 256, seed }))).weightsSha256;
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });

  test("a misspelt parameter is refused by name", async () => {
    await expect(train(options(name, cartPole, { params: { learningRat: 1 } }))).rejects.toMatchObject({
      code: "config/invalid",
      path: "params.learningRat",
    });
  });

  test("an environment that gives a number that is not finite is named", async () => {
    const sick: Toy = {
      ...cartPole,
      step: (state, action, random) => ({ ...cartPole.step(state, action, random), reward: state[0]! > 0.1 ? NaN : 1 }),
    };
    await expect(train(options(name, sick, { totalSteps: 10_000 }))).rejects.toMatchObject({
      code: "training/not-finite",
      message: expect.stringMatching(/^The reward of environment \d, step \d+/),
    });
  });
});

test("an unknown algorithm is refused with the known ones", async () => {
  await expect(train(options("pppo", cartPole))).rejects.toMatchObject({ code: "config/invalid", hint: expect.stringContaining("ppo") });
});
