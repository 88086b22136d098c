import { existsSync, globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { barColumns } from "../domain/index.ts";
import { planImport } from "./dumps/plan-import.ts";
import { readBarsFile, readEachSeries } from "./read-bars-file.ts";
import type { ReadOptionsInput } from "./read-options.ts";

const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real files are read here.");

const rowsOf = (count: number) => ({ read: count, kept: count, dropped: 0, quarantined: 0, otherSymbols: 0 });

test.skipIf(!isThere)("hourly bitcoin as published equals the cleaned file", async () => {
  const published = await readBarsFile(`${folder}crypto_hourly_coinbase/BTCUSD_1h_as_published.csv.gz`);
  const cleaned = await readBarsFile(`${folder}crypto_hourly_coinbase/BTCUSD_1h.csv.gz`);
  for (const name of barColumns) expect(published.bars[name], name).toEqual(cleaned.bars[name]);
  expect(published.report).toMatchObject({
    layout: "gzipped CSV with commas, header on line 2",
    rows: rowsOf(15_325),
    gaps: { stretches: 0 },
  });
  expect(published.report.range).toEqual({ from: Date.UTC(2017, 6, 1, 12), to: Date.UTC(2019, 3, 1) });
  expect(cleaned.report.repaired).toEqual([]);
});

test.skipIf(!isThere)("hourly EURUSD has its weekends as pauses", async () => {
  const { report } = await readBarsFile(`${folder}fx_hourly_eurusd/EURUSD_1h_ask_2017.csv.gz`);
  expect(report.rows).toEqual(rowsOf(6225));
  expect(report.time).toMatchObject({ format: "D.M.Y time", intervalMs: 3_600_000, zoneFrom: "assumed" });
  expect(report.range).toEqual({ from: Date.UTC(2017, 0, 1, 23), to: Date.UTC(2017, 11, 29, 22) });
  expect(report.gaps.stretches).toBeGreaterThanOrEqual(51);
  expect(report.instrument.tickSize).toBe(1e-5);
});

test.skipIf(!isThere)("five-minute ADA lacks forty bars", async () => {
  const { bars, report } = await readBarsFile(`${folder}crypto_5m_alts_freqtrade/ADA_BTC-5m.csv.gz`);
  expect(report.rows).toEqual(rowsOf(5720));
  expect(report.gaps.missingBars).toBe(40);
  expect(report.gaps.listed.reduce((sum, { missing }) => sum + missing, 0)).toBe(40);
  expect(bars.instrument).toMatchObject({ tickSize: 1e-8, lotSize: 1 });
});

test.skipIf(!isThere)("one symbol of many shares", async () => {
  const path = `${folder}equities_daily_stocknet/ohlcv.csv.gz`;
  const apple = await readBarsFile(path, { symbol: "AAPL" });
  expect(apple.report.rows.quarantined).toBe(0);
  expect(apple.report.rows.read + apple.report.rows.otherSymbols).toBe(64_239);
  expect(apple.bars.instrument.symbol).toBe("AAPL");
  const petroChina = await readBarsFile(path, { symbol: "PTR" });
  expect(petroChina.report.quarantined.rows).toMatchObject([
    { reason: "missing-value", field: "open", values: { date: "2016-06-29", open: "null" } },
  ]);
});

test.skipIf(!isThere)("a minute of the bitcoin perpetual after another", async () => {
  const { report } = await readBarsFile(`${folder}crypto_minute_btcperp/BTC-PERP_1m_202201.csv.gz`);
  expect(report.rows).toEqual(rowsOf(34_619));
  expect(report.gaps.stretches).toBe(0);
  expect(report.range).toEqual({ from: Date.UTC(2021, 11, 31, 23, 2), to: Date.UTC(2022, 0, 25) });
});

test.skipIf(!isThere)("a day outside its range is kept out", async () => {
  const { report } = await readBarsFile(`${folder}ohlcv_sentiment_fnspid/ohlcv_sentiment_to_2021.csv.gz`, { symbol: "QQQ" });
  expect(report.quarantined.rows).toMatchObject([{ reason: "outside-range", values: { date: expect.stringContaining("2019-07-19") } }]);
});

const alts = "crypto_5m_alts_freqtrade";
const macro = "index_macro_daily";
/** Every file of bars, and of closes that can be read as such: the series it holds, their rows together, those kept out, and what the report must say. */
const barFiles: readonly [file: string, series: number, read: number, quarantined: number, said: RegExp, options?: ReadOptionsInput][] = [
  ["equities_daily_stocknet/ohlcv.csv.gz", 64, 64_239, 3, /RDS-B gzipped CSV with commas/],
  ["ohlcv_sentiment_fnspid/ohlcv_sentiment_to_2021.csv.gz", 25, 57_383, 1, /GE .*×6\.410, a reverse split of about 5:32/],
  ["etf_close_2008_2016/etf_prices.csv.gz", 23, 23 * 2141, 0, /SPY .*Only closes/, { closeOnly: true }],
  [`${macro}/nasdaq.csv.gz`, 1, 5031, 0, /M\/D\/Y/],
  [`${macro}/msft_1d_1990_2022.csv.gz`, 1, 8111, 0, /M\/D\/Y/],
  [`${macro}/bitcoin_1d_to_2018.csv.gz`, 1, 503, 0, /YYYY-MM-DD/],
  [`${macro}/vix.csv.gz`, 1, 1305, 46, /Only closes/, { closeOnly: true, columns: { close: "vix" } }],
  [`${macro}/wti.csv.gz`, 1, 8611, 290, /Only closes/, { closeOnly: true }],
  ["crypto_hourly_coinbase/BTCUSD_1h.csv.gz", 1, 15_325, 0, /no header|header on line 1/],
  ["crypto_hourly_coinbase/BTCUSD_1h_as_published.csv.gz", 1, 15_325, 0, /12-hour clock.*reordered 15319/],
  ["crypto_daily_bitstamp/BTC_ETH_LTC_USD_1d_to_2018.csv.gz", 3, 1495 + 418 + 555, 0, /LTC .*940 rows hold nothing/],
  ["crypto_minute_btcperp/BTC-PERP_1m_202201.csv.gz", 1, 34_619, 0, /YYYY-MM-DD time/],
  [`${alts}/ADA_BTC-5m.csv.gz`, 1, 5720, 0, /tick 1e-8/],
  [`${alts}/DASH_BTC-5m.csv.gz`, 1, 5758, 0, /tick 1e-8/],
  [`${alts}/ETC_BTC-5m.csv.gz`, 1, 5759, 0, /tick 1e-8/],
  [`${alts}/ETH_BTC-5m.csv.gz`, 1, 5760, 0, /tick 1e-8/],
  [`${alts}/LTC_BTC-5m.csv.gz`, 1, 5760, 0, /tick 1e-8/],
  [`${alts}/XRP_USDT-perp-5m.csv.gz`, 1, 1999, 0, /tick 0.0001/],
  [`${alts}/XRP_USDT-perp-8h-mark.csv.gz`, 1, 91, 0, /tick 0.0001/],
  ["fx_hourly_eurusd/EURUSD_1h_ask_2017.csv.gz", 1, 6225, 0, /D\.M\.Y time/],
  ["fx_minute_gbpusd/GBPUSD_1m_ask_201202.csv.gz", 1, 30_117, 0, /no volume/],
  ["fx_minute_gbpusd/GBPUSD_1m_bid_201202.csv.gz", 1, 30_117, 0, /no volume/],
  ["indicator_reference_stockcharts/cs-cci.csv", 1, 30, 0, /D month Y/],
  ["indicator_reference_stockcharts/cs-psar.csv", 1, 30, 0, /M\/D\/Y/],
  ["indicator_reference_stockcharts/cs-wma.csv", 1, 40, 0, /YYYY-MM-DD/],
];

test.skipIf(!isThere).each(barFiles)(
  "%s: %d series of %d rows, %d of them kept out",
  async (file, series, read, quarantined, said, options) => {
    const all = await readEachSeries(folder + file, options);
    const total = (of: (report: (typeof all)[number]["report"]) => number) => all.reduce((sum, { report }) => sum + of(report), 0);
    expect([all.length, total(({ rows }) => rows.read), total(({ rows }) => rows.quarantined)]).toEqual([series, read, quarantined]);
    expect(total(({ rows }) => rows.dropped)).toBe(0);
    const words = all.map(({ report: { layout, time, notes, repaired, instrument } }) =>
      [
        instrument.symbol,
        layout,
        time.format,
        ...repaired.map(({ kind, count }) => `${kind} ${count}`),
        `tick ${instrument.tickSize}`,
        ...notes,
      ].join(" "),
    );
    expect(words.join("\n")).toMatch(said);
  },
);

test.skipIf(!isThere)("every other table is told from bars, with what to do, and none crashes the import", async () => {
  const others = new Map<string, string>();
  for (const file of globSync("**/*.csv{,.gz}", { cwd: folder }).toSorted()) {
    if (barFiles.some(([name]) => name === file)) continue;
    const { units } = planImport(folder + file);
    if (units.length === 0) others.set(file, "recording");
    else
      others.set(
        file,
        await units[0]!.read().then(
          () => "bars",
          (error: { code: string }) => error.code,
        ),
      );
  }
  const codes = [...new Set(others.values())].toSorted();
  expect(codes).toEqual(["data/missing-column", "data/not-bars", "recording"]);
  for (const file of ["default", "frenchdata"]) expect(others.get(`${macro}/${file}.csv.gz`)).toBe("data/not-bars");
  expect(others.get(`${alts}/XRP_USDT-perp-8h-funding.csv.gz`)).toBe("data/not-bars");
  expect(others.get("rates_oecd/short_term_interest_USA_EA19_JPN_GBR.csv.gz")).toBe("data/not-bars");
  expect(others.get("tweets_stocknet/tweets.csv.gz")).toBe("data/missing-column");
});
