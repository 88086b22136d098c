import { dirname } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { openStore } from "../data/index.ts";
import { compactData, dataVersions, diffData, pinData } from "./data-store.ts";
import { listData, openDataSet, openNamedDataSet, pinDataSet } from "./data-sets.ts";
import { storeAt } from "./store-at.ts";
import { temporaryFolders, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);
afterEach(() => vi.unstubAllEnvs());

const placeOf = (home: { readonly folder: string }) => ({ home: home.folder, cwd: dirname(home.folder) });

test("versions are listed, compared, pinned and cleared away", async () => {
  const home = folders.home();
  const store = openStore(home.data);
  const place = placeOf(home);
  const first = await store.put("walk", walkDataSet(1, 100));
  const second = await store.put("walk", walkDataSet(1, 90));
  const old = `walk@${first.contentHash.slice(0, 12)}`;
  expect((await dataVersions({ name: "walk", ...place })).map(({ rows, isCurrent }) => [rows, isCurrent])).toEqual([
    [90, true],
    [100, false],
  ]);
  expect(await diffData({ left: old, right: "walk", listed: 3, ...place })).toMatchObject({ added: 0, removed: 10, equal: false });
  expect(await pinData({ reference: old, by: "me", remove: false, ...place })).toEqual({
    name: "walk",
    contentHash: first.contentHash,
    pinnedBy: ["me"],
  });
  expect((await compactData({ name: "walk", ...place })).removed).toEqual([]);
  expect(await pinData({ reference: old, by: "me", remove: true, ...place })).toMatchObject({ pinnedBy: [] });
  const { removed, entry } = await compactData({ name: "walk", ...place });
  expect([removed, entry.contentHash]).toEqual([[first.contentHash], second.contentHash]);
});

test("what a run has pinned is opened by its reference after the name has got other bars", async () => {
  const home = folders.home();
  const store = openStore(home.data);
  await store.put("walk", walkDataSet(1, 100));
  const opened = await openDataSet("walk", home);
  const reference = await pinDataSet(opened, home, "run a");
  expect(reference).toBe(`walk@${opened.version!.slice(0, 16)}`);
  for (let seed = 2; seed < 8; seed++) await store.put("walk", walkDataSet(seed, 50));
  const again = await openDataSet(reference, home);
  expect([again.contentHash, again.bars.close, again.reference]).toEqual([opened.contentHash, opened.bars.close, reference]);
  expect(await pinDataSet(again, home, "run a"), "and pinned again it has the same reference").toBe(reference);
  expect((await openDataSet("walk", home)).bars.close).toHaveLength(50);
});

test("what is not stored is not pinned", async () => {
  const home = folders.home();
  expect(await pinDataSet(await openDataSet("sp500", home), home, "run a")).toBe("sp500");
});

test("one instrument of several is opened by its symbol", async () => {
  const home = folders.home();
  const { bars, lineage } = walkDataSet(1, 40);
  const other = { ...bars, instrument: { ...bars.instrument, symbol: "BTC/USDT" } };
  await openStore(home.data).put("two", { series: [{ bars }, { bars: other }], lineage });
  const opened = await openNamedDataSet("two:BTC/USDT", home);
  expect(opened.bars.instrument.symbol).toBe("BTC/USDT");
  expect(await pinDataSet(opened, home, "run a")).toMatch(/^two:BTC\/USDT@[0-9a-f]{16}$/);
  await expect(openDataSet("two", home)).rejects.toMatchObject({ code: "usage/invalid-option", hint: expect.stringContaining("BTC/USDT") });
  expect((await listData(placeOf(home))).at(-1)).toMatchObject({ name: "two", symbol: "2 instruments", bars: 80 });
});

test("the environment may name a database, whose address nobody is shown", async () => {
  const home = folders.home();
  vi.stubEnv("TRADEWIND_DATABASE_URL", "postgresql://somebody:hidden-password@127.0.0.1:1/data");
  const error: Error = await listData(placeOf(home)).then(
    () => expect.unreachable(),
    (reason: Error) => reason,
  );
  expect(error).toMatchObject({ name: "UserError", code: "data/store-unreachable", path: "TRADEWIND_DATABASE_URL" });
  expect(`${JSON.stringify(error)} ${error.stack} ${String(error.cause)}`).not.toMatch(/hidden|somebody/);
  expect(storeAt(home)).toBe(storeAt(folders.home()));
  vi.stubEnv("TRADEWIND_DATABASE_URL", "");
  expect((await listData(placeOf(home))).every(({ kind }) => kind === "sample")).toBe(true);
});
