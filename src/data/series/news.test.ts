import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { deduplicated } from "./deduplicate.ts";
import { inOrder, type NewsItem, normalisedText, wordsOf } from "./news.ts";
import { newsOptions, readNews } from "./read-news.ts";

const folder = mkdtempSync(join(tmpdir(), "tradewind-news-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const read = (content: string, options: z.input<z.ZodObject<typeof newsOptions>> = {}) => {
  const path = join(folder, `news-${files++}.csv`);
  writeFileSync(path, content);
  return readNews(path, z.strictObject(newsOptions).parse(options));
};

describe("a file of news", () => {
  test("newest first with days only counts from the end of each day", async () => {
    const { items, report } = await read(
      'symbol,date,headline,url\nA,2022-08-17,"Beats, raises",https://www.nasdaq.com/articles/a\nA,2022-08-16,Misses,https://example.org:80/b\nA,2022-08-16,,x\n',
    );
    expect(items).toEqual([
      { publishedAt: Date.UTC(2022, 7, 17), source: "example.org", symbols: ["A"], text: "Misses" },
      { publishedAt: Date.UTC(2022, 7, 18), source: "nasdaq.com", symbols: ["A"], text: "Beats, raises" },
    ]);
    expect(report).toMatchObject({ dayOnly: 2, rows: { read: 3, withoutText: 1, withoutTime: 0, kept: 2 } });
  });

  test("has its days end in its zone", async () => {
    const { items } = await read("date,text\n2022-08-16,x\n", { timeZone: "America/New_York" });
    expect(items[0]!.publishedAt).toBe(Date.UTC(2022, 7, 17, 4));
  });

  test("that writes days as midnights, or some of them, has these count from their end", async () => {
    const { items, report } = await read("date,text\n2020-01-02 00:00:00,a\n2020-01-02 00:00:01,b\n2020-01-03,c\n");
    expect(items.map(({ publishedAt, text }) => [text, publishedAt])).toEqual([
      ["b", Date.UTC(2020, 0, 2, 0, 0, 1)],
      ["a", Date.UTC(2020, 0, 3)],
      ["c", Date.UTC(2020, 0, 4)],
    ]);
    expect(report.dayOnly).toBe(2);
    const zoned = await read("date,text\n2020-06-05 00:00:00 UTC,a\n2020-06-05 04:00:00 UTC,b\n", { timeZone: "America/New_York" });
    expect(zoned.items.map(({ publishedAt, text }) => [text, publishedAt])).toEqual([
      ["a", Date.UTC(2020, 5, 5)],
      ["b", Date.UTC(2020, 5, 6, 4)], // Midnight in New York.
    ]);
  });

  test("without a zone in the hour that comes twice has it the later time", async () => {
    const { items } = await read("time,text\n2020-11-01 01:30:00,a\n2020-11-01 02:30:00,b\n", { timeZone: "America/New_York" });
    expect(items.map(({ publishedAt }) => publishedAt)).toEqual([Date.UTC(2020, 10, 1, 6, 30), Date.UTC(2020, 10, 1, 7, 30)]);
  });

  test("as JSON lines has times, lists of symbols and scores", async () => {
    const { items, report } = await read(
      '{"created_at":"2020-01-02T10:00:00Z","text":"b","symbols":["aapl","$MSFT","aapl"],"tone":0.5,"source":"Wire"}\n{"created_at":"2020-01-01T10:00:00+01:00","text":"a","symbols":[]}\n{"created_at":"never","text":"c"}\n',
      { columns: { score: "tone" } },
    );
    expect(items).toEqual([
      { publishedAt: Date.UTC(2020, 0, 1, 9), source: "", symbols: [], text: "a" },
      { publishedAt: Date.UTC(2020, 0, 2, 10), source: "wire", symbols: ["AAPL", "MSFT"], text: "b", score: 0.5 },
    ]);
    expect(report.rows).toEqual({ read: 3, withoutText: 0, withoutTime: 1, kept: 2 });
  });

  test.each([
    ["no column of texts", "date,words\n2020-01-02,x\n", {}, "data/missing-column", "text"],
    ["no column of times", "day,text\n2020-01-02,x\n", {}, "data/missing-column", "time"],
    ["no time at all", "date,text\nsoon,x\n", {}, "data/invalid-value", "columns.time"],
    ["no text at all", "date,text\n2020-01-02,\n", {}, "data/empty", undefined],
    ["a score that is none", "date,text,tone\n2020-01-02,x,good\n", { columns: { score: "tone" } }, "data/invalid-value", "tone"],
    ["no column of that name", "date,text\n2020-01-02,x\n", { columns: { source: "by" } }, "data/missing-column", "source"],
  ])("with %s is refused", async (_, content, options, code, path) => {
    await expect(read(content, options)).rejects.toMatchObject({ code, ...(path !== undefined && { path }) });
  });
});

describe("what a text says", () => {
  test("is the same with links, names of users and retweet marks aside", () => {
    const said = "apple beats by $0.05 , up 5% !";
    expect(normalisedText(said)).toBe("apple beats by $0.05 up 5%");
    for (const other of [
      `RT @someone: Apple beats by $0.05, up 5%! https://t.co/x1`,
      `rt AT_USER rt AT_USER ${said} URL`,
      "“Apple” beats … by $0.05 – up 5%",
    ])
      expect(normalisedText(other)).toBe(normalisedText(said));
    expect(wordsOf("up up and away")).toEqual(["and", "away", "up"]);
    expect(normalisedText("support")).toBe("support"); // No "rt" in it.
  });
});

const item = (publishedAt: number, text: string, symbols: readonly string[] = ["A"]): NewsItem => ({
  publishedAt,
  source: "",
  symbols,
  text,
});
const hour = 3_600_000;

describe("repetitions", () => {
  test("are left out, exact and near, and counted; the first stays", () => {
    const items = [
      item(3 * hour, "RT @x: Profit rises sharply"),
      item(hour, "profit rises sharply"),
      item(2 * hour, "Sharply rises profit!"),
      item(hour, "loss"),
    ];
    expect(deduplicated(items, 1)).toEqual({ items: [items[3], items[1]], exact: 1, near: 1 });
  });

  test("about another symbol, or after a while, are news", () => {
    const items = [item(0, "up"), item(hour, "up", ["B"]), item(25 * hour, "up"), item(48 * hour, "up")];
    expect(deduplicated(items, 1)).toMatchObject({ items: [items[0], items[1], items[2]], exact: 1 });
  });

  test("that come later change nothing of what was there before", () => {
    const items = fc.array(
      fc.record({
        publishedAt: fc.integer({ min: 0, max: 100 }).map((hours) => hours * hour),
        text: fc.constantFrom("up", "UP!", "down", "up down", "down up"),
      }),
    );
    fc.assert(
      fc.property(items, items, fc.integer({ min: 0, max: 100 }), (some, others, hours) => {
        const time = hours * hour;
        const at = (list: typeof some) => list.map(({ publishedAt, text }) => item(publishedAt, text));
        const early = (list: readonly NewsItem[]) => list.filter(({ publishedAt }) => publishedAt <= time);
        const late = at(others).filter(({ publishedAt }) => publishedAt > time);
        expect(early(deduplicated([...late, ...at(some)], 1).items)).toEqual(deduplicated(early(at(some)), 1).items);
      }),
      { seed: 4 },
    );
  });

  test("are told whatever the order of the file", () => {
    const all = Array.from({ length: 12 }, (_, index) => item((index % 5) * hour, ["up", "down", "flat"][index % 3]!));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(deduplicated(shuffled, 1)).toEqual(deduplicated(all, 1));
        expect(inOrder(shuffled)).toEqual(inOrder(all));
      }),
      { seed: 5 },
    );
  });
});
