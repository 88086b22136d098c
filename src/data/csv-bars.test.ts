import fc from "fast-check";
import { expect, test } from "vitest";
import { parseParams } from "../base/index.ts";
import { readCsvBars } from "./csv-bars.ts";
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
