import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { deduplicated } from "./deduplicate.ts";
import { newsOptions, readNews } from "./read-news.ts";
import { readSeries, seriesOptions } from "./read-series.ts";

const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real series are read here.");

const series = (file: string, options: z.input<z.ZodObject<typeof seriesOptions>> = {}) =>
  readSeries(`${folder}${file}`, z.strictObject(seriesOptions).parse(options));
const news = (file: string) => readNews(`${folder}${file}`, z.strictObject(newsOptions).parse({}));
const day = (text: string) => Date.parse(`${text}T00:00:00Z`);

test.skipIf(!isThere)("VIX and oil have days with the month first, and points where there is no value", async () => {
  const vix = await series("index_macro_daily/vix.csv.gz");
  expect(vix.report).toMatchObject({ rows: { read: 1305, missing: 46, kept: 1259 }, periodKind: "day" });
  expect([vix.series.knownAt[0], vix.series.value[0]]).toEqual([day("2014-01-04"), 13.76]);
  const oil = await series("index_macro_daily/wti.csv.gz");
  expect(oil.report.rows).toMatchObject({ read: 8611, missing: 290, kept: 8321 });
});

test.skipIf(!isThere)("factors have months without a day, and bond yields first days that stand for months", async () => {
  const factor = await series("index_macro_daily/frenchdata.csv.gz", { value: "SMB", lagDays: 30 });
  expect(factor.report).toMatchObject({ periodKind: "month", rows: { kept: 1109 } });
  expect([factor.series.period[0], factor.series.knownAt[0], factor.series.value[0]]).toEqual([day("1926-08-01"), day("1926-08-31"), -2.3]);
  await expect(series("index_macro_daily/frenchdata.csv.gz")).rejects.toMatchObject({ code: "data/missing-column", path: "value" });
  const yields = await series("index_macro_daily/default.csv.gz", { value: "BAA", dateFormat: "M/D/Y" });
  expect(yields.report).toMatchObject({ periodKind: "month", rows: { kept: 1200 } });
  expect(yields.series.period.at(-1)).toBe(day("2019-01-01"));
});

test.skipIf(!isThere)("rates of several countries and frequencies are told apart", async () => {
  const file = "rates_oecd/short_term_interest_USA_EA19_JPN_GBR.csv.gz";
  const rates = await series(file, { where: { LOCATION: "USA", FREQUENCY: "M" } });
  expect(rates.report.rows).toMatchObject({ read: 2294, other: 1622, kept: 672 });
  await expect(series(file, { where: { LOCATION: "USA" } })).rejects.toMatchObject({ code: "data/invalid-value", path: "where" });
});

test.skipIf(!isThere)("posts have times, and a sixth of them repeats others", async () => {
  const { items, report } = await news("tweets_stocknet/tweets.csv.gz");
  expect(report).toMatchObject({ dayOnly: 0, rows: { read: 58_237, kept: 58_237 } });
  const distinct = deduplicated(items, 3);
  expect(distinct.items.length + distinct.exact + distinct.near).toBe(58_237);
  expect(distinct.exact).toBeGreaterThan(10_000);
  expect(distinct.near).toBeGreaterThan(50);
});

test.skipIf(!isThere)("headlines have days only and the newest first", async () => {
  const { items, report } = await news("ohlcv_sentiment_fnspid/headlines_A.csv.gz");
  expect(report).toMatchObject({ dayOnly: 1193, rows: { kept: 1193 }, columns: { text: "headline", source: "url" } });
  expect(items[0]).toMatchObject({ publishedAt: day("2010-04-16"), source: "nasdaq.com", symbols: ["A"] });
  expect(items.every(({ publishedAt }, index) => index === 0 || publishedAt >= items[index - 1]!.publishedAt)).toBe(true);
});

test.skipIf(!isThere)("scores of a day's news, whose hour is not kept, are known a day later", async () => {
  const file = "ohlcv_sentiment_fnspid/ohlcv_sentiment_to_2021.csv.gz";
  const { series: scores, report } = await series(file, { where: { symbol: "ABBV" }, value: "sentiment_gpt", lagDays: 1 });
  expect(report).toMatchObject({ periodKind: "day", columns: { period: "date", value: "sentiment_gpt" } });
  expect(report.rows.read).toBe(57_383);
  expect(scores.knownAt.every((time, index) => time === scores.period[index]! + 86_400_000)).toBe(true);
  expect(scores.value.every((value) => value >= 1 && value <= 5)).toBe(true);
});
