import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { defineExperiment } from "./experiment.ts";
import { type KnownData, knownUntil, loadKnown } from "./known-columns.ts";
import { temporaryFolders } from "./testing/tiny.ts";
import { writeTinyBert } from "./testing/tiny-bert.ts";
import { type ScoreRequest, scoreTexts } from "./text-score.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const seen: number[] = [];
const placeIn = (cwd: string, signal = new AbortController().signal) => ({
  cwd,
  signal,
  progress: ({ fraction }: { fraction: number }) => seen.push(fraction),
});

/** A folder with 600 rows of news in no order, some of them more than once. */
function newsFolder(): string {
  const folder = folders.fresh();
  const phrases = ["beats estimates", "profit warning", "opens an office", "shares up 5 %", "may be good, who knows?"];
  const rows = Array.from(
    { length: 600 },
    (_, row) => `${new Date((row * 7919) % 1e9).toISOString()},A,"${phrases[row % 5]!}, row ${row % 300}",wire`,
  );
  writeFileSync(join(folder, "news.csv"), `time,symbol,headline,source\n${rows.join("\n")}\n`);
  return folder;
}

describe("scoring", () => {
  test("of texts says how good or bad they are, and why", async () => {
    const { texts, scorer, file } = await scoreTexts({ texts: ["not profitable", "on Monday"] }, placeIn("."));
    expect([scorer, file]).toEqual(["lexicon", null]);
    expect(texts).toEqual([
      {
        text: "not profitable",
        score: Math.tanh(-1.125 / 2),
        confidence: 1.125 / 2.125,
        evidence: [{ words: "profitable", weight: -1.125 }],
      },
      { text: "on Monday", score: 0, confidence: 0, evidence: [] },
    ]);
  });

  test("by a model asks it, whose folder is meant from where one stands", async () => {
    const folder = folders.fresh();
    writeTinyBert(join(folder, "bert"));
    const { texts, scorer } = await scoreTexts({ texts: ["Profits rise", "loss"], model: "bert" }, placeIn(folder));
    expect(scorer).toBe("onnx");
    expect(texts.every(({ score, confidence, evidence }) => Math.abs(score) < 1 && confidence >= 1 / 3 && evidence.length === 0)).toBe(
      true,
    );
    await expect(scoreTexts({ texts: ["x"], model: "absent" }, placeIn(folder))).rejects.toMatchObject({ code: "model/not-found" });
  });

  test("of a file writes rows that an experiment reads as if it had scored them itself", async () => {
    const folder = newsFolder();
    const { file, texts } = await scoreTexts({ texts: [], file: "news.csv", out: "scored.jsonl" }, placeIn(folder));
    expect(texts).toEqual([]);
    expect(file).toMatchObject({ out: join(folder, "scored.jsonl"), report: { rows: { kept: 600 } }, neutral: 0.2 });
    expect(seen.at(-1)).toBe(1);
    const heardOf = async (news: object) => {
      const { news: specs } = defineExperiment({ news: [news as { file: string }] });
      return knownUntil(await loadKnown({ news: specs! }, "A"), Infinity)[0] as KnownData & { kind: "news" };
    };
    const columns = { score: "score", confidence: "confidence" };
    const given = await heardOf({ file: join(folder, "scored.jsonl"), columns, scorer: { kind: "given" } });
    const own = await heardOf({ file: join(folder, "news.csv") });
    for (const name of ["knownAt", "score", "confidence", "weight", "novelty"] as const)
      expect(given.heard[name], name).toEqual(own.heard[name]);
    expect(given.heard.score.length).toBeGreaterThan(200);
  });

  test("that is stopped leaves no file", async () => {
    const folder = newsFolder();
    const stop = new AbortController();
    stop.abort(new Error("stopped"));
    await expect(scoreTexts({ texts: [], file: "news.csv", out: "scored.jsonl" }, placeIn(folder, stop.signal))).rejects.toThrow("stopped");
    expect(existsSync(join(folder, "scored.jsonl"))).toBe(false);
    expect(readFileSync(join(folder, "news.csv"), "utf8")).toContain("headline");
  });

  test.each<[string, ScoreRequest, string]>([
    ["of nothing", { texts: [] }, "text"],
    ["of texts and a file", { texts: ["x"], file: "news.csv", out: "y" }, "--file"],
    ["of a file to nowhere", { texts: [], file: "news.csv" }, "--out"],
    ["of texts to a file", { texts: ["x"], out: "y" }, "--out"],
  ])("%s is refused", async (_, request, path) => {
    await expect(scoreTexts(request, placeIn("."))).rejects.toMatchObject({ code: "usage/invalid-option", path });
  });
});
