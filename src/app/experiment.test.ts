import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { hashOf, UserError } from "../base/index.ts";
import { defineExperiment, Experiment, type ExperimentInput } from "./experiment.ts";
import { readExperiment } from "./experiment-file.ts";
import { TrainingLife } from "./experiment-learning.ts";
import { temporaryFolders } from "./testing/tiny.ts";

/** The mistake that a call makes. */
async function mistakeOf(call: () => unknown): Promise<UserError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("an experiment", () => {
  test("is whole without a word said", () => {
    const { data, seeds, totalSteps, split, walkForward, algorithm } = defineExperiment({});
    expect({ data, seeds, split, algorithm: algorithm.name }).toEqual({
      data: "sp500",
      seeds: [1, 2, 3, 4, 5],
      split: { train: 0.6, validation: 0.15 },
      algorithm: "ppo",
    });
    expect(totalSteps).toBeGreaterThan(0);
    expect(walkForward.folds).toBeGreaterThan(0);
  });

  test("is the same however often its defaults are filled in, and in whatever order it was written", () => {
    const whole = defineExperiment({});
    const written = hashOf(whole);
    expect(hashOf(defineExperiment(whole))).toBe(written);
    expect(hashOf(defineExperiment(JSON.parse(JSON.stringify(whole)) as ExperimentInput))).toBe(written);
    expect(hashOf(Object.fromEntries(Object.entries(whole).toReversed()))).toBe(written);
    expect(hashOf(defineExperiment({ seeds: [1, 2, 3, 4] }))).not.toBe(written);
  });

  test("does not share its defaults with the next one", () => {
    defineExperiment({}).features.pop();
    expect(defineExperiment({}).features.length).toBeGreaterThan(10);
  });

  test.each<[string, unknown, string]>([
    ["an unknown key", { totalStep: 1 }, "totalStep"],
    ["an unknown key within", { environment: { costs: { feeBp: 1 } } }, "environment.costs.feeBp"],
    ["a number that is none", { totalSteps: "many" }, "totalSteps"],
    ["no steps", { totalSteps: 0 }, "totalSteps"],
    ["half a step", { totalSteps: 0.5 }, "totalSteps"],
    ["a seed twice", { seeds: [1, 2, 1] }, "seeds"],
    ["no seed", { seeds: [] }, "seeds"],
    ["a negative seed", { seeds: [1, -2] }, "seeds.1"],
    ["a split that leaves nothing", { split: { train: 0.8, validation: 0.2 } }, "split"],
    ["a share above the whole", { split: { train: 1.2 } }, "split.train"],
    ["a name for no folder", { name: "../up" }, "name"],
    ["a negative fee", { environment: { costs: { feeBps: -1 } } }, "environment.costs.feeBps"],
    ["a fee beyond everything", { environment: { costs: { feeBps: 1e6 } } }, "environment.costs.feeBps"],
    ["no features", { features: [] }, "features"],
    ["an unknown indicator", { features: [{ indicator: "rsi" }, { indicator: "rsy" }] }, "features.1.indicator"],
    ["a parameter of an indicator", { features: [{ indicator: "rsi", params: { period: 0 } }] }, "features.0.params.period"],
    ["a misspelt parameter of an indicator", { features: [{ indicator: "rsi", params: { periods: 9 } }] }, "features.0.params.periods"],
    ["a feature twice", { features: [{ indicator: "rsi" }, { indicator: "rsi" }] }, "features.1.name"],
    ["an unknown environment", { environment: { environment: { name: "two-assets" } } }, "environment.environment.name"],
    [
      "a parameter of the environment",
      { environment: { environment: { name: "single-asset", params: { maxDrawdown: 2 } } } },
      "environment.environment.params.maxDrawdown",
    ],
    ["an unknown reward", { environment: { reward: { name: "praise" } } }, "environment.reward.name"],
    [
      "a parameter of the reward",
      { environment: { reward: { name: "log-return", params: { scale: 1 } } } },
      "environment.reward.params.scale",
    ],
    ["an unknown algorithm", { algorithm: { name: "ppoo" } }, "algorithm.name"],
    ["an inherited name", { algorithm: { name: "toString" } }, "algorithm.name"],
    ["an evaluation of nothing", { training: { episodes: 0 } }, "training.episodes"],
    ["a misspelt field of training", { training: { pacience: 3 } }, "training.pacience"],
    ["everything held out", { training: { validation: 1 } }, "training.validation"],
    ["a teacher who is nobody", { teacher: {} }, "teacher"],
    ["a teacher who is two", { teacher: { model: "demo", strategy: { name: "momentum" } } }, "teacher"],
    ["an unknown strategy as teacher", { teacher: { strategy: { name: "luck" } } }, "teacher.strategy.name"],
    ["a wrong parameter of the cloning", { teacher: { model: "demo", params: { epoch: 1 } } }, "teacher.params.epoch"],
    ["an unknown baseline", { baselines: [{ name: "luck" }] }, "baselines.0.name"],
    ["a parameter of a baseline", { baselines: [{ name: "momentum", params: { lookback: 0 } }] }, "baselines.0.params.lookback"],
    ["no weights to begin with", { initialWeights: { from: "" } }, "initialWeights.from"],
    ["a parameter of the algorithm", { algorithm: { name: "ppo", params: { learningRate: -1 } } }, "algorithm.params.learningRate"],
    ["a misspelt parameter of the algorithm", { algorithm: { name: "ppo", params: { learningRat: 1 } } }, "algorithm.params.learningRat"],
    ["nothing at all", null, ""],
  ])("with %s is refused by the field's whole path", async (_, written, path) => {
    const { code, path: found, message, hint } = await mistakeOf(() => defineExperiment(written as ExperimentInput));
    expect({ code, path: found }).toEqual({ code: "config/invalid", path: ["experiment", path].filter(Boolean).join(".") });
    expect(message.startsWith(`${found}: `), message).toBe(true);
    expect(hint.length).toBeGreaterThan(10);
  });

  test("that names what is unknown is told what there is", async () => {
    expect((await mistakeOf(() => defineExperiment({ algorithm: { name: "ppoo" } }))).hint).toContain("ppo");
    expect((await mistakeOf(() => defineExperiment({ features: [{ indicator: "rsy" }] }))).hint).toContain("rsi");
    expect((await mistakeOf(() => defineExperiment({ environment: { reward: { name: "praise" } } }))).hint).toContain("sharpe");
  });
});

test("the document of experiments has every field", () => {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", "experiments.md"), "utf8");
  const tables = text.split("\n").filter((line) => line.startsWith("| `"));
  for (const field of [...Object.keys(Experiment.shape), ...Object.keys(TrainingLife.shape)])
    expect(
      tables.some((line) => line.split("|")[1]!.includes(`\`${field}\``)),
      field,
    ).toBe(true);
});

describe("an experiment file", () => {
  const folders = temporaryFolders();
  afterAll(folders.remove);
  const written = (name: string, text: string | Buffer) => {
    const folder = folders.fresh();
    writeFileSync(join(folder, name), text);
    return readExperiment(name, folder);
  };
  const appUrl = new URL("./experiment.ts", import.meta.url).href;

  test("may be left out", async () => {
    expect(await readExperiment(undefined, folders.root)).toEqual(defineExperiment({}));
  });

  test.each([
    ["run.json", '{ "totalSteps": 77 }'],
    ["run.ts", `import { defineExperiment } from "${appUrl}";\nexport default defineExperiment({ totalSteps: 77 satisfies number });`],
    ["run.mjs", "export default { totalSteps: 77 };"],
  ])("%s", async (name, text) => {
    expect(await written(name, text)).toEqual(defineExperiment({ totalSteps: 77 }));
  });

  test.each([
    ["broken.json", '{ "totalSteps": 77'],
    ["empty.json", ""],
    ["broken.mjs", "export default { totalSteps: "],
    ["throws.mjs", 'throw new Error("no such thing");'],
    ["broken.ts", "export default { totalSteps: ;"],
    ["lost.mjs", 'import "./nowhere.mjs";'],
  ])("%s cannot be read", async (name, text) => {
    const { code, path, hint } = await mistakeOf(() => written(name, text));
    expect(code).toBe("config/unreadable");
    expect(path).toContain(name);
    expect(hint).toContain("defineExperiment");
  });

  test.each(["missing.json", "missing.ts", "."])("%s is no file", async (name) => {
    expect(await mistakeOf(() => readExperiment(name, folders.fresh()))).toMatchObject({ code: "config/unreadable" });
  });

  test.each([
    ["no default export", "named.mjs", "export const experiment = {};", ""],
    ["a function as default export", "function.mjs", "export default () => ({});", ""],
    ["a list", "list.json", "[]", ""],
    ["a mistake", "mistake.json", '{ "totalSteps": -1 }', ".totalSteps"],
    [
      "a mistake that defineExperiment finds",
      "mistake.ts",
      `import { defineExperiment } from "${appUrl}";\nexport default defineExperiment({ totalSteps: -1 });`,
      ".totalSteps",
    ],
  ])("with %s is refused", async (_, name, text, path) => {
    const error = await mistakeOf(() => written(name, text));
    expect({ code: error.code, path: error.path }).toEqual({ code: "config/invalid", path: `experiment${path}` });
  });
});
