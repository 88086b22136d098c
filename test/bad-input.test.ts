import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvOf, tinyModel, walkDataSet } from "../src/app/testing/tiny.ts";
import { errorTable } from "../src/base/index.ts";
import { type Ended, runHere, runProcess } from "./support/program.ts";

// Whatever a person gets wrong is exit code 2 and one coded error that names the place and the way out, and leaves nothing behind.

const root = mkdtempSync(join(tmpdir(), "tradewind-bad-input-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const csv = csvOf(walkDataSet(1, 300).bars);
const header = csv.split("\n")[0]!;

/** A working folder with the files given. */
function folderWith(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = mkdtempSync(join(root, "at-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const everythingIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();

/** The one coded error of a program that was told `--json`. */
function mistakeOf({ exitCode, out, log }: Ended): { code: string; message: string; path?: string; hint: string } {
  expect(exitCode).toBe(2);
  const { error, ...rest } = JSON.parse(out) as { error: { code: string; message: string; path?: string; hint: string } };
  expect(rest, "one document, the error alone").toEqual({});
  expect(errorTable).toHaveProperty([error.code]);
  expect(error.hint.length, "the way out").toBeGreaterThan(10);
  expect(log, "and for a person on standard error").toContain(error.code);
  expect(log).toContain(error.hint);
  expect(log, "no stack of ours").not.toMatch(/\n\s+at /);
  return error;
}

const noise = Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * index * 31) % 256));
const badFiles: [what: string, name: string, content: string | Buffer, code: string][] = [
  ["an empty file", "empty.csv", "", "data/empty"],
  ["a file of blank lines", "blank.csv", "\n\n  \n", "data/empty"],
  ["a header without rows", "header.csv", `${header}\n`, "data/empty"],
  ["gzip that is cut off", "cut.csv.gz", gzipSync(csv).subarray(0, 2000), "data/truncated"],
  ["Parquet that is cut off", "cut.parquet", Buffer.concat([Buffer.from("PAR1"), noise]), "data/truncated"],
  ["binary", "noise.csv", noise, "data/unknown-format"],
  ["binary in gzip", "noise.csv.gz", gzipSync(noise), "data/unknown-format"],
  ["a picture under another name", "picture.csv", Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), noise]), "data/unknown-format"],
  ["a page of the web", "page.csv", "<!doctype html><html><body>Not found</body></html>\n", "data/missing-column"],
  ["columns of something else", "people.csv", "name,age\nAda,36\nGrace,85\n", "data/missing-column"],
  [
    "prices that are words",
    "words.csv",
    `${header}\n2020-01-01,one,two,three,four,five\n2020-01-02,one,two,three,four,five\n`,
    "data/invalid-value",
  ],
];

describe("a data file", () => {
  test.each(badFiles)("%s is not imported, and nothing is stored", async (_, name, content, code) => {
    const folder = folderWith({ [name]: content });
    const error = mistakeOf(await runHere(["data", "import", name, "--json"], folder));
    expect(error.code).toBe(code);
    expect(`${error.path} ${error.message}`).toMatch(new RegExp(`${name.replaceAll(".", "\\.")}|open|close|time`));
    expect(everythingIn(folder)).toEqual([name]);
  });

  test.each(badFiles)("%s is not trained on, and no run is filed", async (_, name, content, code) => {
    const folder = folderWith({ [name]: content });
    for (const words of [
      ["train", "--data", name],
      ["demo", "--no-serve", "--data", name],
    ]) {
      expect(mistakeOf(await runHere([...words, "--json"], folder)).code).toBe(code);
    }
    expect(everythingIn(folder).filter((path) => /runs|models|out|report/.test(path))).toEqual([]);
    expect(JSON.parse((await runHere(["runs", "--json"], folder)).out)).toEqual([]);
  });

  test.each([
    ["missing.csv", "data/unreadable"],
    [".", "data/empty"],
  ])("that is not there, or a folder with nothing in it, such as %s", async (name, code) => {
    const folder = folderWith();
    const error = mistakeOf(await runHere(["data", "import", name, "--json"], folder));
    expect(error.code).toBe(code);
    expect(everythingIn(folder)).toEqual([]);
  });

  test("CSV that calls itself Parquet is read as what it is", async () => {
    const { exitCode, out } = await runHere(["data", "import", "walk.parquet", "--json"], folderWith({ "walk.parquet": csv }));
    expect([exitCode, (JSON.parse(out) as { report: { rows: { kept: number } } }).report.rows.kept]).toEqual([0, 300]);
  });

  test("some bad rows are kept out and told; with --strict they refuse the file", async () => {
    const folder = folderWith({ "walk.csv": `${csv}2001-05-01T00:00:00.000Z,100,90,110,100,5\n` });
    const strict = mistakeOf(await runHere(["data", "import", "walk.csv", "--strict", "--json"], folder));
    expect(strict.code).toBe("data/invalid-value");
    expect(strict.message).toContain("walk.csv");
    expect(everythingIn(folder)).toEqual(["walk.csv"]);
    const { exitCode, out } = await runHere(["data", "import", "walk.csv"], folder);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/quarantined|kept out|refused/i);
  });

  test("of too few bars is told before anything is trained on it", async () => {
    const folder = folderWith({ "short.csv": `${csv.split("\n").slice(0, 31).join("\n")}\n` });
    expect(mistakeOf(await runHere(["train", "--data", "short.csv", "--steps", "100", "--seeds", "1", "--json"], folder)).code).toBe(
      "data/too-short",
    );
    expect(everythingIn(folder).filter((path) => /report|model/.test(path.replace("lab/models", "")))).toEqual([]);
  });
});

describe("an experiment file", () => {
  test.each<[string, string, string, string, string | RegExp]>([
    ["an unknown key", "run.json", '{"totalStep": 5}', "config/invalid", "experiment.totalStep"],
    ["an unknown key within", "run.json", '{"environment": {"costs": {"fee": 5}}}', "config/invalid", "experiment.environment.costs.fee"],
    [
      "an impossible value",
      "run.json",
      '{"environment": {"costs": {"feeBps": -5}}}',
      "config/invalid",
      "experiment.environment.costs.feeBps",
    ],
    [
      "a misspelt parameter",
      "run.json",
      '{"algorithm": {"name": "ppo", "params": {"learningRat": 1}}}',
      "config/invalid",
      "experiment.algorithm.params.learningRat",
    ],
    [
      "an unknown indicator",
      "run.mjs",
      'export default { features: [{ indicator: "rsy" }] };',
      "config/invalid",
      "experiment.features.0.indicator",
    ],
    ["text for a number", "run.json", '{"totalSteps": "5"}', "config/invalid", "experiment.totalSteps"],
    ["no JSON", "run.json", "totalSteps: 5", "config/unreadable", /run\.json$/],
    ["no module", "run.ts", "export default {", "config/unreadable", /run\.ts$/],
    ["no default export", "run.mjs", "export const experiment = {};", "config/invalid", "experiment"],
    ["unknown data", "run.json", '{"data": "sp501"}', "data/not-found", "data"],
  ])("with %s", async (_, name, text, code, path) => {
    const folder = folderWith({ [name]: text });
    for (const command of [["train"], ["audit", "lookahead"]]) {
      const error = mistakeOf(await runHere([...command, name, "--json"], folder));
      expect(error.code).toBe(code);
      if (typeof path === "string") expect(error.path).toBe(path);
      else expect(error.path).toMatch(path);
    }
    expect(JSON.parse((await runHere(["runs", "--json"], folder)).out), "no run is filed").toEqual([]);
  });

  test("that is not there", async () => {
    expect(mistakeOf(await runHere(["train", "nowhere.json", "--json"], folderWith())).code).toBe("config/unreadable");
  });
});

describe("a command line", () => {
  test.each<[string, string, string]>([
    ["trian", "usage/unknown-command", "trian"],
    ["data lisst", "usage/unknown-command", "lisst"],
    ["data", "usage/unknown-command", "data"],
    ["train --stepps 5", "usage/invalid-option", "--stepps"],
    ["train --steps 0", "usage/invalid-option", "--steps"],
    ["train --steps ten", "usage/invalid-option", "--steps"],
    ["train --seeds 1,x", "usage/invalid-option", "--seeds"],
    ["train --seeds -1", "usage/invalid-option", "--seeds"],
    ["train --seeds 1,1", "config/invalid", "experiment.seeds"],
    ["train --resume nobody", "run/not-found", "nobody"],
    ["train --resume some-run --steps 5", "usage/invalid-option", "--resume"],
    ["train one.json two.json", "usage/invalid-option", ""],
    ["data import", "usage/invalid-option", "file"],
    ["data import walk.csv --columns close", "usage/invalid-option", "--columns"],
    ["data import walk.csv --columns price=close", "config/invalid", "price"],
    ["data import walk.csv --time-zone Mars/Olympus", "config/invalid", "timeZone"],
    ["data import walk.csv --calendar mars", "config/invalid", "calendar"],
    ["data import walk.csv --name ../up", "usage/invalid-option", "name"],
    ["data check nothing --calendar mars", "config/invalid", "calendar"],
    ["data check nothing", "data/not-found", "data"],
    ["demo --port 99999", "usage/invalid-option", "--port"],
    ["demo --bars-per-second 0", "usage/invalid-option", "--bars-per-second"],
    ["paper", "usage/invalid-option", "--model"],
    ["paper --model nobody", "model/not-found", "nobody"],
    ["paper --model nobody --from yesterday", "usage/invalid-option", "--from"],
    ["serve --port http", "usage/invalid-option", "--port"],
    ["audit lookahead --rounds 0", "usage/invalid-option", "--rounds"],
    ["bench nothing/such", "usage/invalid-option", "nothing/such"],
  ])("%s", async (line, code, path) => {
    const folder = folderWith({ "walk.csv": csv });
    const error = mistakeOf(await runHere([...line.split(" "), "--json"], folder));
    expect(error.code).toBe(code);
    expect(`${error.path}`).toContain(path);
    expect(everythingIn(folder).filter((name) => !name.startsWith(".tradewind/lab") && name !== ".tradewind")).toEqual(["walk.csv"]);
  });
});

describe("a model", () => {
  let model: string;
  beforeAll(async () => {
    model = await tinyModel(mkdtempSync(join(root, "model-")));
  });

  /** A working folder with a copy of the model that was changed, and bars to replay. */
  function changed(change: (manifest: { trading: { environment: { window: number } }; policy: { fileSha256: string } }) => void): string {
    const folder = folderWith({ "walk.csv": csv });
    cpSync(model, join(folder, "model"), { recursive: true });
    const path = join(folder, "model", "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8")) as Parameters<typeof change>[0];
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
    return folder;
  }
  const paper = (folder: string, ...words: string[]) =>
    runHere(["paper", "--model", "model", "--replay", "walk.csv", ...words, "--json"], folder);
  const hasNoSession = (folder: string) => expect(everythingIn(folder).filter((path) => path.includes("sessions"))).toEqual([]);

  test("as it was trained trades", async () => {
    const folder = changed(() => undefined);
    const { exitCode, out } = await paper(folder);
    expect([exitCode, (JSON.parse(out) as { session: { status: string } }).session.status]).toEqual([0, "finished"]);
  });

  test("of another observation schema", async () => {
    const folder = changed(({ trading }) => (trading.environment.window = 3));
    const error = mistakeOf(await paper(folder));
    expect(error.code).toBe("model/schema-mismatch");
    expect(error.path).toContain("policy.observationSize");
    hasNoSession(folder);
  });

  test("that was damaged", async () => {
    const folder = changed(({ policy }) => (policy.fileSha256 = "0".repeat(64)));
    expect(mistakeOf(await paper(folder)).code).toBe("model/invalid");
    hasNoSession(folder);
  });

  test.each<[string, string, string, RegExp]>([
    ["no JSON", "[", "config/unreadable", /risk\.json/],
    ["an unknown rule", '[{"rule":"max-drawdwn"}]', "config/invalid", /risk\.0/],
    ["an impossible limit", '[{"rule":"max-drawdown","params":{"maxDrawdown":2}}]', "config/invalid", /risk\.0\.params\.maxDrawdown/],
    ["a misspelt limit", '[{"rule":"max-drawdown","params":{"maxDrawdwn":0.2}}]', "config/invalid", /risk\.0\.params\.maxDrawdwn/],
    ["no list", "{}", "config/invalid", /risk/],
  ])("under risk rules with %s", async (_, text, code, path) => {
    const folder = changed(() => undefined);
    writeFileSync(join(folder, "risk.json"), text);
    const error = mistakeOf(await paper(folder, "--risk", "risk.json"));
    expect(error.code).toBe(code);
    expect(error.path).toMatch(path);
    hasNoSession(folder);
  });

  test("over too short a replay, or from a day after its end", async () => {
    const folder = changed(() => undefined);
    expect(mistakeOf(await paper(folder, "--from", "2050-01-01"))).toMatchObject({ code: "data/too-short", path: "from" });
    writeFileSync(join(folder, "walk.csv"), `${csv.split("\n").slice(0, 6).join("\n")}\n`);
    expect(mistakeOf(await paper(folder)).code).toBe("data/too-short");
    hasNoSession(folder);
  });

  test("that is an empty folder", async () => {
    const folder = folderWith({ "walk.csv": csv });
    mkdirSync(join(folder, "model"));
    expect(mistakeOf(await paper(folder)).code).toBe("model/not-found");
  });
});

describe("as a process of its own", () => {
  test.each<[string[], string]>([
    [["data", "import", "noise.csv"], "data/unknown-format"],
    [["train", "run.json"], "config/invalid"],
    [["demo", "--no-serve", "--data", "missing.csv"], "data/unreadable"],
    [["trian"], "usage/unknown-command"],
  ])("%j", async (words, code) => {
    const folder = folderWith({ "noise.csv": noise, "run.json": '{"totalStep": 5}' });
    expect(mistakeOf(await runProcess([...words, "--json"], folder)).code).toBe(code);
    const { exitCode, out, log } = await runProcess(words, folder);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(log).toContain(code);
  });
});
