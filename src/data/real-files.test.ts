import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { barColumns } from "../domain/index.ts";
import { readBarsFile } from "./read-bars-file.ts";

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
