import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import { backtestStrategy } from "./backtest-strategy.ts";
import { compareRuns } from "./compare-runs.ts";

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "compare-"));
  const request = { data: "sp500", cash: 100_000, top: 1, seed: 1, extensions: [], home: "home", from: "2019-01-01" };
  const situation = { cwd: folder, clock: manualClock(0), signal: new AbortController().signal, progress() {} };
  for (const [strategy, report] of [
    ["moving-average-cross", "one"],
    ["rsi-reversion", join("home", "runs", "r-2")], // As a run leaves its report.
  ] as const)
    await backtestStrategy({ ...request, strategy, report, param: [] }, situation);
  mkdirSync(join(folder, "broken"));
  writeFileSync(join(folder, "broken", "report.json"), "{");
  writeFileSync(join(folder, "other.json"), "{}");
});
afterAll(() => rmSync(folder, { recursive: true }));

const compare = (runs: string[], more: { html?: string; markdown?: string } = {}) =>
  compareRuns({ runs, seed: 1, home: "home", ...more }, { cwd: folder });

test("a folder, a file and a run's id are all the same to it", () => {
  const { lines, sameStretch } = compare(["one", "r-2", join("one", "report.json")]);
  expect(lines.map(({ label }) => label)).toEqual(["1: one", "r-2", `3: ${join("one", "report.json")}`, "buy-and-hold of SP500"]);
  expect(lines[2]!.figures).toEqual(lines[0]!.figures);
  expect(sameStretch).toBe(true);
});

test("it is written where it is asked for", () => {
  const { files } = compare(["one", "r-2"], { html: "out/c.html", markdown: "out/c.md" });
  expect(files).toEqual(["c.html", "c.md", "c-figures/worth-of-1.svg"].map((file) => join(folder, "out", file)));
  expect(readFileSync(files[0]!, "utf8")).toMatch(/^<!doctype html>/);
  expect(readFileSync(files[1]!, "utf8")).toContain("(c-figures/worth-of-1.svg)");
});

test.each([
  [["one"], "usage/invalid-option", "runs"],
  [["one", "nowhere"], "run/not-found", "nowhere"],
  [["one", "broken"], "data/corrupt", expect.stringContaining("report.json")],
  [["one", "other.json"], "data/corrupt", expect.anything()],
])("%j is refused as %s", (runs, code, path) => {
  expect(() => compare(runs)).toThrow(expect.objectContaining({ code, path }) as Error);
});
