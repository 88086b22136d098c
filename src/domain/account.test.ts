import fc from "fast-check";
import { expect, test } from "vitest";
import { Account, fromMoney, fromTicks, type Instrument, lotsToReach, type Money, toMoney, toTicks } from "./index.ts";

const instrument: Instrument = { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 0.001 };
const trades = fc.array(
  fc.record({
    lots: fc.integer({ min: -5000, max: 5000 }).filter((lots) => lots !== 0),
    price: fc.integer({ min: 1, max: 500_000 }),
    fee: fc.integer({ min: 0, max: 10_000 }),
  }),
  {
    maxLength: 60,
  },
);

test("cash, fees and position follow from the trades, exactly", () => {
  fc.assert(
    fc.property(trades, (list) => {
      const account = new Account(toMoney(instrument, 100_000));
      for (const { lots, price, fee } of list) account.trade(lots, price, fee);
      const value = list.reduce((sum, { lots, price }) => sum + lots * price, 0);
      const fees = list.reduce((sum, { fee }) => sum + fee, 0);
      expect(account.cash).toBe(account.initialCash - value - fees);
      expect(account.position).toBe(list.reduce((sum, { lots }) => sum + lots, 0));
      expect(account.feesPaid).toBe(fees);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test("equity = initial cash + realised + unrealised − fees, exactly, at any mark", () => {
  fc.assert(
    fc.property(trades, fc.integer({ min: 1, max: 500_000 }), (list, mark) => {
      const account = new Account(toMoney(instrument, 100_000));
      for (const { lots, price, fee } of list) account.trade(lots, price, fee);
      account.mark(mark);
      const unrealised = account.position * mark - account.costBasis;
      expect(account.equity).toBe(account.initialCash + account.realised + unrealised - account.feesPaid);
      if (account.position === 0) expect(account.costBasis).toBe(0);
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test("a long round trip, a partial close and a reversal", () => {
  const account = new Account(1_000_000 as Money);
  account.trade(100, 50, 7);
  account.trade(-40, 60, 0);
  expect(account).toMatchObject({ position: 60, costBasis: 3000, realised: 400 });
  account.trade(-100, 55, 0);
  expect(account).toMatchObject({ position: -40, costBasis: -2200, realised: 700, cash: 1_000_000 - 5007 + 2400 + 5500 });
  account.mark(50);
  expect(account.equity).toBe(1_000_000 + 700 - 7 + 200);
  account.reset();
  expect(account.save()).toEqual(new Account(1_000_000 as Money).save());
});

test("drawdown is from the highest mark, exposure is signed", () => {
  const account = new Account(10_000 as Money);
  account.trade(-100, 50, 0);
  account.mark(25);
  expect(account).toMatchObject({ equity: 12_500, drawdown: 0, exposure: -0.2 });
  account.mark(75);
  expect(account.drawdown).toBeCloseTo(0.4, 12);
});

test("sizing reaches the exposure without passing it, and flattens when nothing is left", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: -20, max: 20 }),
      (exposure, price, held) => {
        const account = new Account(1_000_000 as Money);
        if (held !== 0) account.trade(held, price, 0);
        account.mark(price);
        const position = account.position + lotsToReach(account, exposure);
        expect(Math.abs(position * price)).toBeLessThanOrEqual(Math.abs(exposure) * account.equity);
        expect(Math.abs(position * price)).toBeGreaterThan(Math.abs(exposure) * account.equity - price);
      },
    ),
    { seed: 3, numRuns: 1000 },
  );
  const ruined = new Account(100 as Money);
  ruined.trade(-10, 50, 0);
  ruined.mark(100);
  expect(lotsToReach(ruined, -1)).toBe(10);
});

test("ticks and money go to quote currency and back as people write them", () => {
  expect(toTicks(instrument, 1455.219971)).toBe(145522);
  expect(fromTicks(instrument, 145522)).toBe(1455.22);
  expect(fromMoney(instrument, toMoney(instrument, 100_000))).toBe(100_000);
  expect(() => toMoney({ ...instrument, tickSize: 1e-8, lotSize: 1e-8 }, 1)).toThrow("coarser lot");
});
