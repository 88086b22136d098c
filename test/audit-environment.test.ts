import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { temporaryFolders } from "../src/app/testing/tiny.ts";
import { runHere } from "./support/program.ts";

// `tradewind audit environment`, as a person meets it.

const folders = temporaryFolders();
afterAll(folders.remove);

const root = join(import.meta.dirname, "..");
const own = ["audit", "environment", join("examples", "own-environment.ts")];
const few = ["--rounds", "1", "--steps", "60"];

/** Our environment, which asks for its luck anew instead of taking the seed. */
function unseeded(): string {
  const file = join(folders.fresh(), "unseeded.ts");
  const imported = (layer: string) => JSON.stringify(pathToFileURL(join(root, "src", layer, "index.ts")).href);
  writeFileSync(
    file,
    `
      import { environments, kindSubject } from ${imported("env")};
      import { geometricWalk } from ${imported("market")};
      const honest = kindSubject(environments["single-asset"], { bars: geometricWalk({ bars: 300, volatility: 0.01, seed: 2 }) });
      let luck = 0;
      export default { ...honest, name: "unseeded", make: (request) => honest.make({ ...request, seed: luck++ }) };
    `,
  );
  return file;
}

test("an honest environment: a table of checks, how policies did, exit code 0", async () => {
  const { exitCode, out, log } = await runHere([...own, ...few], root);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^in-steps, log-return, SYNTHETIC-WALK-1\ncheck +compared/);
  expect(out).toMatch(/^look-ahead +passed +\d+$/m);
  expect(out).toMatch(/^positive control +reward +gain +deepest fall\noracle /m);
  expect(out).toMatch(/Passed: 14 checks passed, 0 failed, 0 could not be made\.\n$/);
  expect(log).toContain("in-steps, log-return, SYNTHETIC-WALK-1: look-ahead");
});

test("a fault: what must hold, where it does not, the command that shows it again, exit code 1", async () => {
  const file = unseeded();
  const { exitCode, out } = await runHere(["audit", "environment", file, "--check", "seed,numbers", "--seed", "3", ...few], root);
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^seed +FAILED/m);
  expect(out).toMatch(/^numbers +passed/m);
  expect(out).toMatch(/^FAILED seed: the same seed gave two trajectories: .+ of environment \d after \d+ steps$/m);
  expect(out).toMatch(/^ {2}It must hold that a seed repeats an episode to the bit/m);
  const [, again] = /^ {2}To see it: tradewind (.+)$/m.exec(out)!;
  expect(again).toBe(`audit environment ${file} --steps 60 --check "seed" --seed 3 --rounds 1`);
  expect(out).toMatch(/FAILED: 1 checks passed, 1 failed, 0 could not be made\.\n$/);
});

test("--json: the same as one document", async () => {
  const { exitCode, out } = await runHere([...own, ...few, "--check", "actions", "--json"], root);
  expect(exitCode).toBe(0);
  const { subjects, passed } = JSON.parse(out) as { subjects: { checks: object[] }[]; passed: boolean };
  expect(passed).toBe(true);
  expect(subjects[0]!.checks).toEqual([
    {
      check: "actions",
      promise: "what is no action is refused; a number beyond its bound is refused too or taken for the bound",
      verdict: "passed",
      message: null,
      examined: 5,
      rounds: 1,
      seed: null,
      notes: [],
      standings: [],
    },
  ]);
});

test.each([
  ["no file", ["audit", "environment"], "usage/invalid-option"],
  ["a file that is not there", ["audit", "environment", "nowhere.ts"], "extension/unreadable"],
  ["a file of something else", ["audit", "environment", join("examples", "experiment.ts")], "extension/invalid"],
  ["an unknown check", [...own, "--check", "luck"], "usage/invalid-option"],
  ["no rounds", [...own, "--rounds", "0"], "usage/invalid-option"],
])("%s is exit code 2 and a code", async (_what, words, code) => {
  const { exitCode, log } = await runHere(words, root);
  expect(exitCode).toBe(2);
  expect(log).toContain(code);
});

test("Ctrl-C ends it between two rounds", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 0);
  const { exitCode, log } = await runHere([...own, "--rounds", "1000"], root, stop.signal);
  expect(exitCode).toBe(1);
  expect(log).toContain("work/stopped");
});
