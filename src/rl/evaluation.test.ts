import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import type { Policy, PolicyWithMemory } from "../env/index.ts";
import { type EvaluateOptions, evaluatePolicy } from "./evaluation.ts";
import { learningCurveSvg } from "./learning-curve.ts";
import type { MetricsRow } from "./metrics.ts";
import { loadPolicy } from "./model-folder.ts";
import { type Toy, toyEnvironment } from "./testing/toy-environment.ts";
import { cartPole, identityOfChoices, identityOfNumbers } from "./testing/toys.ts";
import { train, type TrainOptions } from "./train.ts";

const folder = mkdtempSync(join(tmpdir(), "evaluation-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Ends after as many steps as its number among the environments, from 1, says; a reward of 1 each. */
const counting = (count: number) => {
  let next = 0;
  const toy: Toy = {
    name: "counting",
    stateSize: 2,
    observationSize: 2,
    actionSpace: { kind: "discrete", count: 2 },
    limit: 100,
    start: (state) => {
      if (state[1] === 0) state[1] = ++next;
      state[0] = 0;
    },
    observe: (state, out) => out.set(state),
    step: (state) => ({ reward: 1, terminated: ++state[0]! >= state[1]! }),
  };
  return toyEnvironment(toy, count);
};

const still: Policy = {
  observationSchema: "",
  observationSize: 2,
  actionSpace: { kind: "discrete", count: 2 },
  decide: (_, count, out) => void out.fill(0, 0, count),
};

test("each environment plays its share of the episodes, so that short ones do not count more often", () => {
  // Shares of 7 episodes over 3 environments of lengths 1, 2, 3: 2, 2 and 3 of them.
  const [lengths, mean] = [[1, 1, 2, 2, 3, 3, 3], 15 / 7];
  expect(evaluatePolicy(still, counting(3), 7, 1)).toEqual({
    episodes: 7,
    meanReturn: mean,
    returnDeviation: Math.sqrt(lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / 7),
    meanLength: mean,
  });
  expect(evaluatePolicy(still, counting(3), 2, 1).episodes).toBe(2);
});

test("a policy that remembers is asked for a memory of its own, which ends with each episode", () => {
  const log: string[] = [];
  const forgetful: PolicyWithMemory = {
    ...still,
    forget: (row) => void log.push(`forget ${row}`),
    decide: (_, count, out) => {
      log.push("decide");
      out.fill(0, 0, count);
    },
  };
  const policy: Policy = { ...still, decide: () => log.push("not this one"), fresh: () => forgetful };
  evaluatePolicy(policy, counting(2), 3, 1);
  expect(log).toEqual(["decide", "forget 0", "decide", "forget 0", "forget 1", "decide", "forget 0", "decide", "forget 0", "forget 1"]);
});

const clock = manualClock();
const params = { nSteps: 32, epochs: 2 };
const evaluate = (more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  environment: toyEnvironment(cartPole, 3),
  everySteps: 128,
  episodes: 3,
  ...more,
});
const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  algorithm: "ppo",
  params,
  environment: toyEnvironment(cartPole, 2),
  totalSteps: 1024,
  seed: 3,
  clock,
  ...more,
});

test("evaluating leaves what is learned as it is", async () => {
  const [plain, watched] = [await train(options()), await train(options({ evaluate: evaluate() }))];
  expect(watched.weightsSha256).toBe(plain.weightsSha256);
  expect(watched.curve).toEqual(plain.curve);
  expect(watched.evaluations.map(({ steps }) => steps)).toEqual([128, 256, 384, 512, 640, 768, 896, 1024]);
  expect(plain).toMatchObject({ evaluations: [], best: null, ended: "steps" });
});

test("the last evaluation is of the policy as it stands at the end, with its statistics frozen", async () => {
  const { policy, evaluations } = await train(options({ evaluate: evaluate({ everySteps: 700 }) }));
  expect(evaluations.map(({ steps }) => steps)).toEqual([704, 1024]);
  expect(evaluations.at(-1)).toMatchObject(evaluatePolicy(policy, toyEnvironment(cartPole, 3), 3, 3));
});

test("the best policy is kept, in memory and whole in its folder", async () => {
  const bestFolder = join(folder, "best");
  const { best, evaluations } = await train(options({ evaluate: evaluate({ bestFolder, manifest: { note: "mine" } }) }));
  const top = evaluations.reduce((left, right) => (right.meanReturn > left.meanReturn ? right : left));
  expect(best!.evaluation).toEqual(top);
  expect(best!.steps).toBe(top.steps);
  expect(evaluatePolicy(best!.policy, toyEnvironment(cartPole, 3), 3, 3).meanReturn).toBe(top.meanReturn);
  const loaded = await loadPolicy(bestFolder);
  expect(loaded.manifest).toMatchObject({ note: "mine", selection: top, policy: { steps: top.steps, weightsSha256: best!.weightsSha256 } });
  expect(evaluatePolicy(loaded, toyEnvironment(cartPole, 3), 3, 3).meanReturn).toBe(top.meanReturn);
  expect(readdirSync(folder).filter((name) => name.startsWith("best"))).toEqual(["best"]);
});

describe("early stopping", () => {
  test("ends once the return is reached", async () => {
    const { ended, interrupted, evaluations, steps } = await train(options({ totalSteps: 1e6, evaluate: evaluate({ targetReturn: 50 }) }));
    expect({ ended, interrupted }).toEqual({ ended: "target", interrupted: false });
    expect(evaluations.at(-1)!.meanReturn).toBeGreaterThanOrEqual(50);
    expect(evaluations.slice(0, -1).every(({ meanReturn }) => meanReturn < 50)).toBe(true);
    expect(steps).toBe(evaluations.at(-1)!.steps);
  });

  test.each([
    [0, 4], // The first is the best, the three that follow are no better.
    [6, 6],
  ])("ends after evaluations that were no better, but not before %i", async (minEvaluations, expected) => {
    const same = { ...cartPole, step: (...given: Parameters<Toy["step"]>) => ({ ...cartPole.step(...given), terminated: true }) };
    const environment = toyEnvironment(same, 2);
    const stopping = evaluate({ environment: toyEnvironment(same, 3), patience: 3, minEvaluations });
    const { ended, evaluations } = await train(options({ environment, totalSteps: 1e6, evaluate: stopping }));
    expect(ended).toBe("patience");
    expect(evaluations).toHaveLength(expected);
  });
});

test("where training is resumed the folder of the best policy is what it was at the checkpoint", async () => {
  const [home, bestFolder] = [join(folder, "best-checkpoint"), join(folder, "best-of-resumed")];
  const given = { evaluate: evaluate({ bestFolder }), checkpoint: { folder: home, everySteps: 1e9 } };
  const { best } = await train(options({ ...given, totalSteps: 512 }));
  rmSync(bestFolder, { recursive: true });
  await train(options({ ...given, totalSteps: 512, resumeFrom: home }));
  expect((await loadPolicy(bestFolder)).manifest.policy.weightsSha256).toBe(best!.weightsSha256);
});

test("stopped, saved and resumed it evaluates, keeps and stops as if it had never been interrupted", async () => {
  const given = options({ totalSteps: 4096, evaluate: evaluate({ patience: 4 }) });
  const whole = await train(given);
  expect(whole.ended).toBe("patience");
  const checkpoint = { folder: join(folder, "checkpoint"), everySteps: 1e9 };
  for (let part = 0, ended = "signal"; ended === "signal"; part++) {
    const stop = new AbortController();
    let rounds = 0;
    const resume = part === 0 ? {} : { resumeFrom: checkpoint.folder };
    const agent = await train({
      ...given,
      environment: toyEnvironment(cartPole, 2),
      ...resume,
      checkpoint,
      signal: stop.signal,
      onProgress: () => void (++rounds === 5 && stop.abort()),
    });
    ended = agent.ended;
    if (ended === "signal") continue;
    expect(part).toBeGreaterThan(1);
    expect(agent.evaluations).toEqual(whole.evaluations);
    expect(agent.weightsSha256).toBe(whole.weightsSha256);
    expect(agent.best!.weightsSha256).toBe(whole.best!.weightsSha256);
    agent.best!.save(join(folder, "resumed"), {});
    whole.best!.save(join(folder, "whole"), {});
    for (const file of readdirSync(join(folder, "whole")))
      expect(readFileSync(join(folder, "resumed", file))).toEqual(readFileSync(join(folder, "whole", file)));
  }
  const again = await train({ ...given, environment: toyEnvironment(cartPole, 2), resumeFrom: checkpoint.folder });
  expect(again.steps, "what patience ended stays ended").toBe(whole.steps);
});

const trained = toyEnvironment(cartPole, 2);
test.each<[string, Partial<EvaluateOptions>, string, string]>([
  ["the environment that is trained in", { environment: trained }, "model/schema-mismatch", "evaluate.environment"],
  ["other observations", { environment: toyEnvironment(identityOfNumbers, 2) }, "model/schema-mismatch", "evaluate.environment"],
  [
    "other actions",
    { environment: toyEnvironment({ ...cartPole, actionSpace: { kind: "discrete", count: 3 } }, 2) },
    "model/schema-mismatch",
    "evaluate.environment",
  ],
  ["no steps between evaluations", { everySteps: 0 }, "config/invalid", "evaluate.everySteps"],
  ["no episodes", { episodes: 0 }, "config/invalid", "evaluate.episodes"],
])("evaluation with %s is refused", async (_, more, code, path) => {
  await expect(train(options({ environment: trained, evaluate: evaluate(more) }))).rejects.toMatchObject({ code, path });
});

test("an evaluation environment that gives NaN is named", async () => {
  const sick = { ...cartPole, step: (...given: Parameters<Toy["step"]>) => ({ ...cartPole.step(...given), reward: NaN }) };
  await expect(train(options({ evaluate: evaluate({ environment: toyEnvironment(sick, 2) }) }))).rejects.toMatchObject({
    code: "training/not-finite",
    path: "evaluate.environment",
  });
});

test("each round gives one flat row of figures, with the evaluation's where there was one", async () => {
  const rows: MetricsRow[] = [];
  const { curve, evaluations } = await train(options({ totalSteps: 256, evaluate: evaluate(), onMetrics: (row) => rows.push(row) }));
  expect(rows.map(({ steps }) => steps)).toEqual([64, 128, 192, 256]);
  expect(rows.map(({ evaluationReturn }) => evaluationReturn)).toEqual([
    undefined,
    evaluations[0]!.meanReturn,
    undefined,
    evaluations[1]!.meanReturn,
  ]);
  rows.forEach((row, index) =>
    expect(row).toMatchObject({ seed: 3, entropy: curve[index]!.entropy, policyLoss: curve[index]!.policyLoss }),
  );
  for (const value of rows.flatMap(Object.values)) expect(value === null || typeof value === "number").toBe(true);
});

test("the picture holds both curves within its frame, and stands without numbers too", async () => {
  const { curve, evaluations } = await train(
    options({
      environment: toyEnvironment(identityOfChoices(2), 2),
      evaluate: evaluate({ environment: toyEnvironment(identityOfChoices(2), 2) }),
    }),
  );
  const svg = learningCurveSvg({ curve, evaluations }, "1 < 2 & 3");
  const [training, mean] = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map((match) =>
    match[1]!.split(" ").map((at) => at.split(",").map(Number)),
  );
  expect(mean).toHaveLength(evaluations.length);
  expect(training).toHaveLength(curve.filter(({ returnMean }) => returnMean !== null).length);
  for (const [x, y] of [...training!, ...mean!]) {
    expect(x).toBeGreaterThanOrEqual(70);
    expect(x).toBeLessThanOrEqual(700);
    expect(y).toBeGreaterThanOrEqual(40);
    expect(y).toBeLessThanOrEqual(315);
  }
  expect(svg).toContain("<title>1 &lt; 2 &amp; 3</title>");
  expect(learningCurveSvg({ curve: [] })).not.toMatch(/NaN|Infinity/);
});
