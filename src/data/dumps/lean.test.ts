import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { ratioOf } from "./lean-factors.ts";
import { leanFile } from "./lean-path.ts";
import { planImport } from "./plan-import.ts";

const root = mkdtempSync(join(tmpdir(), "tradewind-lean-"));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
function data(files: Readonly<Record<string, string>>): string {
  const path = join(root, String(++folders), "data");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), name.endsWith(".zip") ? zipSync({ "inside.csv": strToU8(text) }) : text);
  }
  return path;
}
const read = async (files: Readonly<Record<string, string>>) => {
  const { units } = planImport(data(files));
  return (await Promise.all(units.map(async (unit) => ({ name: unit.name, ...(await unit.read())[0]! })))).toSorted((left, right) =>
    left.name < right.name ? -1 : 1,
  );
};
const closes = (days: readonly string[], price = 6_448_000) =>
  days.map((day) => `${day} 00:00,${price},${price},${price},${price},90`).join("\n");
const newYork = (day: string, hours = 5) => Date.parse(`${day}T00:00:00Z`) + hours * 3_600_000;

test("daily bars of a share: prices in hundredths of a cent, keyed by New York's midnight after the day", async () => {
  const [aapl] = await read({
    "equity/usa/daily/aapl.zip":
      "20140307 00:00,5310900,5319850,5263000,5304400,55182400\n20140310 00:00,5283600,5333200,5283400,5309200,44646000",
  });
  expect(aapl).toMatchObject({ name: "aapl-daily", bars: { instrument: { symbol: "AAPL", tickSize: 0.001 } } });
  expect([...aapl!.bars.open]).toEqual([531.09, 528.36]);
  expect([...aapl!.bars.low]).toEqual([526.3, 528.34]);
  // The clocks went forward on 9 March.
  expect([...aapl!.bars.closeTime]).toEqual([newYork("2014-03-08"), newYork("2014-03-11", 4)]);
  expect(aapl!.lineage).toMatchObject({ source: "lean", file: "equity/usa/daily/aapl" });
});

test("with a calendar a day closes with its session, as days of other files do", async () => {
  const path = data({ "equity/usa/daily/aapl.zip": closes(["20140703", "20140707"]) });
  const [imported] = await planImport(path).units[0]!.read({ calendar: "nyse" });
  // The third of July is half a day.
  expect([...imported!.bars.closeTime]).toEqual([Date.parse("2014-07-03T17:00Z"), Date.parse("2014-07-07T20:00Z")]);
});

test("minutes of a share: ms since midnight in New York, the days joined", async () => {
  const minute = (ms: number, price: number) => `${ms},${price},${price},${price},${price},100`;
  const [aapl] = await read({
    "equity/usa/minute/aapl/20140310_trade.zip": [minute(34_200_000, 5_300_000), minute(34_260_000, 5_301_000)].join("\n"),
    "equity/usa/minute/aapl/20140307_trade.zip": [minute(34_200_000, 5_310_000), minute(57_540_000, 5_311_000)].join("\n"),
  });
  expect([...aapl!.bars.close]).toEqual([531, 531.1, 530, 530.1]);
  expect([...aapl!.bars.closeTime]).toEqual(
    ["2014-03-07T14:31Z", "2014-03-07T21:00Z", "2014-03-10T13:31Z", "2014-03-10T13:32Z"].map((time) => Date.parse(time)),
  );
});

test("crypto as it is written, by UTC; forex halfway between bid and ask; quotes of crypto beside its trades", async () => {
  const quote = "20190125 23:00,55.01,55.95,54.80,55.50,18968,55.11,56.05,54.90,55.60,2913";
  const [crypto, quotes, euro, sterling] = await read({
    "crypto/coinbase/hour/btcusd_trade.zip": "20180101 08:00,40.10,45.99,40.05,45.50,209342\n20180101 09:00,40.10,45.99,40.05,45.50,1",
    "crypto/coinbase/hour/btcusd_quote.zip": quote,
    "forex/oanda/hour/eurusd.zip": quote,
    "forex/fxcm/hour/gbpusd.zip": quote,
  });
  expect([crypto!.name, quotes!.name]).toEqual(["btcusd-hour", "btcusd-hour-quote"]);
  expect([crypto!.bars.close[0], crypto!.bars.closeTime[0]]).toEqual([45.5, Date.UTC(2018, 0, 1, 9)]);
  const first = (["open", "high", "low", "close", "volume"] as const).map((name) => Number(euro!.bars[name][0]!.toFixed(9)));
  expect(first).toEqual([55.06, 56, 54.85, 55.55, 0]);
  expect(euro!.report.notes.join(" ")).toContain("between bid and ask");
  expect([euro!.bars.closeTime[0], sterling!.bars.closeTime[0]]).toEqual([Date.UTC(2019, 0, 26), Date.UTC(2019, 0, 26, 5)]);
});

const days = ["20140606", "20140609", "20140610", "20140611", "20140612"];

test("a factor file becomes splits and dividends after the day that it names; the bars stay raw", async () => {
  const [aapl] = await read({
    "equity/usa/daily/aapl.zip": closes(days),
    "equity/usa/factor_files/aapl.csv":
      "19980102,0.9,0.142857\n20140606,0.9741588,0.142857,645.57\n20140610,0.9741588,1,94.25\n20140611,0.98,1\n20501231,1,1,0\n",
  });
  expect([...aapl!.bars.close]).toEqual(days.map(() => 644.8));
  expect(aapl!.actions).toEqual([
    { kind: "split", timeMs: newYork("2014-06-07", 4), numerator: 7, denominator: 1 },
    { kind: "dividend", timeMs: newYork("2014-06-11", 4), amount: Math.round((1 - 0.9741588 / 0.98) * 94.25 * 1e4) / 1e4 },
    // Without a price in the file, that of the bars: 2 % of 644.80.
    { kind: "dividend", timeMs: newYork("2014-06-12", 4), amount: 12.896 },
  ]);
});

test("a fall that the factor file explains is no split to be wondered at; one that it does not is", async () => {
  const all = Array.from({ length: 30 }, (_, day) => `201406${String(day + 1).padStart(2, "0")}`);
  const price = (index: number) => Math.round((index < 15 ? 7_000_000 : 1_000_000) * (1 + 0.01 * Math.sin(index)));
  const rows = all.map((day, index) => `${day} 00:00,${price(index)},${price(index)},${price(index)},${price(index)},90`).join("\n");
  const notes = async (factors: string) =>
    (await read({ "equity/usa/daily/x.zip": rows, "equity/usa/factor_files/x.csv": factors }))[0]!.report.notes.join(" ");
  expect(await notes("20140615,1,0.142857\n20501231,1,1\n")).toBe("");
  expect(await notes("20140620,1,0.142857\n20501231,1,1\n")).toContain("Perhaps a split that was not applied: 2014-06-17");
});

test("a map file brings in what traded under an earlier ticker, up to its day, and tells of a delisting", async () => {
  const series = await read({
    "equity/usa/daily/aol.zip": closes(days, 1_000_000),
    "equity/usa/daily/twx.zip": closes(days, 2_000_000),
    "equity/usa/map_files/twx.csv": "20140606,aol\n20140610,aol\n20140612,twx\n",
  });
  const twx = series.find(({ name }) => name === "twx-daily")!;
  expect([...twx.bars.close]).toEqual([100, 100, 100, 200, 200]);
  expect(twx.report.notes).toContain("Up to 2014-06-10 it traded as AOL.");
  expect(twx.actions).toEqual([{ kind: "delisting", timeMs: newYork("2014-06-13", 4), price: 200 }]);
  expect([...series.find(({ name }) => name === "aol-daily")!.bars.close]).toEqual(days.map(() => 100));
});

test.each([
  ["20140310_trade.zip", "-5,1,1,1,1,1", "unparsable time"],
  ["20140310_trade.zip", "86400000,1,1,1,1,1", "unparsable time"],
])("a time outside the day is not one: %s %s", async (name, row, message) => {
  await expect(read({ [`equity/usa/minute/aapl/${name}`]: row })).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining(message),
  });
});

test("a damaged factor file is told with its line", async () => {
  const files = { "equity/usa/daily/aapl.zip": closes(days), "equity/usa/factor_files/aapl.csv": "20140606,x,1\n20501231,1,1\n" };
  await expect(read(files)).rejects.toMatchObject({ code: "data/invalid-value", message: expect.stringContaining("aapl.csv.1") });
});

test("ticks, options and futures are left out and told", () => {
  const { units, skipped } = planImport(
    data({
      "equity/usa/tick/aapl/20140310_trade.zip": "",
      "option/usa/daily/aapl_2014_trade_american.zip": "",
      "equity/usa/map_files/aapl.csv": "",
    }),
  );
  expect(units).toEqual([]);
  expect(skipped.map(({ why }) => why)).toEqual([
    expect.stringContaining("read with the bars"),
    expect.stringContaining("ticks"),
    expect.stringContaining("expiries"),
  ]);
});

test.each([
  ["/d/equity/usa/daily/aapl.zip", { ticker: "aapl", data: "trade", resolution: "daily" }],
  ["C:\\d\\Equity\\usa\\Minute\\AAPL\\20140310_Quote.zip", { ticker: "aapl", data: "quote", day: "20140310" }],
  ["/d/forex/oanda/daily/eurusd.zip", { data: "quote" }],
  ["/d/equity/usa/daily/aapl.csv", undefined],
  ["/d/equity/usa/minute/aapl.zip", undefined],
  ["/d/equity/usa/daily/aapl/20140310_trade.zip", undefined],
])("%s is where Lean puts %j", (path, expected) => {
  if (expected === undefined) expect(leanFile(path)).toBeUndefined();
  else expect(leanFile(path)).toMatchObject(expected);
});

test("a split's ratio is found from a factor of six digits", () => {
  const small = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(small, small, (numerator, denominator) => {
      const found = ratioOf(Number((numerator / denominator).toPrecision(6)));
      expect(found.numerator / found.denominator).toBeCloseTo(numerator / denominator, 3);
      expect(found.denominator).toBeLessThanOrEqual(denominator);
    }),
  );
  expect(ratioOf(1 / 0.142857)).toEqual({ numerator: 7, denominator: 1 });
  expect(ratioOf(1 / 0.666667)).toEqual({ numerator: 3, denominator: 2 });
  expect(ratioOf(0.05)).toEqual({ numerator: 1, denominator: 20 });
  expect(ratioOf(1)).toEqual({ numerator: 1, denominator: 1 });
});
