import { describe, expect, test } from "vitest";
import { signOf, toTicks } from "../../domain/index.ts";
import { costsFor, slippedTicks } from "../../market/index.ts";
import { roundTripsOf } from "../trades.ts";
import {
  costSplit,
  type Profit,
  profitByLabel,
  profitByPeriod,
  profitBySide,
  profitByTrip,
  profitLedger,
  profitOf,
  type TradedStretch,
} from "./index.ts";
import { randomOrders, randomSignals, stretchOf } from "./testing/traded.ts";

const changeOf = ({ track, initialCash }: TradedStretch): number => track.equity[track.equity.length - 1]! - initialCash;
const sumOf = (rows: readonly Profit[]): number => rows.reduce((total, { profit }) => total + profit, 0);

/** Long and short profit by another road: two accounts, one for each side, to which the fills are given piece by piece. */
function sidesByAccounts({ fills, track, instrument }: TradedStretch): { long: number; short: number } {
  const books = { long: { cash: 0, lots: 0 }, short: { cash: 0, lots: 0 } };
  for (const { side, quantity, priceTicks } of fills) {
    for (let lot = 0; lot < quantity; lot++) {
      const sign = signOf(side);
      const held = books.long.lots + books.short.lots;
      const book = held + sign > held ? (held >= 0 ? books.long : books.short) : held > 0 ? books.long : books.short;
      book.cash -= sign * priceTicks;
      book.lots += sign;
    }
  }
  const last = toTicks(instrument, track.close[track.close.length - 1]!);
  return { long: books.long.cash + books.long.lots * last, short: books.short.cash + books.short.lots * last };
}

const beforeFees = ({ price, spread, slippage, impact }: Profit): number => price - spread - slippage - impact;

function checkSums(stretch: TradedStretch): void {
  const ledger = profitLedger(stretch);
  const change = changeOf(stretch);
  expect(profitOf(ledger).profit).toBe(change);
  for (const period of ["year", "month", "weekday", "hour"] as const) expect(sumOf(profitByPeriod(ledger, period))).toBe(change);
  const sides = profitBySide(ledger);
  expect(sumOf(Object.values(sides))).toBe(change);
  const { long, short } = sidesByAccounts(stretch);
  expect({ long: beforeFees(sides.long), short: beforeFees(sides.short) }).toEqual({ long: long + 0, short: short + 0 });
  const labels = Array.from(stretch.track.time, (_, row) => (row % 3 === 0 ? "calm" : "wild"));
  expect(sumOf(profitByLabel(ledger, labels))).toBe(change);
  const trips = profitByTrip(ledger);
  expect(sumOf(trips) + sides.flat.profit).toBe(change);
  const closed = trips.filter(({ closedAt }) => closedAt !== null);
  const plain = closed.map((trip) => [trip.side, trip.openedAt, trip.closedAt, trip.fees, beforeFees(trip) - trip.fees]);
  expect(plain).toEqual(
    roundTripsOf(stretch.fills).map(({ side, openedAt, closedAt, fees, profit }) => [side, openedAt, closedAt, fees, profit]),
  );
  expect(trips.length - closed.length).toBe(stretch.track.position[stretch.track.position.length - 1] === 0 ? 0 : 1);
}

describe("profit adds up to the change in equity, to the last unit", () => {
  test("by hand: in at the open with slippage, turned over, carried, out", () => {
    const stretch = stretchOf(
      [
        [1000, 1000, 1000, 1000],
        [1010, 1060, 1000, 1050],
        [1040, 1045, 990, 1000],
        [990, 1020, 980, 1020],
      ],
      [
        [1, 10, 1012, 5],
        [2, -15, 1038, 9],
        [3, 5, 991, 2],
      ],
      [0, 0, 3, 0],
    );
    const ledger = profitLedger(stretch);
    const none = { spread: 0, impact: 0 };
    // 10 × (1050 − 1010) + 10 × (1040 − 1050); ten of the fifteen lots sold close it.
    const long = { price: 300, slippage: 20 + 20, fees: 5 + 6, carry: 0, ...none };
    const short = { price: 5 * 40 + 5 * 10, slippage: 10 + 5, fees: 3 + 2, carry: 3, ...none };
    expect(profitBySide(ledger)).toMatchObject({
      long: { ...long, profit: 300 - 40 - 11, bars: 2 },
      short: { ...short, profit: 250 - 15 - 5 - 3, bars: 2 },
      flat: { profit: 0 },
    });
    expect(profitByTrip(ledger)).toMatchObject([
      { side: "long", ...long, bars: 2 },
      { side: "short", ...short, bars: 2 },
    ]);
    expect(profitByPeriod(ledger, "hour").map(({ label, profit }) => [label, profit])).toEqual([
      ["00", 0],
      ["01", 400 - 20 - 5],
      ["02", -100 - 30 - 9 + 200 - 3],
      ["03", 50 - 5 - 2],
    ]);
    expect(profitOf(ledger).profit).toBe(changeOf(stretch));
  });

  test("over random exposures, prices and costs, by every cut", () => {
    for (let seed = 1; seed <= 250; seed++) checkSums(randomSignals(seed));
  });

  test("over random orders that fill inside bars, several in one", () => {
    let several = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const result = randomOrders(seed);
      several += result.fills.length - new Set(result.fills.map(({ filledAt }) => filledAt)).size;
      checkSums(result);
    }
    expect(several).toBeGreaterThan(100);
  });

  test("a period gains what equity gained in it", () => {
    const { track, ...rest } = randomSignals(3);
    const day = (time: number) => new Date(time - 1).toISOString().slice(0, 7);
    let before = rest.initialCash as number;
    for (const { label, profit, bars } of profitByPeriod(profitLedger({ track, ...rest, fills: rest.fills }), "month")) {
      const rows = Array.from(track.time, (_, row) => row).filter((row) => day(track.time[row]!) === label);
      expect([bars, profit]).toEqual([rows.length, track.equity[rows.at(-1)!]! - before]);
      before = track.equity[rows.at(-1)!]!;
    }
  });
});

describe("costs", () => {
  test("fees, slippage and borrow are what the market charged", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const result = randomSignals(seed);
      const costs = costsFor(result.instrument, result.costs);
      const { row, signedLots, fee } = result.trades;
      let [fees, slippage] = [0, 0];
      for (let fill = 0; fill < row.length; fill++) {
        const open = toTicks(result.instrument, result.bars.open[row[fill]!]!);
        fees += fee[fill]!;
        slippage += signedLots[fill]! * (slippedTicks(signedLots[fill]!, open, costs) - open);
      }
      const { track, account, instrument, initialCash, fills } = result;
      const split = costSplit({ track, account, instrument, initialCash, fills });
      expect(split).toMatchObject({ fees, slippage, spread: 0, impact: 0, borrow: account.borrowPaid, other: 0, funding: 0, interest: 0 });
      expect(split.price - fees - slippage - split.borrow).toBe(split.profit);
    }
  });

  test("funding, interest and dividends have names; what no charge explains is left as other", () => {
    const stretch = stretchOf(
      [
        [100, 100, 100, 100],
        [100, 110, 100, 110],
      ],
      [[1, 2, 100, 1]],
      [0, 9],
    );
    const charges = { borrowPaid: 4, fundingPaid: 3, interestPaid: 6, dividendsReceived: 5 };
    expect(costSplit({ ...stretch, account: charges })).toEqual({
      price: 20,
      fees: 1,
      spread: 0,
      slippage: 0,
      impact: 0,
      borrow: 4,
      funding: 3,
      interest: 6,
      dividends: -5,
      other: 1,
      profit: 10,
    });
  });

  test("what is known of the market splits slippage into spread and impact", () => {
    const stretch = stretchOf(
      [
        [100, 100, 100, 100],
        [100, 120, 100, 110],
      ],
      [
        [1, 4, 112, 0],
        [1, -1, 105, 0],
      ],
    );
    const facts = { marketTicks: [104, 106], spreadTicks: [2, 1], impactTicks: [5, 0] };
    expect(profitOf(profitLedger(stretch, facts))).toEqual({
      price: 4 * 2 + 3 * 4,
      spread: 8 + 1,
      impact: 20,
      slippage: 4,
      fees: 0,
      carry: 0,
      profit: changeOf(stretch),
    });
  });

  test("interest on cash alone is flat, and a dividend on what the bar sold belongs to it", () => {
    const prices = Array.from({ length: 4 }, () => [100, 100, 100, 100] as const);
    const stretch = stretchOf(
      prices,
      [
        [1, 3, 100, 0],
        [2, -3, 100, 0],
      ],
      [7, 0, -6, 2],
    );
    const { long, short, flat } = profitBySide(profitLedger(stretch));
    expect([long.profit, short.profit, flat.profit]).toEqual([6, 0, -9]);
  });
});

describe("what cannot be attributed is refused", () => {
  const stretch = () =>
    stretchOf(
      [
        [100, 100, 100, 100],
        [100, 110, 100, 110],
      ],
      [[1, 2, 100, 1]],
    );
  const code = "data/invalid-value";
  test("a position that the fills do not lead to, and a fill after the end", () => {
    const { track, ...rest } = stretch();
    expect(() => profitLedger({ ...rest, track: { ...track, position: [0, 3] } })).toThrow(
      expect.objectContaining({ code, path: "position.1" }),
    );
    const late = rest.fills.map((fill) => ({ ...fill, filledAt: (fill.filledAt + 1) as typeof fill.filledAt }));
    expect(() => profitLedger({ track: { ...track, position: [0, 0] }, ...rest, fills: late })).toThrow(/after the last bar/);
  });

  test("numbers that are none", () => {
    const { track, ...rest } = stretch();
    expect(() => profitLedger({ ...rest, track: { ...track, equity: [1, NaN] } })).toThrow(
      expect.objectContaining({ code, path: "equity.1" }),
    );
    expect(() => profitLedger({ ...rest, track: { ...track, close: [1, NaN] } })).toThrow(
      expect.objectContaining({ code, path: "close.1" }),
    );
    expect(() => profitLedger(stretch(), { marketTicks: [100.5] })).toThrow(expect.objectContaining({ code, path: "marketTicks.0" }));
    expect(() => profitLedger(stretch(), { spreadTicks: [] })).toThrow(/0 values of spreadTicks for 1 fills/);
    expect(() => profitByLabel(profitLedger(stretch()), ["a"])).toThrow(/1 labels for 2 bars/);
  });

  test("nothing is nothing", () => {
    const ledger = profitLedger(stretchOf([], []));
    expect(profitOf(ledger)).toEqual({ price: 0, spread: 0, slippage: 0, impact: 0, fees: 0, carry: 0, profit: 0 });
    expect([profitByTrip(ledger), profitByPeriod(ledger, "month")]).toEqual([[], []]);
    expect(profitBySide(ledger).long).toMatchObject({ label: "long", bars: 0, profit: 0 });
  });
});
