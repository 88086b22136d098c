import { expect, test } from "vitest";
import { z } from "zod";
import { manualClock, UserError } from "../base/index.ts";
import { command, type Context } from "./command.ts";
import { type CommandTable, runProgram } from "./program.ts";

/** What a command saw, for the test to look at. */
interface Seen {
  request?: unknown;
  context?: Context;
}

function commandsFor(seen: Seen, loaded: string[] = []): CommandTable {
  const train = command({
    name: "train",
    summary: "Train an agent",
    params: {
      file: z.string().describe("experiment file"),
      more: z.array(z.string()).default([]),
      learningRate: z.number().positive().default(0.01).describe("size of an update"),
      seeds: z.array(z.int()).default([]),
      algorithm: z.enum(["ppo", "a2c"]).default("ppo"),
      serve: z.boolean().default(true).describe("open the dashboard"),
      quick: z.boolean().default(false),
      from: z.iso.date().optional(),
    },
    arguments: ["file", "more"],
    run(request, context) {
      seen.request = request;
      seen.context = context;
      context.log("training");
      context.progress({ stage: "train", fraction: 1, message: "all steps" });
      return { steps: 3 };
    },
    print: ({ steps }) => `${steps} steps`,
  });
  const failing = (name: string, fail: () => never) => command({ name, summary: name, params: {}, run: fail, print: () => "" });
  const audit = command({
    name: "audit",
    summary: "Audit",
    params: {},
    run: () => ({ leaks: 2 }),
    print: () => "2 leaks",
    failed: ({ leaks }) => leaks > 0,
  });
  const entries = {
    train,
    audit,
    "data list": failing("data list", () => {
      throw new UserError("data/empty", "nothing here", { path: "bars.csv", hint: "Import something." });
    }),
    crash: failing("crash", () => {
      throw new Error("a wheel came off");
    }),
    wait: command({ name: "wait", summary: "Wait", params: {}, run: (_, { signal }) => signal.throwIfAborted(), print: () => "waited" }),
  };
  return Object.fromEntries(
    Object.entries(entries).map(([name, definition]) => [
      name,
      {
        summary: definition.summary,
        load: async () => {
          loaded.push(name);
          return { default: definition };
        },
      },
    ]),
  );
}

async function run(words: string, table: CommandTable = commandsFor({}), signal = new AbortController().signal) {
  let out = "";
  let log = "";
  const exitCode = await runProgram(
    words === "" ? [] : words.split(" "),
    {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (log += text) },
      clock: manualClock(),
      cwd: "/work",
      signal,
    },
    table,
  );
  return { exitCode, out, log };
}

test("defaults are filled in, and the result is printed for a person", async () => {
  const seen: Seen = {};
  expect(await run("train job.json", commandsFor(seen))).toMatchObject({ exitCode: 0, out: "3 steps\n" });
  expect(seen.request).toEqual({ file: "job.json", more: [], learningRate: 0.01, seeds: [], algorithm: "ppo", serve: true, quick: false });
  expect(seen.context).toMatchObject({ cwd: "/work" });
});

test("numbers, lists, choices, switches and dates are read", async () => {
  const seen: Seen = {};
  await run("train a b c --learning-rate -1e-3 --seeds 1,2", commandsFor(seen));
  expect(seen.request, "a negative rate is refused").toBeUndefined();
  const { exitCode } = await run(
    "train a b c --learning-rate 1e-3 --seeds 1,2 --seeds 3 --algorithm a2c --no-serve --quick --from 2024-02-29",
    commandsFor(seen),
  );
  expect(exitCode).toBe(0);
  expect(seen.request).toEqual({
    file: "a",
    more: ["b", "c"],
    learningRate: 0.001,
    seeds: [1, 2, 3],
    algorithm: "a2c",
    serve: false,
    quick: true,
    from: "2024-02-29",
  });
});

test("under --json standard output is one document, and the log is on standard error", async () => {
  const { out, log, exitCode } = await run("train job.json --json");
  expect(JSON.parse(out)).toEqual({ steps: 3 });
  expect(log).toContain("training");
  expect(exitCode).toBe(0);
});

test.each([
  ["train", "usage/invalid-option", "file", "missing required argument 'file'"],
  ["train x --learning-rate fast", "usage/invalid-option", "--learning-rate", "expected number"],
  ["train x --learning-rate 0", "usage/invalid-option", "--learning-rate", "expected number to be >0"],
  ["train x --learning-rate", "usage/invalid-option", "--learning-rate", "argument missing"],
  ["train x --algorithm dqn", "usage/invalid-option", "--algorithm", "ppo"],
  ["train x --seeds 1,b", "usage/invalid-option", "--seeds", "expected number"],
  ["train x --from yesterday", "usage/invalid-option", "--from", "date"],
  ["train x --learning-rat 1", "usage/invalid-option", "--learning-rat", "unknown option"],
  ["trian x", "usage/unknown-command", "trian", "unknown command"],
  ["data lisst", "usage/unknown-command", "lisst", "unknown command"],
  ["data", "usage/unknown-command", "data", "needs a command"],
  ["audit extra", "usage/invalid-option", "", "too many arguments"],
])("%s is %s", async (words, code, path, message) => {
  const { exitCode, out, log } = await run(`${words} --json`);
  expect(exitCode).toBe(2);
  const { error } = JSON.parse(out) as { error: { code: string; path: string; message: string; hint: string } };
  expect(error.code).toBe(code);
  expect(error.path).toContain(path);
  expect(error.message).toContain(message);
  expect(error.hint.length).toBeGreaterThan(10);
  expect(log).toContain(code);
});

test("a near miss is answered with what may have been meant", async () => {
  expect((await run("trian x")).log).toContain("Did you mean train?");
  expect((await run("train x --learning-rat 1")).log).toContain("Did you mean --learning-rate?");
});

test("a user's mistake has its own exit code, anything else is an internal failure", async () => {
  const mistake = await run("data list --json");
  expect(mistake.exitCode).toBe(2);
  expect(JSON.parse(mistake.out)).toEqual({
    error: { code: "data/empty", message: "nothing here", path: "bars.csv", hint: "Import something." },
  });
  const crash = await run("crash --json");
  expect(crash.exitCode).toBe(1);
  expect(JSON.parse(crash.out)).toMatchObject({ error: { code: "internal/failure", message: "a wheel came off" } });
  expect(crash.log, "with the place in the code").toContain("program.test.ts");
  expect(await run("crash"), "without --json nothing is on standard output").toMatchObject({ out: "" });
});

test("work that was stopped before it had a result has failed, through nobody's fault", async () => {
  expect(await run("wait")).toMatchObject({ exitCode: 0, out: "waited\n" });
  const { exitCode, out, log } = await run("wait --json", commandsFor({}), AbortSignal.abort());
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ error: { code: "work/stopped" } });
  expect(log).not.toMatch(/please report|\n\s+at /);
});

test("a result may itself mean failure", async () => {
  expect(await run("audit")).toMatchObject({ exitCode: 1, out: "2 leaks\n" });
});

test("help lists the commands without loading one, and of one command its options", async () => {
  const loaded: string[] = [];
  const table = commandsFor({}, loaded);
  for (const words of ["", "--help", "data --help"]) expect((await run(words, table)).exitCode).toBe(0);
  expect(loaded).toEqual([]);
  expect((await run("", table)).out).toContain("Train an agent");
  const { out } = await run("train --help", table);
  expect(out).toContain("--learning-rate <number>");
  expect(out).toContain("size of an update (default: 0.01)");
  expect(out).toContain("ppo | a2c");
  expect(out).toMatch(/--no-serve +do not open the dashboard/);
  expect(out, "an empty list is no default worth telling").not.toContain("(default: )");
  expect(loaded).toEqual(["train"]);
  expect((await run("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});
