import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Account, barsFrom, type Bar, type Lots, type Money, type TimeMs, toMoney, toTicks } from "../domain/index.ts";
import { BarExchange } from "./bar-exchange.ts";
import { Costs } from "./costs.ts";
import { constantFunding, FundingWalk } from "./funding.ts";

const hour = 3_600_000;

test("every eight hours the long pays the short, rounded against the account", () => {
  const { times, rates } = constantFunding(0.0001, 0, 24 * hour);
  expect([...times]).toEqual([8 * hour, 16 * hour, 24 * hour]);
  expect([...rates]).toEqual([0.0001, 0.0001, 0.0001]);
  const walk = new FundingWalk({ times, rates });
  const account = new Account(1_000_000 as Money);
  account.trade(30, 1000, 0);
  walk.pass(account, 0, 8 * hour, 1050);
  expect(account.fundingPaid, "30 · 1050 · 0.0001 = 3.15").toBe(4);
  account.trade(-60, 1000, 0);
  walk.pass(account, 8 * hour, 24 * hour, 1050);
  expect(account.fundingPaid, "twice 3.15 received").toBe(4 - 3 - 3);
  walk.pass(account, 24 * hour, 100 * hour, 1050);
  expect(account.fundingPaid).toBe(-2);
});

test("funding that is not in time order or not a number is refused", () => {
  expect(() => new FundingWalk({ times: Float64Array.of(2, 1), rates: Float64Array.of(0, 0) })).toThrow(/ascend/);
  expect(() => new FundingWalk({ times: Float64Array.of(1, 2), rates: Float64Array.of(0, NaN) })).toThrow(/finite/);
  expect(() => new FundingWalk({ times: Float64Array.of(1), rates: Float64Array.of() })).toThrow(/as many/);
});

const folder = join(import.meta.dirname, "../../../shared/data/crypto_5m_alts_freqtrade");
const recorded = existsSync(folder);
if (!recorded) console.warn(`SKIPPED: recorded funding needs ${folder}`);

test.skipIf(!recorded)("recorded funding of a perpetual is what its rates say", () => {
  const table = (name: string) => {
    const text = gunzipSync(readFileSync(join(folder, name))).toString();
    const [head, ...lines] = text
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    return lines.map((cells) => Object.fromEntries(head!.map((key, index) => [key, cells[index]!])));
  };
  const timeOf = (text: string) => Date.parse(/Z|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(" ", "T")}Z`);
  const instrument = { symbol: "XRP", currency: "USDT", tickSize: 0.0001, lotSize: 0.1 };
  const bars: Bar[] = table("XRP_USDT-perp-5m.csv.gz").map((row) => ({
    closeTime: timeOf(row["date"]!) + hour / 12,
    open: Number(row["open"]),
    high: Number(row["high"]),
    low: Number(row["low"]),
    close: Number(row["close"]),
    volume: Number(row["volume"]),
  }));
  const rates = table("XRP_USDT-perp-8h-funding.csv.gz").map((row) => [timeOf(row["date"]!), Number(row["funding_rate"])] as const);
  const funding = { times: Float64Array.from(rates, ([time]) => time), rates: Float64Array.from(rates, ([, rate]) => rate) };
  const venue = new BarExchange({
    instrument,
    costs: Costs.parse({ feeBps: 0, slippageBps: 0 }),
    initialCash: toMoney(instrument, 10_000),
    funding,
  });
  const { closeTime, close } = barsFrom(instrument, bars);
  venue.onBar(bars[0]!);
  const lots = 50_000 as Lots;
  venue.submit({ id: "a", instrument, side: "buy", quantity: lots, type: "market", timeInForce: "gtc", decidedAt: closeTime[0] as TimeMs });
  let told = 0;
  for (const bar of bars.slice(1)) told += venue.onBar(bar).funding;
  let expected = 0;
  let count = 0;
  for (const [time, rate] of rates) {
    const row = closeTime.findIndex((each) => each >= time);
    if (row < 2 || time <= closeTime[0]!) continue;
    expected += Math.ceil(lots * toTicks(instrument, close[row]!) * rate);
    count++;
  }
  console.log(`recorded funding: ${count} times fall into the bars, ${expected} money units`);
  expect(count).toBeGreaterThan(5);
  expect(venue.account.fundingPaid).toBe(expected);
  expect(told).toBe(expected);
});
