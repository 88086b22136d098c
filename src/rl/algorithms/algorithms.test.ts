import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { manualClock } from "../../base/index.ts";
import type { Policy } from "../../env/index.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { toyEnvironment, type Toy } from "../testing/toy-environment.ts";
import { cartPole, identityOfChoices, identityOfNumbers } from "../testing/toys.ts";
import { train, type TrainOptions } from "../train.ts";
import { algorithms } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "algorithms-"));
afterAll(() => rmSync(folder, { recursive: true }));

const clock = manualClock();

/** How long an algorithm is given for a toy, and with which parameters. */
interface Lesson {
  readonly params: Record<string, unknown>;
  readonly totalSteps: number;
  /** Environments side by side; 4 unless given. */
  readonly count?: number;
}

/** What an algorithm is asked to show; null where its actions are of the other kind. */
interface Lessons {
  readonly choices: Lesson | null;
  readonly numbers: Lesson | null;
  readonly pole: Lesson | null;
  /** Parameters under which four environments give `stepsPerRound` steps a round, for stopping and resuming. */
  readonly short: { readonly params: Record<string, unknown>; readonly stepsPerRound: number };
  /** What training needs besides. */
  readonly more?: (toy: Toy) => Partial<TrainOptions>;
}

const clipped: Lessons = {
  choices: { params: { nSteps: 64, learningRate: 1e-3, gamma: 0.5 }, totalSteps: 8_000 },
  numbers: { params: { nSteps: 128, learningRate: 1e-3, gamma: 0 }, totalSteps: 24_000 },
  pole: { params: { nSteps: 128, batchSize: 256, learningRate: 1e-3 }, totalSteps: 60_000, count: 8 },
  short: { params: { nSteps: 32, batchSize: 48, epochs: 2 }, stepsPerRound: 128 }, // The last minibatch of a pass is a smaller one.
};

/** Actions of the other kind are refused, in tests of their own. */
const offPolicy: Lessons = {
  choices: null,
  numbers: { params: { gamma: 0, learningRate: 3e-3, hidden: [32, 32], batchSize: 64 }, totalSteps: 3_200 },
  pole: null,
  short: {
    params: { hidden: [16, 16], batchSize: 16, learningStarts: 64, trainFreq: 3, gradientSteps: 2, roundSteps: 24 },
    stepsPerRound: 96,
  },
};

const remembering = { memorySize: 32, sequenceLength: 16, epochs: 4 };

/** One who knows: repeats what is shown, or pushes to where the pole falls. */
function teacherOf({ observationSize, actionSpace }: Toy): Policy {
  return {
    observationSchema: "teacher",
    observationSize,
    actionSpace,
    decide(observations, count, out) {
      for (let row = 0; row < count; row++) {
        const seen = observations.subarray(row * observationSize, (row + 1) * observationSize);
        out[row] = actionSpace.kind === "box" ? seen[0]! : observationSize === 4 ? Number(seen[2]! + seen[3]! > 0) : seen.indexOf(1);
      }
    },
  };
}

/** The table is total: an algorithm that shows nothing does not compile. */
const lessons: { readonly [Name in keyof typeof algorithms]: Lessons } = {
  "a2c": {
    choices: { params: { gamma: 0.5 }, totalSteps: 8_000 },
    numbers: { params: { gamma: 0, learningRate: 2e-3 }, totalSteps: 60_000, count: 8 },
    pole: { params: {}, totalSteps: 200_000, count: 8 },
    short: { params: { nSteps: 32 }, stepsPerRound: 128 },
  },
  "behaviour-cloning": {
    choices: { params: {}, totalSteps: 4096 },
    numbers: { params: {}, totalSteps: 8192 },
    pole: { params: {}, totalSteps: 16_384, count: 8 },
    short: { params: { nSteps: 32, batchSize: 48, epochs: 2 }, stepsPerRound: 128 },
    more: (toy) => ({ teacher: teacherOf(toy) }),
  },
  "ddpg": offPolicy,
  "ppo": clipped,
  "ppo-lagrangian": clipped,
  "recurrent-ppo": {
    choices: { params: { ...remembering, nSteps: 64, learningRate: 1e-3, gamma: 0.5 }, totalSteps: 8_000 },
    numbers: { params: { ...remembering, nSteps: 128, learningRate: 3e-3, epochs: 10, gamma: 0 }, totalSteps: 30_000 },
    pole: { params: { ...remembering, nSteps: 128, batchSize: 256, learningRate: 1e-3 }, totalSteps: 60_000, count: 8 },
    short: { params: { nSteps: 32, batchSize: 48, epochs: 2, memorySize: 8 }, stepsPerRound: 128 },
  },
  "sac": offPolicy,
  "td3": offPolicy,
};
const taught = Object.entries(lessons) as [keyof typeof algorithms, Lessons][];

function options(algorithm: string, toy: Toy, more: Partial<TrainOptions> & { count?: number } = {}): TrainOptions {
  return { algorithm, params: {}, environment: toyEnvironment(toy, more.count ?? 4), totalSteps: 1, seed: 1, clock, ...more };
}

/** Mean return of ten episodes of the trained policy, without dice. */
async function greedyReturn(given: TrainOptions, toy: Toy): Promise<number> {
  const { policy } = await train(given);
  return evaluatePolicy(policy, toyEnvironment(toy, 10), 10, 99).meanReturn;
}

describe.each(taught)("%s", (name, { choices, numbers, pole, short, more }) => {
  const withMore = (toy: Toy, given: Lesson) => options(name, toy, { ...given, ...more?.(toy) });

  test("its name is its file's", () => {
    expect(algorithms[name].name).toBe(name);
  });

  if (choices)
    test("learns to repeat a choice", async () => {
      const toy = identityOfChoices(3);
      expect(await greedyReturn(withMore(toy, choices), toy)).toBeGreaterThan(98);
    });

  if (numbers)
    test("learns to repeat a number", async () => {
      expect(await greedyReturn(withMore(identityOfNumbers, numbers), identityOfNumbers)).toBeGreaterThan(90);
    });

  if (pole)
    test("learns to balance a pole", { timeout: 60_000 }, async () => {
      expect(await greedyReturn(withMore(cartPole, pole), cartPole)).toBeGreaterThan(475);
    });

  const kinds = [...(choices ? [["choices", cartPole] as const] : []), ...(numbers ? [["numbers", identityOfNumbers] as const] : [])];
  const shortest = (rounds: number): Lesson => ({ params: short.params, totalSteps: rounds * short.stepsPerRound });

  test.each(kinds)("begins with the weights of another agent: %s", async (_kind, toy) => {
    const begun = (await train(withMore(toy, shortest(2)))).weights();
    // A policy does not hold all that is trained, such as a temperature.
    const given = { ...withMore(toy, shortest(1)), seed: 8, initialWeights: { from: begun, allowPartial: true } };
    const next = await train({ ...given, signal: AbortSignal.abort() });
    expect(next.weights().tensors).toEqual(begun.tensors);
    expect((await train({ ...given, environment: toyEnvironment(toy, 4) })).weights().tensors).not.toEqual(begun.tensors);
  });

  test.each(kinds)("a checkpoint of another algorithm is refused: %s", async (kind, toy) => {
    const other = taught.find(([each, { numbers }]) => each !== name && numbers !== null)!;
    const environment = toyEnvironment(identityOfNumbers, 4);
    const checkpoint = { folder: join(folder, `other-${name}-${kind}`), everySteps: 1 };
    const given = { params: other[1].short.params, totalSteps: 1, ...other[1].more?.(identityOfNumbers) };
    await train({ ...options(other[0], identityOfNumbers, given), environment, checkpoint });
    await expect(train({ ...withMore(toy, shortest(1)), resumeFrom: checkpoint.folder })).rejects.toMatchObject({
      code: "checkpoint/invalid",
      message: expect.stringContaining("another algorithm") as string,
    });
  });

  test.each(kinds)("stopped, saved and resumed it reaches the very same weights: %s", async (kind, toy) => {
    const given = withMore(toy, shortest(8));
    const whole = await train(given);
    const stop = new AbortController();
    const checkpoint = { folder: join(folder, `${name}-${kind}`), everySteps: short.stepsPerRound };
    let rounds = 0;
    const onProgress = () => void (++rounds === 3 && stop.abort());
    const part = await train({ ...withMore(toy, shortest(8)), checkpoint, signal: stop.signal, onProgress });
    expect(part.interrupted).toBe(true);
    expect(part.steps).toBe(3 * short.stepsPerRound);
    const resumed = await train({ ...withMore(toy, shortest(8)), resumeFrom: checkpoint.folder });
    expect(resumed.interrupted).toBe(false);
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(resumed.curve).toEqual(whole.curve);
    expect(part.weightsSha256).not.toBe(whole.weightsSha256);
  });

  test("the same seed gives the same weights, another one others", async () => {
    const toy = choices ? identityOfChoices(2) : identityOfNumbers;
    const run = async (seed: number) => (await train({ ...withMore(toy, shortest(2)), seed })).weightsSha256;
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });

  test("a misspelt parameter is refused by name", async () => {
    await expect(train(options(name, choices ? cartPole : identityOfNumbers, { params: { learningRat: 1 } }))).rejects.toMatchObject({
      code: "config/invalid",
      path: "params.learningRat",
    });
  });

  test("an environment that gives a number that is not finite is named", async () => {
    const well = choices ? cartPole : identityOfNumbers;
    const sick: Toy = {
      ...well,
      step: (state, action, random) => ({ ...well.step(state, action, random), reward: state[0]! > 0.1 ? NaN : 1 }),
    };
    await expect(train(withMore(sick, { params: {}, totalSteps: 10_000 }))).rejects.toMatchObject({
      code: "training/not-finite",
      message: expect.stringMatching(/^The reward of environment \d, step \d+/),
    });
  });
});

test("an unknown algorithm is refused with the known ones", async () => {
  await expect(train(options("pppo", cartPole))).rejects.toMatchObject({ code: "config/invalid", hint: expect.stringContaining("ppo") });
});
