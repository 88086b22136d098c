import fc from "fast-check";
import { expect, test } from "vitest";
import { parseParams } from "../base/index.ts";
import { readCsvBars, readEachCsvSeries } from "./csv-bars.ts";
import { splitRecord } from "./csv-record.ts";
import { readOptions } from "./read-options.ts";

const comma = ",".charCodeAt(0);

/** The plain twin: no quotes. */
const splitPlainly = (text: string) => text.split(/\r\n|\n|\r/).map((line) => line.split(","));

function splitAll(text: string): string[][] {
  const records: string[][] = [];
  for (let at = 0; at < text.length;) {
    const cells: string[] = [];
    at = splitRecord(text, at, comma, cells, true);
    records.push(cells);
  }
  return records;
}

test("unquoted text is split as the plain twin does it", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "1", ".", " ", "-", "é"), maxLength: 5 });
  const record = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(","));
  fc.assert(
    fc.property(fc.array(record, { minLength: 1 }), fc.constantFrom("\n", "\r\n", "\r"), (records, end) => {
      const text = records.join(end) + end;
      expect(splitAll(text)).toEqual(splitPlainly(text).slice(0, -1));
    }),
  );
});

test("quoted cells hold anything", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ") });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { minLength: 1 }), (records) => {
      const text = records.map((cells) => cells.map((value) => `"${value.replaceAll('"', '""')}"`).join(",")).join("\n");
      expect(splitAll(text)).toEqual(records);
    }),
  );
});

async function* pieces(...texts: string[]) {
  yield* texts;
}
const options = (input: object = {}) => parseParams(readOptions, input);

test("the result does not depend on where the pieces are cut", async () => {
  const rows = Array.from({ length: 30 }, (_, day) => `2020-01-${String(day + 1).padStart(2, "0")},"1",2,0.5,1.${day},${day}`);
  const text = ["a preamble", "date,open,high,low,close,volume", ...rows].join("\r\n");
  const whole = await readCsvBars(pieces(text), "a.csv", options());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: text.length })), async (cuts) => {
      const at = [0, ...cuts.toSorted((left, right) => left - right), text.length];
      const cut = at.slice(1).map((to, index) => text.slice(at[index], to));
      const raw = await readCsvBars(pieces(...cut), "a.csv", options());
      expect(raw.close).toEqual(whole.close);
      expect(raw.stamps).toEqual(whole.stamps);
      expect(raw.rowNumber).toEqual(whole.rowNumber);
    }),
  );
  expect(whole.rowNumber[0]).toBe(3);
  expect(whole.layout).toBe("CSV with commas, header on line 2");
});

test.each([
  ["Date;Open;High;Low;Close;Volume", "2020-01-01;1,5;2;1;1,5;1.000,5", "semicolons"],
  ["<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>", "2020.01.01\t00:00\t1.5\t2\t1\t1.5\t1000.5", "tabs"],
  ['"Timestamp","OPEN","High","low","Adj Close","Close","Volume BTC","Volume USD"', "1577836800,1.5,2,1,9,1.5,1000.5,7", "commas"],
  ["# source\nunix,symbol,open,high,low,close,vol.", "1577836800000,X,1.5,2,1,1.5,1000.5", "commas"],
])("%j is found and read", async (header, row, delimiter) => {
  const raw = await readCsvBars(pieces(`${header}\n${row}\n\n`), "a.csv", options());
  expect(raw.layout).toContain(delimiter);
  expect([raw.stamps.time[0], raw.open[0], raw.close[0], raw.volume[0]]).toEqual([Date.UTC(2020, 0, 1), 1.5, 1.5, 1000.5]);
});

test("columns can be named", async () => {
  const columns = { time: "when", open: "a", high: "B", low: "c", close: "d" };
  const raw = await readCsvBars(pieces("WHEN,a,b,c,d\n2020-01-01,1,4,0.5,2"), "a.csv", options({ columns }));
  expect([raw.open[0], raw.high[0], raw.low[0], raw.close[0], raw.volume[0]]).toEqual([1, 4, 0.5, 2, NaN]);
});

test.each([
  [{}, "date,open,high,low", "columns.close", '"date", "open", "high", "low"'],
  [{ columns: { volume: "amount" } }, "date,open,high,low,close", "columns.volume", '"amount"'],
])("a missing column is named, with what there is", async (input, header, path, message) => {
  await expect(readCsvBars(pieces(`${header}\n1,2,3,4\n`), "a.csv", options(input))).rejects.toMatchObject({
    code: "data/missing-column",
    path,
    message: expect.stringContaining(message),
    hint: expect.stringContaining("columns"),
  });
});

test("of a table of something else the header is shown, not a row that happens to hold a name of a column", async () => {
  await expect(readCsvBars(pieces("symbol,sector,company\nXOM,Oil,Exxon\nT,Telecom,AT&T\n"), "a.csv", options())).rejects.toMatchObject({
    code: "data/missing-column",
    message: expect.stringContaining('"symbol", "sector", "company"'),
  });
});

test("of several symbols one has to be chosen", async () => {
  const text = "symbol,date,open,high,low,close\nA,2020-01-01,1,1,1,1\nB,2020-01-01,2,2,2,2\n";
  await expect(readCsvBars(pieces(text), "a.csv", options())).rejects.toMatchObject({
    path: "symbol",
    message: expect.stringContaining("A, B"),
  });
  await expect(readCsvBars(pieces(text), "a.csv", options({ symbol: "C" }))).rejects.toMatchObject({
    path: "symbol",
    message: expect.stringContaining("A, B"),
  });
  const raw = await readCsvBars(pieces(text), "a.csv", options({ symbol: "B" }));
  expect([raw.close[0], raw.otherRows, raw.symbol]).toEqual([2, 1, "B"]);
});

test.each([1, 200_000])("a quote left open is an error that names its line (%d rows after it)", async (rows) => {
  const text = `date,open,high,low,close\n"2020-01-01,1,1,1,1\n${"2020-01-02,1,1,1,1\n".repeat(rows)}`;
  await expect(readCsvBars(pieces(text), "a.csv", options())).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining("line 2"),
  });
});

const long = "symbol,date,open,high,low,close\nB,13/01/2020,2,2,2,2\nA,01/02/2020,1,1,1,1\nB,02/02/2020,3,3,3,3\n";

test("each symbol of a long file is a series; what the dates of one say of their order holds for all", async () => {
  const series = await readEachCsvSeries(pieces(long), "a.csv", options());
  expect(series.map(({ symbol, close, rowNumber }) => [symbol, [...close], [...rowNumber]])).toEqual([
    ["B", [2, 3], [2, 4]],
    ["A", [1], [3]],
  ]);
  expect(series[1]!.stamps.time[0]).toBe(Date.UTC(2020, 1, 1));
  const alone = await readCsvBars(pieces(long), "a.csv", options({ symbol: "B" }));
  expect(alone.close).toEqual(series[0]!.close);
});

test.each([
  ["BTC:open,BTC:high,BTC:low,BTC:close,BTC:volume,ETH:open,ETH:high,ETH:low,ETH:close,ETH:volume"],
  ["Open BTC,High BTC,Low BTC,Close BTC,Volume BTC,Open ETH,High ETH,Low ETH,Close ETH,Volume ETH"],
  ["BTC_Open,BTC_High,BTC_Low,BTC_Close,BTC_Volume,ETH_Open,ETH_High,ETH_Low,ETH_Close,ETH_Volume"],
])("a wide file %s holds a series for each group; rows without one are left out and counted", async (header) => {
  const text = `date,${header}\n2020-01-01,1,2,1,1.5,7,,,,,\n2020-01-02,1,2,1,1.5,8,3,3,3,3,\n2020-01-03,1,2,1,1.5,8,3,x,3,3,1\n`;
  const [btc, eth] = await readEachCsvSeries(pieces(text), "a.csv", options());
  expect([btc!.symbol, [...btc!.volume], btc!.notes]).toEqual(["BTC", [7, 8, 8], []]);
  expect([eth!.symbol, [...eth!.close], eth!.notes]).toEqual(["ETH", [3, 3], ["1 rows hold nothing for ETH: left out."]]);
  expect(eth!.faults.get(1)).toMatchObject({ reason: "unparsable-value", field: "high" });
  const one = await readCsvBars(pieces(text), "a.csv", options({ symbol: "ETH" }));
  expect(one.close).toEqual(eth!.close);
  await expect(readCsvBars(pieces(text), "a.csv", options())).rejects.toMatchObject({
    path: "symbol",
    message: expect.stringContaining("BTC, ETH"),
  });
});

test("three lines of header as yfinance writes them", async () => {
  const text = "Price,Close,High,Low,Open,Volume\nTicker,SPY,SPY,SPY,SPY,SPY\nDate,,,,,\n2024-01-02,1.5,2,1,1.25,9\n";
  const raw = await readCsvBars(pieces(text), "a.csv", options());
  expect([raw.symbol, raw.open[0], raw.close[0], raw.volume[0], raw.rowNumber[0]]).toEqual(["SPY", 1.25, 1.5, 9, 4]);
});

test("closes alone are read only where they are asked for", async () => {
  const text = "Date,SPY,TLT\n2020-01-01,10,20\n2020-01-02,11,.\n";
  await expect(readCsvBars(pieces(text), "a.csv", options())).rejects.toMatchObject({
    code: "data/not-bars",
    hint: expect.stringContaining("closeOnly"),
  });
  const [spy, tlt] = await readEachCsvSeries(pieces(text), "a.csv", options({ closeOnly: true }));
  expect([spy!.symbol, [...spy!.open], [...spy!.low], spy!.notes.length]).toEqual(["SPY", [10, 11], [10, 11], 1]);
  expect(tlt!.faults.get(1)).toMatchObject({ reason: "missing-value" });
  const named = await readCsvBars(pieces("Date,Close\n2020-01-01,10\n"), "a.csv", options({ closeOnly: true }));
  expect([named.symbol, named.high[0]]).toEqual([undefined, 10]);
});

test.each([
  ["20120201 000100;1.5;2;1;1.25;0", [1.5, 1.25, 0], Date.UTC(2012, 1, 1, 0, 1)],
  ["2012.01.02,02:05,1.5,2,1,1.25,7", [1.5, 1.25, 7], Date.UTC(2012, 0, 2, 2, 5)],
  ["1735689600000000,1.5,2,1,1.25,9,1735689659999999,11,5,4,6,0", [1.5, 1.25, 9], Date.UTC(2025, 0, 1)],
  ["2020-01-01,1.5,2,1,1.25", [1.5, 1.25, NaN], Date.UTC(2020, 0, 1)],
])("a file without a header, %s, is read as what its first row can only be, and says so", async (row, [open, close, volume], time) => {
  const raw = await readCsvBars(pieces(`${row}\n`), "a.csv", options());
  expect([raw.open[0], raw.close[0], raw.volume[0], raw.stamps.time[0], raw.rowNumber[0]]).toEqual([open, close, volume, time, 1]);
  expect([raw.layout, raw.notes[0]]).toEqual([expect.stringContaining("no header"), expect.stringContaining("no header")]);
});

test.each(["2020-01-01,1,0.5,1,1", "2020-01-01,1,2,x,1", "17,1,2,1,1", "2020-01-01,1,2"])(
  "%s is no first row of bars, and no header",
  async (row) => {
    await expect(readCsvBars(pieces(`${row}\n`), "a.csv", options())).rejects.toMatchObject({ code: "data/missing-column" });
  },
);
