import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../base/index.ts";
import { type EnvironmentAuditRequest, runEnvironmentAudit } from "./audit-environment.ts";
import { csvOf, temporaryFolders, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const root = resolve(import.meta.dirname, "..", "..");
const example = join(root, "examples", "own-environment.ts");
const ours = JSON.stringify(pathToFileURL(join(root, "src", "env", "index.ts")).href);
const walks = JSON.stringify(pathToFileURL(join(root, "src", "market", "index.ts")).href);

/** A file of a user in a folder of its own. */
function fileOf(text: string, name = "mine.ts"): string {
  const folder = folders.fresh();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const quick = { reward: ["log-return"], check: ["seed", "conservation"], rounds: 1, steps: 40, seed: 1, learn: 0 };
const audit = (
  file: string,
  request: Partial<EnvironmentAuditRequest> = {},
  signal = new AbortController().signal,
  messages: string[] = [],
) =>
  runEnvironmentAudit(
    { ...quick, file, ...request },
    { cwd: folders.root, signal, clock: systemClock, progress: ({ message }) => void messages.push(message) },
  );

/** A subject over the built-in environment with a touch of one's own. */
const subjectWith = (changes: string) => `
  import { environments, kindSubject } from ${ours};
  import { geometricWalk } from ${walks};
  const bars = geometricWalk({ bars: 300, volatility: 0.01, seed: 2 });
  const honest = kindSubject(environments["single-asset"], { bars });
  export default { ...honest, name: "mine", ${changes} };
`;

describe("an environment over bars", () => {
  test("is audited on the sample and on the data set that is given, under each reward", async () => {
    const data = join(folders.fresh(), "walk.csv");
    writeFileSync(data, csvOf(walkDataSet(3, 400).bars));
    const { subjects, passed } = await audit(example, { data, reward: ["log-return", "sharpe"] });
    expect(subjects.map(({ subject }) => subject)).toEqual([
      "in-steps, log-return, SYNTHETIC-WALK-1",
      "in-steps, sharpe, SYNTHETIC-WALK-1",
      expect.stringMatching(/^in-steps, log-return, /),
      expect.stringMatching(/^in-steps, sharpe, /),
    ]);
    expect(subjects.flatMap(({ checks }) => checks.map(({ check, verdict }) => [check, verdict]))).toEqual(
      Array.from({ length: 4 }, () => [
        ["seed", "passed"],
        ["conservation", "passed"],
      ]).flat(),
    );
    expect(passed).toBe(true);
  });

  test("passes every check, and PPO learns what there is to be learnt", async () => {
    const { subjects, passed } = await audit(example, { check: [], learn: 16_384, rounds: 2, steps: 100 });
    const { checks } = subjects[0]!;
    expect(checks.filter(({ verdict }) => verdict !== "passed")).toEqual([]);
    expect(checks.at(-1)).toMatchObject({ check: "learning", message: null });
    expect(passed).toBe(true);
  }, 60_000);

  test("one that cannot be learnt fails, with PPO as well", async () => {
    const file = fileOf(`
      export default {
        name: "all-the-same", params: {}, accountFields: ["exposure"],
        actionSpace: () => ({ kind: "discrete", count: 2, labels: ["flat", "long"] }),
        observe: ({ exposure }, out, offset) => { out[offset] = exposure; },
        act: (action, { position }) => (position > 0 ? null : 1),
        terminated: () => false,
      };
    `);
    const { subjects, passed } = await audit(file, { check: ["positive control", "learning"], learn: 512 });
    expect(subjects[0]!.checks.map(({ verdict, message }) => [verdict, message])).toEqual([
      ["failed", expect.stringContaining("knowing it all gains no more than")],
      ["failed", expect.stringContaining("after 512 steps PPO gains no more than")],
    ]);
    expect(passed).toBe(false);
  });
});

describe("a subject of one's own", () => {
  test("passes, and one that ignores its seed fails with the seed that shows it", async () => {
    expect((await audit(fileOf(subjectWith("")))).passed).toBe(true);
    const file = fileOf(subjectWith("make: (request) => honest.make({ ...request, seed: 7 })"));
    const { subjects, passed } = await audit(file, { rounds: 3, seed: 5 });
    expect(passed).toBe(false);
    expect(subjects[0]!.checks[0]).toMatchObject({ check: "seed", verdict: "failed", seed: 5, rounds: 1 });
  });

  test("in a list, each is told of", async () => {
    const file = fileOf(`${subjectWith("").replace("export default", "const one =")}; export default [one, { ...one, name: "again" }];`);
    expect((await audit(file)).subjects.map(({ subject }) => subject)).toEqual(["mine", "again"]);
  });

  test("what could not be learnt for want of a control is said", async () => {
    const { subjects, passed } = await audit(fileOf(subjectWith("control: undefined")), { check: ["learning"], learn: 512 });
    expect(subjects[0]!.checks).toMatchObject([{ check: "learning", verdict: "unchecked", message: "the subject has no control" }]);
    expect(passed).toBe(true);
  });

  test("one that throws half-way has failed", async () => {
    const file = fileOf(
      subjectWith(`make(request) { if (request.garbage) throw new Error("no garbage here"); return honest.make(request); }`),
    );
    const { subjects } = await audit(file, { check: ["look-ahead"] });
    expect(subjects[0]!.checks[0]).toMatchObject({ verdict: "failed", message: "the environment threw Error: no garbage here" });
  });
});

describe("mistakes", () => {
  test.each<[string, string, string, RegExp]>([
    ["throws when it is imported", "throw new Error('not today');", "extension/unreadable", /cannot be loaded: not today/],
    ["does not parse", "export default {", "extension/unreadable", /cannot be loaded/],
    ["has no default export", "export const one = 1;", "extension/invalid", /has no default export/],
    ["exports an empty list", "export default [];", "extension/invalid", /empty list/],
    ["exports a number", "export default 7;", "extension/invalid", /^default: /],
    [
      "exports a kind without act",
      "export default { name: 'x', params: {}, accountFields: [], actionSpace() {}, observe() {}, terminated() {} };",
      "extension/invalid",
      /^default\.act: must be a function/,
    ],
    ["exports a subject that misspells a field", subjectWith("rewardtotal: () => 0"), "extension/invalid", /^default\.rewardtotal: /],
    ["exports a subject with an unknown wish", subjectWith("grants: ['luck']"), "extension/invalid", /^default\.grants\.0: /],
    [
      "makes something else",
      subjectWith("make: () => ({ count: 2 })"),
      "extension/invalid",
      /^default\.make\(\{ count: 2, seed: 0 \}\)\.observationSpace: /,
    ],
    ["makes nothing", subjectWith("make: () => undefined"), "extension/invalid", /^default\.make\(\{ count: 2, seed: 0 \}\)\.count: /],
    [
      "makes another number of environments",
      subjectWith("make: (request) => honest.make({ ...request, count: 3 })"),
      "extension/invalid",
      /count: must be the count that was asked for/,
    ],
    ["throws when it makes one", subjectWith("make() { throw new Error('out of stock'); }"), "extension/invalid", /threw out of stock/],
  ])("a file that %s", async (_what, text, code, message) => {
    await expect(audit(fileOf(text))).rejects.toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as string }));
  });

  test("a file that is not there, an unknown check or reward, and data for a market of one's own", async () => {
    await expect(audit("nowhere.ts")).rejects.toThrow(
      expect.objectContaining({ code: "extension/unreadable", message: expect.stringContaining("no such file") as string }),
    );
    await expect(audit(example, { check: ["luck"] })).rejects.toThrow(
      expect.objectContaining({ code: "usage/invalid-option", path: "--check" }),
    );
    await expect(audit(example, { check: ["learning"] })).rejects.toThrow(
      expect.objectContaining({ code: "usage/invalid-option", path: "--learn" }),
    );
    await expect(audit(example, { reward: ["luck"] })).rejects.toThrow(
      expect.objectContaining({ code: "usage/invalid-option", path: "--reward" }),
    );
    await expect(audit(fileOf(subjectWith("")), { data: "sp500" })).rejects.toThrow(
      expect.objectContaining({ code: "usage/invalid-option", path: "--data" }),
    );
  });
});

test("the page says what the result says", async () => {
  const file = fileOf(subjectWith("make: (request) => honest.make({ ...request, seed: 7 }), name: 'mine & <yours>'"));
  const html = join(folders.fresh(), "pages", "audit.html");
  const result = await audit(file, { html, check: ["seed", "reward hacking", "conservation"], steps: 50 });
  expect(result.html).toBe(html);
  const page = readFileSync(html, "utf8");
  expect(page).toContain("One check failed");
  expect(page).toContain("<h2>mine &amp; &lt;yours&gt;</h2>");
  expect(page).toContain(`tradewind audit environment ${file} --steps 50 --check "seed" --seed 1 --rounds 1`);
  for (const { check, promise, standings } of result.subjects[0]!.checks) {
    expect(page).toContain(`<th scope="row">${check}</th>`);
    expect(page).toContain(promise);
    for (const { name } of standings) expect(page).toContain(`<th scope="row">${name}</th>`);
  }
});

test("says what it is at, and stops between two rounds", async () => {
  const stop = new AbortController();
  const messages: string[] = [];
  const running = audit(example, { check: [], rounds: 50 }, stop.signal, messages);
  setTimeout(() => stop.abort(new Error("enough")), 0);
  await expect(running).rejects.toThrow("enough");
  expect(messages[0]).toBe("in-steps, log-return, SYNTHETIC-WALK-1: look-ahead");
  expect(messages.length).toBeLessThan(4);
});
