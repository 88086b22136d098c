import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { manualClock, type Progress } from "../../../base/index.ts";
import { barColumns, type Bars, sliceBars } from "../../../domain/index.ts";
import { contentHash } from "../content-hash.ts";
import { firstAtOrAfter } from "../periods.ts";
import type { Shelf } from "../shelf.ts";
import { ShelfStore } from "../shelf-store.ts";
import type { Store } from "../store.ts";
import { actions, changed, lineage, plain, sampleBars, without } from "./sample-bars.ts";

const dayMs = 86_400_000;

/** A shelf with some of its methods replaced. */
const overriding = (shelf: Shelf, changes: Partial<Shelf>): Shelf =>
  new Proxy(shelf, {
    get(target, key: keyof Shelf) {
      const method = changes[key] ?? target[key];
      return (method as (...given: unknown[]) => unknown).bind(target);
    },
  });

/**
 * What every store must do, on whatever shelf: the same for a folder and for a database. `fresh` makes an empty place for one test; what it
 * gives opens that place, each time as another program would.
 */
export function storeSuite(name: string, fresh: () => () => Shelf, { runs = 8 }: { readonly runs?: number } = {}): void {
  describe(name, () => {
    let open: () => Shelf;
    let shelf: Shelf;
    let store: Store;
    let clock: ReturnType<typeof manualClock>;
    beforeEach(async () => {
      open = fresh();
      shelf = open();
      clock = manualClock(1000);
      store = new ShelfStore(shelf, { clock });
    });
    afterEach(async () => {
      await store.close();
    });
    const put = (bars: Bars, as = "x") => store.put(as, { bars, lineage });
    const append = (bars: Bars, as = "x") => store.append(as, { bars, lineage });

    test("what is put is loaded, to the last bit", async () => {
      const price = fc.double({ noNaN: true });
      const rows = fc.array(fc.tuple(price, price, price, price, price), { minLength: 1, maxLength: 1000 });
      await fc.assert(
        fc.asyncProperty(
          rows,
          fc.integer({ min: -40, max: 120 }),
          fc.double({ min: 1 / 7, max: 1e9, noNaN: true }),
          async (values, year, every) => {
            const start = Date.UTC(1970, 0) + year * 366 * dayMs;
            const column = (index: number) => Float64Array.from(values, (row) => row[index]!);
            const bars: Bars = {
              instrument: { symbol: "BTC/USDT", currency: "USDT", tickSize: 0.1, lotSize: 1e-8 },
              closeTime: Float64Array.from(values, (_, row) => start + row * every),
              open: column(0),
              high: column(1),
              low: column(2),
              close: column(3),
              volume: column(4),
            };
            const entry = await put(bars);
            const loaded = await store.load("x");
            expect(loaded.bars.instrument).toEqual(bars.instrument);
            for (const each of barColumns) expect(loaded.bars[each], each).toEqual(bars[each]);
            expect(loaded.entry).toEqual(entry);
            expect(entry.contentHash).toBe(contentHash(bars));
          },
        ),
        { numRuns: runs, seed: 1 },
      );
    });

    test("the content hash does not depend on how bars came: at once, in pieces, sent again in part, compacted", async () => {
      const times = fc.constantFrom(60_000, 3_600_000, 5 * 3_600_000, dayMs, 9 * dayMs);
      const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 4 });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(times, cuts, async (everyMs, pieces) => {
          const as = `pieces-${++round}`;
          const count = pieces.reduce((sum, [rows]) => sum + rows, 0);
          const bars = sampleBars({ count, everyMs });
          let to = 0;
          for (const [rows, again] of pieces) {
            const from = Math.max(to - again, 0);
            const { added, known } = await append(sliceBars(bars, from, to + rows), as);
            expect([added, known]).toEqual([rows, to - from]);
            to += rows;
          }
          const loaded = await store.load(as);
          expect(plain(loaded.bars)).toEqual(plain(bars));
          expect(loaded.entry.contentHash).toBe(contentHash(bars));
          const { entry } = await store.compact(as);
          expect(entry.contentHash).toBe(contentHash(bars));
          expect(plain((await store.load(as)).bars)).toEqual(plain(bars));
          expect((await put(bars, as)).contentHash).toBe(contentHash(bars));
        }),
        { numRuns: runs, seed: 2 },
      );
    });

    test("entries are listed by name; equal bars have equal hashes", async () => {
      expect(await store.list()).toEqual([]);
      const [short, long] = [sampleBars({ count: 3 }), sampleBars({ count: 4 })];
      await put(short, "b");
      await store.put("a.1", { bars: short, lineage, synthetic: true });
      await put(long, "a");
      const listed = await store.list();
      expect(listed.map((entry) => [entry.name, entry.synthetic, entry.rows])).toEqual([
        ["a", false, 4],
        ["a.1", true, 3],
        ["b", false, 3],
      ]);
      expect(listed[1]!.contentHash).toBe(listed[2]!.contentHash);
      expect(listed[0]!.contentHash).not.toBe(listed[1]!.contentHash);
    });

    test("the entry says what the columns mean, where the bars come from, and what was written when", async () => {
      const bars = sampleBars({ count: 30 });
      const from = { ...lineage, licence: "CC0" };
      const parents = [{ name: "ticks", contentHash: "ab", how: "resampled to 1h" }];
      const about = { lineage: from, origin: "an exchange", calendar: "nyse", parents };
      await store.put("x", { bars: sliceBars(bars, 0, 10), ...about });
      for (const [to, at] of [
        [20, 2000],
        [30, 3000],
      ] as const) {
        clock.set(at);
        await store.append("x", { bars: sliceBars(bars, to - 10, to), lineage: { ...lineage, source: "vendor" } });
      }
      const entry = await store.entry("x");
      expect(entry).toMatchObject({ origin: "an exchange", licence: "CC0", calendar: "nyse", parents, rows: 30, writtenAt: 3000 });
      expect(entry.range).toEqual({ from: bars.closeTime[0], to: bars.closeTime[29] });
      expect(entry.columns.map((column) => column.unit)).toEqual([
        "ms since 1970-01-01 UTC",
        ...Array<string>(4).fill("quote currency"),
        "units of the instrument",
      ]);
      expect(entry.lineage.map(({ kind, rows, writes, at }) => [kind, rows, writes, at])).toEqual([
        ["put", 10, 1, 1000],
        ["append", 20, 2, 3000],
      ]);
      expect(entry.lineage[1]!.contentHash).toBe(entry.contentHash);
    });

    test("several instruments, with what happened to them, are one data set", async () => {
      const [one, other] = [sampleBars({ symbol: "BRK.B" }), sampleBars({ symbol: "aapl", seed: 2, count: 50 })];
      const entry = await store.put("many", { series: [{ bars: other }, { bars: one, actions: actions(one) }], lineage });
      expect(entry.rows).toBe(150);
      const loaded = await store.load("many");
      expect(loaded.series.map(({ bars }) => bars.instrument.symbol)).toEqual(["BRK.B", "aapl"]);
      expect(loaded.series[0]!.actions).toEqual(actions(one));
      expect(() => loaded.bars).toThrow(
        expect.objectContaining({ code: "usage/invalid-option", hint: expect.stringContaining("many:BRK.B") }),
      );
      expect(plain((await store.load("many:aapl")).bars)).toEqual(plain(other));
      expect(plain((await store.load("many", { symbols: ["BRK.B"] })).bars)).toEqual(plain(one));
      await expect(store.load("many:MSFT")).rejects.toMatchObject({ code: "data/not-found", hint: expect.stringContaining("aapl") });
      await store.append("many", { bars: sampleBars({ symbol: "MSFT", count: 5 }), lineage });
      expect((await store.entry("many")).series.map(({ instrument }) => instrument.symbol)).toEqual(["BRK.B", "MSFT", "aapl"]);
    });

    test("a selection by time is what a filter over all rows gives, by load and by scan", async () => {
      const bars = sampleBars({ count: 400, everyMs: dayMs });
      await append(sliceBars(bars, 0, 120));
      await append(sliceBars(bars, 120, 400));
      const edge = fc
        .integer({ min: -3, max: 403 })
        .chain((row) => fc.constantFrom(0, 0.5).map((part) => bars.closeTime[0]! + (row + part) * dayMs));
      await fc.assert(
        fc.asyncProperty(edge, edge, async (from, to) => {
          const expected = sliceBars(
            bars,
            firstAtOrAfter(bars.closeTime, from),
            Math.max(firstAtOrAfter(bars.closeTime, to), firstAtOrAfter(bars.closeTime, from)),
          );
          expect(plain((await store.load("x", { from, to })).bars)).toEqual(plain(expected));
          const scanned: number[] = [];
          for await (const { columns } of store.scan("x", ["close"], { from, to })) scanned.push(...columns.close);
          expect(scanned).toEqual([...expected.close]);
        }),
        { numRuns: runs, seed: 3 },
      );
    });

    test("a scan gives the named columns in chunks", async () => {
      const bars = sampleBars({ count: 150_000, everyMs: 1000 });
      await put(bars);
      const chunks = [];
      for await (const chunk of store.scan("x", ["close", "volume"])) chunks.push(chunk);
      expect(chunks.every(({ rows, columns }) => rows <= 65_536 && columns.close.length === rows && columns.volume.length === rows)).toBe(
        true,
      );
      expect(chunks.flatMap(({ columns }) => [...columns.volume])).toEqual([...bars.volume]);
      expect(chunks.length).toBeGreaterThan(2);
    });

    test.each<[string, (bars: Bars) => Bars]>([
      ["a changed value", (bars) => changed(bars, 4, "close", 11)],
      ["a value that became none", (bars) => changed(bars, 4, "volume", NaN)],
      ["a bar less in between", (bars) => without(bars, [4])],
      ["a bar more in between", (bars) => sampleBars({ count: 20, everyMs: 1_800_000, start: bars.closeTime[0]! })],
      ["bars before the first", (bars) => sampleBars({ start: bars.closeTime[0]! - 3_600_000 })],
      ["another currency", (bars) => ({ ...bars, instrument: { ...bars.instrument, currency: "EUR" } })],
    ])("bars sent again with %s are a conflict, and nothing changes", async (_what, change) => {
      const bars = sampleBars({ count: 30 });
      const before = await put(sliceBars(bars, 0, 20));
      await expect(append(change(sliceBars(bars, 10, 30)))).rejects.toMatchObject({ code: "data/conflict", path: "x" });
      expect(await store.entry("x")).toEqual(before);
    });

    test("an append of what is known makes no version; corporate actions are joined, and changed ones a conflict", async () => {
      const bars = sampleBars({ count: 20 });
      const [split, dividend] = actions(bars);
      const first = await store.put("x", { bars, actions: [split!], lineage });
      expect(await store.append("x", { bars: sliceBars(bars, 10, 20), lineage })).toEqual({ entry: first, added: 0, known: 10 });
      const { entry } = await store.append("x", { bars, actions: [split!, dividend!], lineage });
      expect(entry.series[0]!.actions).toEqual([split, dividend]);
      expect(entry.contentHash).toBe(contentHash(bars, [split!, dividend!]));
      const { entry: again } = await store.append("x", {
        bars: sliceBars(bars, 0, 0),
        actions: [{ kind: "delisting", timeMs: 1e13, price: 0 }],
        lineage,
      });
      expect(again.series[0]!.actions).toHaveLength(3);
      await expect(
        store.append("x", { bars, actions: [{ ...dividend!, amount: 1 } as typeof dividend & object], lineage }),
      ).rejects.toMatchObject({
        code: "data/conflict",
      });
    });

    test("a finer tick of later bars holds for all", async () => {
      const bars = sampleBars({ count: 20 });
      await put(sliceBars(bars, 0, 10));
      const finer = { ...bars, instrument: { ...bars.instrument, tickSize: 0.001 } };
      await append(sliceBars(finer, 10, 20));
      expect((await store.load("x")).entry.contentHash).toBe(contentHash(finer));
    });

    test("an append reads the last month and no more, and nothing where a new month begins", async () => {
      const bars = sampleBars({ count: 3000 }); // From 20 November on, hourly: 264 bars in the first month.
      let read = 0;
      const counting = overriding(shelf, { read: (as, parts, columns, range) => counted(shelf.read(as, parts, columns, range)) });
      async function* counted<Chunk extends Readonly<Record<string, Float64Array>>>(chunks: AsyncIterable<Chunk>) {
        for await (const chunk of chunks) {
          read += Object.values(chunk)[0]!.length;
          yield chunk;
        }
      }
      const watched = new ShelfStore(counting, { clock });
      await watched.append("x", { bars: sliceBars(bars, 0, 264), lineage });
      await watched.append("x", { bars: sliceBars(bars, 264, 2000), lineage });
      expect(read).toBe(0);
      await watched.append("x", { bars: sliceBars(bars, 2000, 3000), lineage });
      expect(read).toBe(2000 - 264 - 31 * 24 - 31 * 24);
    });

    test("many small appends are merged now and then, and altogether by a compaction", async () => {
      const bars = sampleBars({ count: 20 });
      for (let row = 0; row < 20; row++) await append(sliceBars(bars, row, row + 1));
      const count = async () => (await store.entry("x")).series[0]!.parts.length;
      expect(await count()).toBeLessThanOrEqual(16);
      const fractions: number[] = [];
      const { parts, removed, entry } = await store.compact("x", { onProgress: ({ fraction }) => fractions.push(fraction) });
      expect(fractions).toEqual([1]);
      expect(parts.after).toBe(1);
      expect(parts.before).toBeGreaterThan(1);
      expect(removed).toHaveLength(2);
      expect(entry.contentHash).toBe(contentHash(bars));
      expect(entry.lineage).toMatchObject([{ kind: "append", rows: 20, writes: 20 }]);
      expect(await store.versions("x")).toHaveLength(1);
    });

    test("the newest versions stay, and the pinned one for ever", async () => {
      const hashes: string[] = [];
      for (let seed = 1; seed <= 6; seed++) {
        hashes.push((await put(sampleBars({ seed }))).contentHash);
        if (seed === 2) await store.pin("x", "run a-1");
        if (seed === 2) await store.pin(`x@${hashes[1]!.slice(0, 12)}`, "run b-1");
      }
      const listed = async () =>
        (await store.versions("x")).map(({ contentHash: hash, isCurrent, pinnedBy }) => [hashes.indexOf(hash) + 1, isCurrent, pinnedBy]);
      expect(await listed()).toEqual([
        [6, true, []],
        [5, false, []],
        [4, false, []],
        [2, false, expect.arrayContaining(["run a-1", "run b-1"])],
      ]);
      await store.compact("x");
      expect((await listed()).map(([version]) => version)).toEqual([6, 2]);
      expect(plain((await store.load(`x@${hashes[1]!.slice(0, 8)}`)).bars)).toEqual(plain(sampleBars({ seed: 2 })));
      await expect(store.load(`x@${hashes[0]!}`)).rejects.toMatchObject({
        code: "data/not-found",
        hint: expect.stringContaining("versions"),
      });
      const pinned = `x@${hashes[1]!.slice(0, 12)}`;
      expect([await store.unpin(pinned, "run a-1"), await store.unpin(pinned, "run a-1")]).toEqual([true, false]);
      await store.compact("x");
      expect(await listed()).toHaveLength(2);
      await store.unpin(pinned, "run b-1");
      await store.compact("x");
      expect(await listed()).toHaveLength(1);
    });

    test("bars that return are the old version again, and keep its pin", async () => {
      const [one, other] = [sampleBars({ seed: 1 }), sampleBars({ seed: 2 })];
      const { contentHash: hash } = await put(one);
      await store.pin("x", "me");
      await put(other);
      await put(one);
      expect((await store.versions("x")).map((version) => [version.contentHash === hash, version.pinnedBy])).toEqual([
        [true, ["me"]],
        [false, []],
      ]);
    });

    test.each(["by itself", "by another program"])(
      "a reader that has begun keeps its version while it is replaced and compacted %s",
      async (whom) => {
        const bars = sampleBars({ count: 150_000, everyMs: 1000, start: Date.UTC(2020, 0, 30, 12) });
        await put(bars);
        const writer = whom === "by itself" ? store : new ShelfStore(open(), { clock });
        const reading = store.scan("x", ["close"]);
        const seen = [...(await reading.next()).value!.columns.close];
        for (let seed = 2; seed < 7; seed++) await writer.put("x", { bars: sampleBars({ seed }), lineage });
        await writer.compact("x");
        for await (const { columns } of reading) seen.push(...columns.close);
        expect(seen).toEqual([...bars.close]);
        expect(await store.versions("x")).toHaveLength(2); // It was being read when the others went.
        await writer.compact("x");
        expect(await store.versions("x")).toHaveLength(1);
        await writer.close();
      },
    );

    test("one program's write is another's data/busy", async () => {
      const other = new ShelfStore(open(), { clock });
      await other.put("x", { bars: sampleBars(), lineage });
      const waiting = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const slow = overriding(shelf, {
        commit: async (...given) => {
          begun.resolve();
          await waiting.promise;
          await shelf.commit(...given);
        },
      });
      const writing = new ShelfStore(slow, { clock }).put("x", { bars: sampleBars({ seed: 2 }), lineage });
      await begun.promise;
      await expect(other.put("x", { bars: sampleBars({ seed: 3 }), lineage })).rejects.toMatchObject({ code: "data/busy" });
      waiting.resolve();
      await writing;
      expect((await other.load("x")).entry.contentHash).toBe(contentHash(sampleBars({ seed: 2 })));
      await other.close();
    });

    test("differences are those that a comparison of all rows finds", async () => {
      const whole = sampleBars({ count: 60, everyMs: 7 * dayMs });
      const rows = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(rows, rows, rows, async (missingLeft, missingRight, altered) => {
          const left = without(whole, missingLeft);
          const right = without(
            altered.reduce((bars, row) => changed(bars, row, row % 2 ? "close" : "volume", -row - 1), whole),
            missingRight,
          );
          await put(left, "left");
          await put(right, "right");
          const { equal, added, removed, changed: count, series } = await store.diff("left", "right", { listed: 100 });
          const only = (these: readonly number[], those: readonly number[]) => these.filter((row) => !those.includes(row));
          const both = altered.filter((row) => !missingLeft.includes(row) && !missingRight.includes(row));
          expect([added, removed, count]).toEqual([
            only(missingLeft, missingRight).length,
            only(missingRight, missingLeft).length,
            both.length,
          ]);
          expect(equal).toBe(added + removed + count === 0);
          const timeOf = (row: number) => whole.closeTime[row]!;
          const times = [...only(missingLeft, missingRight), ...only(missingRight, missingLeft), ...both]
            .map(timeOf)
            .toSorted((a, b) => a - b);
          expect(series[0]?.first.map(({ time }) => time) ?? []).toEqual(times);
          expect(series[0]?.byColumn.close ?? 0).toBe(both.filter((row) => row % 2 === 1).length);
          for (const { time, kind, values } of series[0]?.first ?? []) {
            if (kind !== "changed") continue;
            const row = whole.closeTime.indexOf(time);
            const column = row % 2 ? "close" : "volume";
            expect(values).toEqual({ [column]: [whole[column][row], -row - 1] });
          }
        }),
        { numRuns: runs, seed: 4 },
      );
    });

    test("differences between versions, of instruments and of corporate actions are told", async () => {
      const bars = sampleBars();
      const { contentHash: old } = await store.put("x", {
        series: [{ bars, actions: actions(bars) }, { bars: sampleBars({ symbol: "Y" }) }],
        lineage,
      });
      const finer = { ...bars, instrument: { ...bars.instrument, tickSize: 0.001 } };
      await store.put("x", {
        series: [{ bars: finer, actions: actions(bars).slice(1) }, { bars: sampleBars({ symbol: "Z", count: 7 }) }],
        lineage,
      });
      const told: [string, number][] = [];
      const onProgress = ({ message, fraction }: Progress) => told.push([message, Math.round(fraction * 307)]);
      const difference = await store.diff(`x@${old.slice(0, 12)}`, "x", { listed: 2, onProgress });
      expect(told.at(-1)).toEqual(["Z", 307]);
      expect(difference).toMatchObject({ equal: false, added: 7, removed: 100, changed: 0 });
      expect(difference.series).toMatchObject([
        { symbol: "X", instrument: true, actions: { added: 0, removed: 1 }, rows: [100, 100] },
        { symbol: "Y", rows: [100, 0], removed: 100, first: [{ kind: "removed" }, { kind: "removed" }] },
        { symbol: "Z", rows: [0, 7], added: 7 },
      ]);
      await put(bars, "one");
      await put(changed(sampleBars({ symbol: "other" }), 7, "close", 3), "two");
      expect((await store.diff("one", "two")).series).toMatchObject([{ symbol: "X / other", instrument: true, changed: 1, added: 0 }]);
      expect(await store.diff("x", "x")).toMatchObject({ equal: true, series: [] });
    });

    test("two writers of one data set do not meet, those of two do", async () => {
      const bars = sampleBars();
      const outcomes = await Promise.allSettled([put(bars, "a"), put(bars, "a"), put(bars, "b")]);
      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(outcomes[1]).toMatchObject({ reason: { code: "data/busy", path: "a" } });
      await put(bars, "a");
    });

    test("a write that fails leaves the old version whole and nothing else", async () => {
      const bars = sampleBars({ count: 5000 });
      const before = await put(sliceBars(bars, 0, 100));
      const failing = overriding(shelf, {
        commit: async () => {
          throw new Error("the disk is full");
        },
      });
      await expect(new ShelfStore(failing, { clock }).append("x", { bars, lineage })).rejects.toThrow("the disk is full");
      expect(await store.entry("x")).toEqual(before);
      expect((await store.load("x")).bars.close).toHaveLength(100);
      await append(bars);
      expect((await store.load("x")).entry.contentHash).toBe(contentHash(bars));
    });

    test("what is not there is not found, and what is gets listed", async () => {
      await expect(store.load("x")).rejects.toMatchObject({ code: "data/not-found", hint: expect.stringContaining("empty") });
      await put(sampleBars(), "y");
      for (const work of [store.load("x"), store.versions("x"), store.compact("x"), store.pin("x", "me"), store.diff("y", "x")]) {
        await expect(work).rejects.toMatchObject({ code: "data/not-found", hint: expect.stringContaining("y") });
      }
    });

    test("names that could leave the store or mean different files elsewhere are refused", async () => {
      for (const bad of ["", "..", "../x", "a/b", "a\\b", ".hidden", "A", "x\0", "é", "a".repeat(65)]) {
        await expect(put(sampleBars(), bad), bad).rejects.toMatchObject({ code: "usage/invalid-option", path: "name" });
        await expect(append(sampleBars(), bad), bad).rejects.toMatchObject({ code: "usage/invalid-option" });
        await expect(store.load(bad), bad).rejects.toMatchObject({ code: "usage/invalid-option" });
      }
      expect(await store.list()).toEqual([]);
    });

    test("bars out of order, or none, or an instrument twice are a bug of the caller", async () => {
      const bars = sampleBars({ count: 2 });
      await expect(put(sliceBars(bars, 0, 0))).rejects.toThrow(/no bars/);
      await expect(put({ ...bars, closeTime: bars.closeTime.toReversed() })).rejects.toThrow(/time order/);
      await expect(store.put("x", { series: [{ bars }, { bars }], lineage })).rejects.toThrow(/twice/);
    });

    test("check looks stored bars over", async () => {
      await put(sampleBars({ count: 3, everyMs: 60_000 }));
      expect((await store.check("x")).quality).toMatchObject({ rows: 3 });
    });
  });
}
