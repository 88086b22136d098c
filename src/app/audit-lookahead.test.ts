import { afterAll, expect, test } from "vitest";
import { type Indicator, indicator, indicators } from "../features/index.ts";
import { auditLookahead } from "./audit-lookahead.ts";
import { openDataSet } from "./data-sets.ts";
import { defineExperiment } from "./experiment.ts";
import { temporaryFolders, tinyExperiment, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

/** An indicator with a memory that outlives its run: from the second run on it tells the next close of the run before. */
function peekingIndicator(): Indicator {
  let lastRun: number[] = [];
  return indicator({
    name: "peek",
    params: {},
    inputs: ["close"],
    unit: "price",
    warmup: () => 0,
    start() {
      const known = lastRun;
      const closes: number[] = [];
      lastRun = closes;
      return (close) => {
        closes.push(close);
        return known[closes.length] ?? close;
      };
    },
  }) as unknown as Indicator;
}

test("every indicator, environment and reward passes on the S&P 500", async () => {
  const { bars } = await openDataSet("sp500", folders.home());
  const stages: number[] = [];
  const { subjects, passed, symbol } = await auditLookahead(defineExperiment({}), bars, {
    rounds: 1,
    onStage: (_, fraction) => stages.push(fraction),
  });
  expect(subjects.flatMap(({ name, findings }) => findings.map((finding) => `${name}: ${finding}`))).toEqual([]);
  expect({ passed, symbol }).toEqual({ passed: true, symbol: "SP500" });
  expect(subjects.filter(({ kind }) => kind === "indicator").map(({ name }) => name)).toEqual(Object.keys(indicators));
  expect(subjects.filter(({ kind }) => kind === "environment").length).toBeGreaterThan(10);
  expect(stages).toEqual(stages.toSorted((left, right) => left - right));
}, 120_000);

test("a leaking indicator that nothing uses is found by its name", async () => {
  const { subjects, passed } = await auditLookahead(tinyExperiment(), walkDataSet().bars, {
    rounds: 1,
    available: { ...indicators, peek: peekingIndicator() },
  });
  expect(passed).toBe(false);
  const guilty = subjects.filter(({ findings }) => findings.length > 0);
  expect(guilty.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["indicator peek"]);
  expect(guilty[0]!.findings[0]).toMatch(/peek of bar \d+ moved when all bars after \d+ were replaced/);
});

test("one that the experiment uses is found in its pipeline and in what its environments show", async () => {
  const honest = tinyExperiment();
  const leaking = { ...honest, features: [...honest.features, { indicator: "peek" }] };
  const { subjects, passed } = await auditLookahead(leaking, walkDataSet().bars, {
    rounds: 2,
    available: { ...indicators, peek: peekingIndicator() },
  });
  expect(passed).toBe(false);
  const guilty = subjects.filter(({ findings }) => findings.length > 0);
  expect(new Set(guilty.map(({ kind }) => kind))).toEqual(new Set(["indicator", "pipeline", "environment"]));
  expect(guilty.find(({ kind }) => kind === "environment")!.findings.join()).toContain("look-ahead");
});

test("one that a candidate uses is found in that candidate's pipeline", async () => {
  const honest = tinyExperiment();
  const candidates = [{ name: "plain" }, { name: "sly", features: [{ indicator: "log-return" }, { indicator: "peek" }] }];
  const { subjects } = await auditLookahead({ ...honest, candidates }, walkDataSet().bars, {
    rounds: 1,
    available: { ...indicators, peek: peekingIndicator() },
  });
  const guilty = subjects.filter(({ kind, findings }) => kind === "pipeline" && findings.length > 0);
  expect(guilty.map(({ name }) => name)).toEqual(["tiny, sly"]);
});

test("the same seed finds the same", async () => {
  const audit = (seed: number) =>
    auditLookahead(tinyExperiment(), walkDataSet().bars, { rounds: 1, seed, available: { peek: peekingIndicator(), ...indicators } });
  expect(await audit(3)).toEqual(await audit(3));
});

test("stops between two parts", async () => {
  const stop = new AbortController();
  const parts: string[] = [];
  const onStage = (part: string) => {
    parts.push(part);
    if (parts.length === 3) stop.abort(new Error("enough"));
  };
  await expect(auditLookahead(tinyExperiment(), walkDataSet().bars, { rounds: 1, signal: stop.signal, onStage })).rejects.toThrow("enough");
  expect(parts.length).toBe(3);
});
