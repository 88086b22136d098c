import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvOf, walkDataSet } from "../src/app/testing/tiny.ts";
import { Report, reportHash } from "../src/evaluation/index.ts";
import { type Ended, runHere, runProcess } from "./support/program.ts";

// What `npm start` runs, as a process of its own, with few steps.

const root = mkdtempSync(join(tmpdir(), "tradewind-demo-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const freshFolder = () => mkdtempSync(join(root, "at-"));

const few = ["--steps", "2048", "--seeds", "1,2"];
const demo = (folder: string, ...words: string[]) => runProcess(["demo", "--no-serve", "--json", ...words], folder);

interface DemoDocument {
  readonly run: string;
  readonly model: string | null;
  readonly headline: string | null;
  readonly sentences: readonly string[];
  readonly synthetic: boolean;
}

function documentOf({ exitCode, out, log }: Ended): DemoDocument {
  expect(exitCode, log).toBe(0);
  return JSON.parse(out) as DemoDocument;
}

const reportIn = (folder: string): Report => Report.parse(JSON.parse(readFileSync(join(folder, "out", "demo", "report.json"), "utf8")));
const listed = async (what: "runs" | "models", folder: string) =>
  JSON.parse((await runHere([what, "--json"], folder)).out) as Record<string, unknown>[];

describe("on the prices that come with the installation", () => {
  let folder: string;
  let ended: Ended;
  let result: DemoDocument;
  beforeAll(async () => {
    folder = freshFolder();
    ended = await demo(folder, ...few);
    result = documentOf(ended);
  }, 120_000);

  test("the reports are there, and say what they rest on", () => {
    const report = reportIn(folder);
    expect(report.data).toMatchObject({
      symbol: "SP500",
      synthetic: false,
      lineage: { package: "vega-datasets", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
    expect(report.seeds.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(report.walkForward.folds.length).toBeGreaterThan(0);
    expect(result).toMatchObject({ headline: report.verdict.headline, synthetic: false });
    const page = readFileSync(join(folder, "out", "demo", "report.html"), "utf8");
    expect(page).toContain(report.verdict.headline);
    expect(page, "self-contained").not.toMatch(/(?:src|href)="https?:/);
    const text = readFileSync(join(folder, "out", "demo", "report.md"), "utf8");
    expect(text).toContain(`## Equity and drawdown`);
    for (const [, drawing] of text.matchAll(/\]\((figures\/[^)]+)\)/g))
      expect(existsSync(join(folder, "out", "demo", drawing!)), drawing).toBe(true);
  });

  test("the run is filed, and its model registered under it", async () => {
    expect(await listed("runs", folder)).toMatchObject([{ id: result.run, status: "finished", headline: result.headline }]);
    expect(await listed("models", folder)).toMatchObject([{ id: "demo@1", runId: result.run }]);
    expect(result.model).toBe("demo@1");
  });

  test("progress is told on standard error", () => {
    expect(ended.log).toMatch(/train .* steps/);
    expect(ended.log).toContain(result.headline!);
  });

  test("the model trades the stretch it never saw on paper", async () => {
    const { exitCode, out } = await runHere(["paper", "--model", "demo", "--json"], folder);
    expect(exitCode).toBe(0);
    const { session } = JSON.parse(out) as { session: { status: string; barsSeen: number; points: { time: number }[] } };
    expect(session).toMatchObject({ status: "finished", barsSeen: reportIn(folder).split.test.bars });
    expect(session.points[0]!.time).toBe(reportIn(folder).split.test.from);
  });

  test("another time gives the same report, but for its clock", async () => {
    const again = freshFolder();
    documentOf(await demo(again, ...few));
    expect(reportHash(reportIn(again))).toBe(reportHash(reportIn(folder)));
  }, 120_000);
});

describe("on a file of one's own", () => {
  const ownFile = async (...words: string[]) => {
    const folder = freshFolder();
    writeFileSync(join(folder, "mine.csv"), csvOf(walkDataSet(8, 500).bars));
    const { model } = documentOf(await demo(folder, ...few, "--data", "mine.csv", ...words));
    expect(model).toBe("demo@1");
    return folder;
  };

  test("that is CSV: the same report wherever it lies, and the file is found again from anywhere", async () => {
    const folder = await ownFile();
    const report = reportIn(folder);
    expect(report.data).toMatchObject({ symbol: "mine", lineage: { source: "file", file: "mine.csv" }, stretch: { bars: 500 } });
    expect(JSON.stringify(report)).not.toContain(root);
    const elsewhere = await ownFile("--out", "elsewhere");
    const other = Report.parse(JSON.parse(readFileSync(join(elsewhere, "elsewhere", "report.json"), "utf8")));
    expect(reportHash(other)).toBe(reportHash(report));
    const paper = await runHere(["paper", "--model", "demo", "--home", join(folder, ".tradewind"), "--json"], freshFolder());
    expect(paper.exitCode, paper.log).toBe(0);
  }, 120_000);

  const published = join(import.meta.dirname, "..", "..", "shared", "data", "crypto_hourly_coinbase", "BTCUSD_1h_as_published.csv.gz");
  const isThere = existsSync(published);
  if (!isThere) console.warn("skipped: the demo on an hourly file as an exchange published it; ../shared/data is not there");
  test.skipIf(!isThere)(
    "that an exchange published: hourly, gzipped, newest first",
    async () => {
      const folder = freshFolder();
      documentOf(await demo(folder, "--steps", "2048", "--seeds", "1", "--data", published));
      const { data, split } = reportIn(folder);
      expect(data.lineage.file).toBe("BTCUSD_1h_as_published.csv.gz");
      expect(data.barsPerYear).toBeGreaterThan(8000);
      expect(split.train!.to).toBeLessThan(split.test.from);
    },
    180_000,
  );
});

describe.skipIf(process.platform === "win32")("Ctrl-C in the middle of training", () => {
  const words = ["--steps", "30000", "--seeds", "1,2"];

  test("ends cleanly and tells how to go on, which gives what an uninterrupted run gives", async () => {
    const folder = freshFolder();
    let interrupted = false;
    const stopped = await runProcess(["demo", "--no-serve", ...words], folder, (log, interrupt) => {
      if (interrupted || !/train .* steps/.test(log)) return;
      interrupted = true;
      interrupt();
    });
    expect(stopped.exitCode, stopped.log).toBe(0);
    expect(stopped.log).toContain("Stopping cleanly");
    const [, run] = /tradewind train --resume (\S+)/.exec(stopped.out) ?? [];
    expect(run, stopped.out).toBeDefined();
    expect(existsSync(join(folder, "out")), "no report of half a run").toBe(false);
    expect(await listed("runs", folder)).toMatchObject([{ id: run, status: "stopped" }]);
    expect(await listed("models", folder)).toEqual([]);

    const resumed = await runProcess(["train", "--resume", run!, "--json"], folder);
    expect(resumed.exitCode, resumed.log).toBe(0);
    const { report } = JSON.parse(resumed.out) as { report: Report };
    expect(await listed("runs", folder)).toMatchObject([{ id: run, status: "finished" }]);
    expect(await listed("models", folder)).toMatchObject([{ id: "demo@1", runId: run }]);

    const whole = freshFolder();
    documentOf(await demo(whole, ...words));
    expect(reportHash(Report.parse(report))).toBe(reportHash(reportIn(whole)));
  }, 240_000);
});
