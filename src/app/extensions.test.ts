import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { auditLookahead } from "./audit-lookahead.ts";
import { type ExperimentInput, parseExperiment } from "./experiment.ts";
import { readExperiment } from "./experiment-file.ts";
import { builtIn, loadExtensions } from "./extensions.ts";
import { runExperiment } from "./run-experiment.ts";
import { csvOf, standingClock, temporaryFolders, tinyExperiment, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const root = join(import.meta.dirname, "..", "..");
const source = (folder: string) => pathToFileURL(join(root, "src", folder, "index.ts")).href;

/** Extensions of every kind, as somebody would write them; the reward's size stands in a file beside it. */
const ownParts = `
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
import { environment, reward } from ${JSON.stringify(source("env"))};
import { indicator } from ${JSON.stringify(source("features"))};
import { strategy } from ${JSON.stringify(source("trading"))};
import { size } from "./size.ts";

export const halfRange = indicator({
  name: "half-range", params: {}, inputs: ["high", "low"], unit: "price-difference", warmup: () => 0,
  start: () => (high: number, low: number) => (high - low) / 2,
});

export default reward({
  name: "signed", params: { scale: z.number().positive().default(1) },
  start: ({ scale }) => ({ equityChange }) => size * scale * Math.sign(equityChange),
});

export const longOrFlat = environment({
  name: "long-or-flat", params: { share: z.number().gt(0).lte(1).default(1) },
  accountFields: ["exposure"],
  actionSpace: () => ({ kind: "discrete", count: 2, labels: ["flat", "long"] }),
  observe(account, out, offset) { out[offset] = account.exposure; },
  act: (action, account, { share }) => (action === Math.sign(account.position) ? null : action * share),
  terminated: () => false,
});

export const timid = strategy({ name: "timid", params: {}, start: () => ({ onBar: () => 0 }) });
export const notAnExtension = 3;
`;

const experiment = (fields: object = {}) => ({
  name: "own",
  data: "walk.csv",
  extensions: ["./own-parts.ts"],
  features: [{ indicator: "half-range" }, { indicator: "log-return" }],
  environment: {
    environment: { name: "long-or-flat", params: { share: 0.5 } },
    reward: { name: "signed", params: { scale: 2 } },
    episode: { maxSteps: 60 },
  },
  baselines: [{ name: "timid" }],
  environments: 4,
  algorithm: { name: "ppo", params: { nSteps: 32, batchSize: 64, epochs: 2, hidden: [8] } },
  totalSteps: 256,
  seeds: [1],
  walkForward: { folds: 0 },
  resamples: 200,
  ...fields,
});

/** A folder with an experiment, its extensions and its data. */
function place(fields: object = {}): string {
  const folder = folders.fresh();
  writeFileSync(join(folder, "own-parts.ts"), ownParts);
  writeFileSync(join(folder, "size.ts"), "export const size = 1;\n");
  writeFileSync(join(folder, "own.json"), JSON.stringify(experiment(fields)));
  writeFileSync(join(folder, "walk.csv"), csvOf(walkDataSet().bars));
  return folder;
}

const program = join(root, "bin", "tradewind.js");
function tradewind(cwd: string, ...args: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [program, ...args, "--home", "home", "--json"], { cwd, encoding: "utf8" });
  return { status, result: JSON.parse(stdout) as never };
}

describe("the program with extensions of one's own", () => {
  test("trains with them, trades with them, and refuses them changed or gone", { timeout: 120_000 }, () => {
    const folder = place();
    const trained = tradewind(folder, "train", "own.json");
    expect(trained.status).toBe(0);
    const { report, model } = trained.result as {
      report: {
        experiment: { extensions: { file: string; sha256: string }[] };
        observation: { features: string[] };
        strategies: { name: string; metrics: { trades: number } }[];
      };
      model: { id: string; actionSpace: { labels: string[] } };
    };
    expect(model.actionSpace.labels).toEqual(["flat", "long"]);
    expect(report.observation.features).toEqual(["half-range", "log-return-1", "account.exposure"]);
    expect(report.experiment.extensions).toEqual([{ file: "own-parts.ts", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string }]);
    expect(report.strategies.find(({ name }) => name === "timid")!.metrics.trades).toBe(0);

    const paper = () => tradewind(folder, "paper", "--model", "own", "--replay", "walk.csv");
    expect(paper().status).toBe(0);
    appendFileSync(join(folder, "size.ts"), "// Another word.\n");
    expect(paper()).toMatchObject({
      status: 2,
      result: { error: { code: "extension/changed", path: expect.stringContaining("own-parts.ts") as string } },
    });
    renameSync(join(folder, "own-parts.ts"), join(folder, "mine.ts"));
    expect(paper()).toMatchObject({ status: 2, result: { error: { code: "extension/unreadable" } } });
  });
});

test("one that throws at work, in training or in judgement, is named", { timeout: 60_000 }, async () => {
  const run = (text: string, fields: ExperimentInput) => {
    const folder = folders.fresh();
    writeFileSync(join(folder, "bad.mjs"), text);
    const brief = { seeds: [1], totalSteps: 128, walkForward: { folds: 0 }, extensions: [join(folder, "bad.mjs")], ...fields };
    return runExperiment({
      experiment: tinyExperiment(brief),
      dataSet: walkDataSet(),
      folder: join(folder, "run"),
      clock: standingClock(),
    });
  };
  const reward = 'export default { name: "bad", params: {}, start: () => () => { throw new Error("out of praise"); } };';
  const error = { name: "UserError", code: "extension/failed", message: expect.stringMatching(/bad\.mjs: out of praise/) as string };
  await expect(run(reward, { environment: { reward: { name: "bad" } } })).rejects.toMatchObject(error);
  const strategy = 'export default { name: "bad", params: {}, agent() { throw new Error("out of praise"); } };';
  await expect(run(strategy, { baselines: [{ name: "bad" }] })).rejects.toMatchObject(error);
});

test("the audit looks at them with the rest", async () => {
  const own = await readExperiment("own.json", place());
  const { subjects, passed } = await auditLookahead(own, walkDataSet(1, 120).bars, { rounds: 1 });
  const names = subjects.map(({ kind, name }) => `${kind} ${name}`);
  for (const name of ["indicator half-range", "environment long-or-flat, signed", "environment single-asset, target-position, signed"])
    expect(names).toContain(name);
  expect(passed).toBe(true);
});

describe("an experiment file with extensions", () => {
  test("in TypeScript may bring its own parts along", async () => {
    const folder = place();
    const text = `${ownParts}\nexport const experiment = { ...${JSON.stringify(experiment())}, extensions: [import.meta.url] };`;
    writeFileSync(
      join(folder, "whole.ts"),
      text.replace("export default reward", "export const signed = reward").replace("export const experiment =", "export default"),
    );
    const { extensions, environment } = await readExperiment("whole.ts", folder);
    expect(extensions).toEqual([join(folder, "whole.ts")]);
    expect(environment.reward.name).toBe("signed");
  });

  test.each<[string, object, string]>([
    ["an unknown reward", { environment: { reward: { name: "praise" } } }, "experiment.environment.reward.name"],
    [
      "a wrong parameter of its reward",
      { environment: { reward: { name: "signed", params: { scale: 0 } } } },
      "experiment.environment.reward.params.scale",
    ],
    [
      "a wrong parameter of its environment",
      { environment: { environment: { name: "long-or-flat", params: { share: 2 } } } },
      "experiment.environment.environment.params.share",
    ],
    ["an unknown indicator", { features: [{ indicator: "half-rang" }] }, "experiment.features.0.indicator"],
    ["an unknown baseline", { baselines: [{ name: "brave" }] }, "experiment.baselines.0.name"],
  ])("and %s is refused once they are loaded", async (_, fields, path) => {
    await expect(readExperiment("own.json", place(fields))).rejects.toMatchObject({ code: "config/invalid", path });
    expect(parseExperiment({ extensions: ["x.ts"], ...fields } as ExperimentInput).extensions, "before, nobody knows").toEqual(["x.ts"]);
  });
});

describe("a file of extensions", () => {
  const written = (text: string, name = "parts.ts") => {
    const folder = folders.fresh();
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const plain = (name: string) => `export default { name: ${JSON.stringify(name)}, params: {}, start: () => () => 0 };`;

  test("adds to what is built in, each under its name", async () => {
    const { rewards, environments, indicators, strategies, files } = await loadExtensions(["own-parts.ts"], place());
    expect(Object.keys(rewards)).toEqual([...Object.keys(builtIn.rewards), "signed"]);
    expect(Object.keys(environments)).toEqual([...Object.keys(builtIn.environments), "long-or-flat"]);
    expect(Object.keys(indicators)).toEqual([...Object.keys(builtIn.indicators), "half-range"]);
    expect(Object.keys(strategies)).toEqual([...Object.keys(builtIn.strategies), "timid"]);
    expect(files).toHaveLength(1);
    expect(await loadExtensions()).toBe(builtIn);
  });

  test("has a hash of what it says and imports, wherever it lies", async () => {
    const [here, there] = [place(), join(folders.fresh(), "deeper")];
    mkdirSync(there);
    for (const file of ["own-parts.ts", "size.ts"]) writeFileSync(join(there, file), readFileSync(join(here, file)));
    const hashOf = async (folder: string) => (await loadExtensions(["own-parts.ts"], folder)).files[0]!.sha256;
    const hash = await hashOf(here);
    expect(await hashOf(there)).toBe(hash);
    writeFileSync(join(there, "size.ts"), "export const size = 2;\n");
    expect(await hashOf(there)).not.toBe(hash);
    await expect(loadExtensions([{ path: join(there, "own-parts.ts"), sha256: hash }])).rejects.toMatchObject({
      code: "extension/changed",
    });
  });

  test("that was changed is loaded anew by a program that runs on", async () => {
    const path = written(plain("first"));
    expect((await loadExtensions([path])).rewards).toHaveProperty("first");
    writeFileSync(path, plain("second"));
    expect((await loadExtensions([path])).rewards).toHaveProperty("second");
  });

  test.each<[string, string, string]>([
    ["that does not exist", "", "extension/unreadable"],
    ["that throws", 'throw new Error("no such thing");', "extension/unreadable"],
    ["that does not parse", "export default {", "extension/unreadable"],
    ["without an extension", "export default 3;", "extension/invalid"],
    ["with a name that is built in", plain("log-return"), "extension/invalid"],
    [
      "with a strategy that a report would take for another",
      'export default { name: "flat", params: {}, agent() {} };',
      "extension/invalid",
    ],
    ["with a name that is none", plain("../up"), "extension/invalid"],
  ])("%s is told", async (_, text, code) => {
    const path = written(text);
    if (text === "") rmSync(path);
    await expect(loadExtensions([path])).rejects.toMatchObject({ name: "UserError", code, path });
  });

  test("twice has each name twice, which is told", async () => {
    const path = written(plain("mine"));
    await expect(loadExtensions([path, path])).rejects.toMatchObject({ code: "extension/invalid" });
  });
});

test("a leak in an indicator of one's own is found", async () => {
  const folder = folders.fresh();
  const peeking = `let last = []; export default { name: "peek", params: {}, inputs: ["close"], outputs: [], unit: "price", warmup: () => 0,
    start() { const known = last; const closes = []; last = closes; return (close) => { closes.push(close); return known[closes.length] ?? close; }; } };`;
  writeFileSync(join(folder, "peek.mjs"), peeking);
  const { subjects, passed } = await auditLookahead(
    tinyExperiment({ extensions: [join(folder, "peek.mjs")], features: [{ indicator: "peek" }] }),
    walkDataSet(1, 150).bars,
    { rounds: 1 },
  );
  expect(passed).toBe(false);
  expect(subjects.filter(({ findings }) => findings.length > 0).map(({ name }) => name)).toEqual(expect.arrayContaining(["peek", "tiny"]));
});
