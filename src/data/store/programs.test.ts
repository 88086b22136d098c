import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "./open-store.ts";
import { readWhileWriting, surviveKills } from "./testing/store-programs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tradewind-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("programs that are killed in the midst of a write leave one version whole, and nothing behind after the next write", async () => {
  const store = openStore(folder);
  expect(await surviveKills(folder, store, 9, 1)).toBeGreaterThan(1);
  const kept = (await store.versions("x")).map(({ contentHash }) => contentHash.slice(0, 12));
  const entries = await Promise.all(kept.map((hash) => store.entry(`x@${hash}`)));
  const parts = new Set(entries.flatMap(({ series }) => series.flatMap((each) => each.parts.map(({ id }) => id))));
  const files = readdirSync(join(folder, "parts", "x"), { recursive: true, encoding: "utf8" }).filter((path) => /\.(?!\d)/.test(path));
  expect(files.map((path) => path.replaceAll("\\", "/").replace(/\.parquet$/, "")).toSorted()).toEqual([...parts].toSorted());
}, 60_000);

test("two programs read while a third one writes: each read is one version whole", async () => {
  for (const seen of await readWhileWriting(folder, openStore(folder), 12)) {
    expect(seen.length).toBeGreaterThanOrEqual(12);
    expect(seen.filter((line) => !/^seed \d+$/.test(line))).toEqual([]);
    expect(new Set(seen).size, "versions changed meanwhile").toBeGreaterThan(1);
  }
}, 60_000);
