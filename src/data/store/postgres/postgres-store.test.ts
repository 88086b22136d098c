import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Random } from "../../../base/index.ts";
import { sliceBars } from "../../../domain/index.ts";
import { contentHash } from "../content-hash.ts";
import { openStore } from "../open-store.ts";
import { startDatabase } from "../testing/database.ts";
import { lineage, sampleBars } from "../testing/sample-bars.ts";
import { readWhileWriting, surviveKills } from "../testing/store-programs.ts";
import { storeSuite } from "../testing/store-suite.ts";
import { copyHeader, copyTrailer, encodeRows } from "./binary-copy.ts";
import { lend, openPool } from "./connection.ts";
import { copyIn, copyOut } from "./copy.ts";
import { PostgresShelf } from "./postgres-shelf.ts";

const database = await startDatabase();

describe.skipIf(typeof database === "string")("with a PostgreSQL server", () => {
  if (typeof database === "string") {
    console.warn(`The suite of the store in PostgreSQL is skipped: no server starts here: ${database}`);
    return;
  }
  afterAll(() => database.stop());
  let schemas = 0;
  const fresh = () => {
    const schema = `test ${++schemas}`;
    return () => new PostgresShelf(database.url, schema);
  };
  storeSuite("a store in PostgreSQL", fresh, { runs: 4 });

  describe("and several programs", () => {
    const store = openStore(database.url);
    afterAll(() => store.close());

    test("those killed in the midst of a write leave one version whole", async () => {
      expect(await surviveKills(database.url, store, 6, 1)).toBeGreaterThan(1);
    }, 60_000);

    test("two read while a third one writes: each read is one version whole", async () => {
      for (const seen of await readWhileWriting(database.url, store, 8)) {
        expect(seen.length).toBeGreaterThanOrEqual(8);
        expect(seen.filter((line) => !/^seed \d+$/.test(line))).toEqual([]);
        expect(new Set(seen).size, "versions changed meanwhile").toBeGreaterThan(1);
      }
    }, 60_000);
  });

  describe("that dies", () => {
    const random = new Random(1);
    const bars = sampleBars({ count: 60_000 });
    beforeAll(async () => {
      const store = openStore(database.url);
      await store.put("died", { bars: sliceBars(bars, 0, 100), lineage });
      await store.close();
    });

    test.each([1, 2, 3])(
      "during a write: it is intact after the restart (%i)",
      async () => {
        const store = openStore(database.url);
        const before = await store.entry("died");
        const writing = store.append("died", { bars, lineage }).catch((error: unknown) => error);
        await sleep(random.uniform() * 120);
        await database.crash();
        const outcome = await writing;
        await store.close();
        const again = openStore(database.url);
        const { entry } = await again.load("died"); // The load verifies the hash.
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({ code: "data/store-unreachable", path: "TRADEWIND_DATABASE_URL" });
          expect([before.contentHash, contentHash(bars)]).toContain(entry.contentHash);
        } else expect(entry.contentHash).toBe(contentHash(bars));
        expect((await again.put("died", { bars: sliceBars(bars, 0, 100 + entry.generation), lineage })).rows).toBe(100 + entry.generation);
        await again.close();
      },
      60_000,
    );
  });

  describe("copies", () => {
    const pools: Pool[] = [];
    const pool = async () => {
      pools.push(await openPool(database.url, { isForCopies: true, max: 1 }));
      return pools.at(-1)!;
    };
    afterAll(() => Promise.all(pools.map((each) => each.end())));
    const numbers = (rows: number) => `COPY (SELECT g::float8 FROM generate_series(1, ${rows}) AS g) TO STDOUT (FORMAT binary)`;

    test("make the server wait for a slow reader instead of filling the memory", async () => {
      const { client, giveBack } = await lend(await pool());
      const reading = copyOut(client, numbers(3_000_000), ["g"], 1000);
      expect((await reading.next()).value).toEqual({ g: Float64Array.from({ length: 1000 }, (_, row) => row + 1) });
      const watcher = await pool();
      const waitsForUs = "SELECT count(*) AS waiting FROM pg_stat_activity WHERE wait_event = 'ClientWrite'";
      await vi.waitFor(async () => expect((await watcher.query(waitsForUs)).rows).toEqual([{ waiting: 1 }]), {
        timeout: 10_000,
        interval: 10,
      });
      await sleep(100);
      const { connection } = client as unknown as { connection: { stream: Socket } };
      expect(connection.stream.bytesRead, "of 60 MB").toBeLessThan(1_000_000);
      let [rows, sum] = [1000, 500_500];
      for await (const { g } of reading) {
        rows += g.length;
        for (const value of g) sum += value;
      }
      expect([rows, sum]).toEqual([3_000_000, (3_000_000 * 3_000_001) / 2]);
      giveBack();
    });

    test("that fail on the way say so, and so do rows that cannot be made", async () => {
      const { client, giveBack } = await lend(await pool());
      const failing = copyOut(
        client,
        "COPY (SELECT 1 / (g - 5000)::float8 FROM generate_series(1, 9000) AS g) TO STDOUT (FORMAT binary)",
        ["g"],
        100,
      );
      const readAll = async () => {
        for await (const { g } of failing) expect(g.length).toBe(100);
      };
      await expect(readAll()).rejects.toMatchObject({ code: "22012" });
      await client.query("CREATE TEMP TABLE t (a int8, b int8, c float8)");
      const rows = function* () {
        yield copyHeader();
        throw new Error("no rows");
      };
      await expect(copyIn(client, "COPY t FROM STDIN (FORMAT binary)", rows())).rejects.toThrow("no rows");
      await expect(copyIn(client, "COPY t FROM STDIN (FORMAT binary)", [Buffer.from("nonsense of some length")])).rejects.toMatchObject({
        code: "22P04",
      });
      const good = [copyHeader(), encodeRows(1, Float64Array.of(5), [Float64Array.of(0.5)], 0, 1), copyTrailer()];
      await copyIn(client, "COPY t FROM STDIN (FORMAT binary)", good);
      expect((await client.query("SELECT *, 0.25::numeric AS d FROM t")).rows).toEqual([{ a: 1, b: 5, c: 0.5, d: 0.25 }]);
      await expect(client.query("SELECT 9007199254740993::int8")).rejects.toThrow("does not fit");
      giveBack();
    });
  });

  test("bars lie in a partition for each year, and a year that is there already is left as it is", async () => {
    const store = openStore(database.url);
    await store.put("years", { bars: sampleBars({ count: 60, everyMs: 86_400_000 * 20 }), lineage });
    await store.append("years", { bars: sampleBars({ count: 70, everyMs: 86_400_000 * 20 }), lineage });
    await store.close();
    const pool = await openPool(database.url, { isForCopies: false, max: 1 });
    const partitions = "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'tradewind.bars'::regclass ORDER BY 1";
    const names = (await pool.query<{ name: string }>(partitions)).rows.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([2019, 2020, 2021, 2022, 2023].map((year) => `tradewind.bars_${year}`)));
    const inYear = await pool.query(
      "SELECT count(*) AS rows FROM tradewind.bars_2020 WHERE part IN (SELECT id FROM tradewind.parts WHERE name = 'years')",
    );
    expect(inYear.rows[0]).toEqual({ rows: 18 });
    expect((await pool.query("SHOW statement_timeout")).rows).toEqual([{ statement_timeout: "1min" }]);
    await pool.end();
  });

  test("bars that were changed behind the store's back do not load, and can be put again", async () => {
    const store = openStore(database.url);
    const bars = sampleBars();
    await store.put("changed", { bars, lineage });
    const pool = await openPool(database.url, { isForCopies: false, max: 1 });
    const own = "part IN (SELECT id FROM tradewind.parts WHERE name = 'changed')";
    await pool.query(`UPDATE tradewind.bars SET close = close + 1 WHERE ${own} AND at = $1`, [bars.closeTime[50]]);
    await expect(store.load("changed")).rejects.toMatchObject({ code: "data/corrupt", message: expect.stringContaining("hash") });
    await pool.query(`DELETE FROM tradewind.bars WHERE ${own} AND at = $1`, [bars.closeTime[50]]);
    await expect(store.load("changed")).rejects.toMatchObject({ code: "data/corrupt", message: expect.stringContaining("rows") });
    await pool.query(`DELETE FROM tradewind.parts WHERE name = 'changed'`);
    await expect(store.load("changed")).rejects.toMatchObject({ code: "data/corrupt", message: expect.stringContaining("lacks") });
    await store.put("changed", { bars, lineage });
    expect(contentHash((await store.load("changed")).bars)).toBe(contentHash(bars));
    await pool.query(`UPDATE tradewind.bars SET close = close + 1 WHERE ${own}`);
    await store.put("changed", { bars, lineage });
    expect(contentHash((await store.load("changed")).bars)).toBe(contentHash(bars));
    await store.close();
    await pool.end();
  });

  test("where TimescaleDB is there, bars are a hypertable in chunks of a year instead", async () => {
    const url = database.url.replace(/postgres$/, "with_timescale");
    const admin = await openPool(database.url, { isForCopies: false, max: 1 });
    await admin.query("CREATE DATABASE with_timescale");
    await admin.end();
    const pool = await openPool(url, { isForCopies: false, max: 1 });
    // The extension itself is in no package: a stand-in of its name and a function that notes what it is asked for take its place.
    await pool.query("SET allow_system_table_mods = on");
    await pool.query("INSERT INTO pg_extension VALUES (99999, 'timescaledb', 10, 2200, false, '0', NULL, NULL)");
    await pool.query("CREATE TABLE asked (bars text, by text, every int8)");
    await pool.query(`CREATE FUNCTION create_hypertable(relation regclass, "column" name, chunk_time_interval int8, create_default_indexes boolean, if_not_exists boolean)
      RETURNS void LANGUAGE sql AS 'INSERT INTO asked VALUES (relation::text, "column"::text, chunk_time_interval)'`);
    const bars = sampleBars({ count: 60, everyMs: 86_400_000 * 20 });
    const store = openStore(url);
    await store.put("x", { bars, lineage });
    expect(contentHash((await store.load("x")).bars)).toBe(contentHash(bars));
    await store.close();
    expect((await pool.query("SELECT * FROM asked")).rows).toEqual([{ bars: "tradewind.bars", by: "at", every: 366 * 86_400_000 }]);
    expect((await pool.query("SELECT relkind FROM pg_class WHERE oid = 'tradewind.bars'::regclass")).rows).toEqual([{ relkind: "r" }]);
    expect((await pool.query("SELECT count(*) AS partitions FROM pg_inherits")).rows).toEqual([{ partitions: 0 }]);
    await pool.end();
  });

  test.each([
    ["a wrong password", (url: string) => url.replace("hidden-password", "wrong-password"), "28P01"],
    ["no such database", (url: string) => url.replace(/postgres$/, "nowhere"), "3D000"],
    ["nobody at the port", (url: string) => url.replace(/:\d+\//, ":1/"), "ECONNREFUSED"],
  ])("%s is told without telling the address", async (_what, change, code) => {
    const store = openStore(change(database.url));
    const error: Error = await store.list().then(
      () => expect.unreachable(),
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ name: "UserError", code: "data/store-unreachable", message: expect.stringContaining(code) });
    expect(`${JSON.stringify(error)} ${error.message} ${error.stack} ${String(error.cause)}`).not.toMatch(/-password|127\.0\.0\.1/);
    await store.close();
  });
});

test("an address that is none is refused without showing it", async () => {
  const shelf = new PostgresShelf("http://somebody:hidden-password@host/database");
  const error: Error = await shelf.names().then(
    () => expect.unreachable(),
    (reason: Error) => reason,
  );
  expect(error).toMatchObject({ code: "config/invalid", path: "TRADEWIND_DATABASE_URL" });
  expect(`${JSON.stringify(error)} ${error.stack}`).not.toContain("hidden-password");
});
