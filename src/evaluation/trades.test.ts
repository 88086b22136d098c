import fc from "fast-check";
import { expect, test } from "vitest";
import {
  Account,
  type Fill,
  fromMoney,
  type Instrument,
  type Lots,
  type Money,
  type PriceTicks,
  type Side,
  signOf,
  type TimeMs,
} from "../domain/index.ts";
import { Trade } from "./report/document.ts";
import { roundTripsOf, tradesOf } from "./trades.ts";

const instrument: Instrument = { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 0.1 };
const fill = (filledAt: number, side: Side, quantity: number, priceTicks: number, fee: number): Fill => ({
  id: `fill-${filledAt}`,
  orderId: `order-${filledAt}`,
  side,
  quantity: quantity as Lots,
  priceTicks: priceTicks as PriceTicks,
  fee,
  filledAt: filledAt as TimeMs,
});

const sequences = fc
  .array(
    fc.tuple(
      fc.constantFrom<Side>("buy", "sell"),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 100 }),
    ),
    { maxLength: 40 },
  )
  .map((rows) => rows.map(([side, quantity, priceTicks, fee], index) => fill(index, side, quantity, priceTicks, fee)));

test("trades carry units a person knows and the profit of what they closed", () => {
  const trades = tradesOf([fill(1, "buy", 10, 1000, 50), fill(2, "sell", 4, 1200, 20), fill(3, "sell", 10, 900, 30)], instrument);
  expect(trades).toEqual([
    { time: 1, side: "buy", quantity: 1, price: 10, fee: 0.05, realised: 0, positionAfter: 1 },
    { time: 2, side: "sell", quantity: 0.4, price: 12, fee: 0.02, realised: 0.8, positionAfter: 0.6 },
    { time: 3, side: "sell", quantity: 1, price: 9, fee: 0.03, realised: -0.6, positionAfter: -0.4 },
  ]);
  for (const trade of trades) expect(Trade.parse(trade)).toEqual(trade);
});

test("no fill, no trade; an open position is no round trip", () => {
  expect([tradesOf([], instrument), roundTripsOf([]), roundTripsOf([fill(1, "buy", 1, 100, 0)])]).toEqual([[], [], []]);
});

test("turning over closes one trip and opens the next, the fee shared by quantity", () => {
  const trips = roundTripsOf([fill(1, "buy", 4, 100, 8), fill(2, "sell", 12, 110, 30), fill(3, "buy", 8, 120, 5)]);
  expect(trips).toEqual([
    { openedAt: 1, closedAt: 2, side: "long", profit: 4 * 10 - 8 - 10, fees: 18 },
    { openedAt: 2, closedAt: 3, side: "short", profit: -8 * 10 - 20 - 5, fees: 25 },
  ]);
});

test("realised profit and round trips add up to the account's, exactly", () => {
  fc.assert(
    fc.property(sequences, (fills) => {
      const account = new Account(1 as Money);
      for (const { side, quantity, priceTicks, fee } of fills) account.trade(signOf(side) * quantity, priceTicks, fee);
      const trades = tradesOf(fills, instrument);
      const sum = trades.reduce((total, { realised }) => total + Math.round(realised * 1000), 0);
      expect(sum).toBe(Math.round(fromMoney(instrument, account.realised) * 1000));
      expect(trades.at(-1)?.positionAfter ?? 0).toBeCloseTo(account.position / 10, 9);

      const closing = { side: account.position > 0 ? "sell" : "buy", quantity: Math.abs(account.position) } as const;
      const closed = account.position === 0 ? fills : [...fills, fill(99, closing.side, closing.quantity, 77, 3)];
      if (account.position !== 0) account.trade(signOf(closing.side) * closing.quantity, 77, 3);
      const profit = roundTripsOf(closed).reduce((total, trip) => total + trip.profit, 0);
      expect(profit).toBe(account.cash - account.initialCash);
    }),
    { numRuns: 500 },
  );
});
