import fc from "fast-check";
import { expect, test } from "vitest";
import { Account, type Instrument, lotsToReach, type Money, Portfolio } from "./index.ts";

const stock = (symbol: string, fields: Partial<Instrument> = {}): Instrument => ({
  symbol,
  currency: "USD",
  tickSize: 0.01,
  lotSize: 1,
  ...fields,
});

const operations = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("trade" as const),
      lots: fc.integer({ min: -500, max: 500 }).filter((lots) => lots !== 0),
      price: fc.integer({ min: 1, max: 5000 }),
      fee: fc.nat(100),
    }),
    fc.record({ kind: fc.constant("mark" as const), price: fc.integer({ min: 1, max: 5000 }) }),
    fc.record({
      kind: fc.constant("split" as const),
      numerator: fc.integer({ min: 1, max: 5 }),
      denominator: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({ kind: fc.constant("charge" as const), amount: fc.integer({ min: -50, max: 50 }) }),
  ),
  { maxLength: 40 },
);

test("with one instrument it is an account", () => {
  fc.assert(
    fc.property(operations, fc.double({ min: -2, max: 2, noNaN: true }), (list, weight) => {
      const account = new Account(1_000_000 as Money);
      const portfolio = new Portfolio({ instruments: [stock("A")], initialCash: 10_000 });
      expect(portfolio.initialCash).toBe(account.initialCash);
      for (const operation of list) {
        if (operation.kind === "trade") {
          account.trade(operation.lots, operation.price, operation.fee);
          portfolio.trade(0, operation.lots, operation.price, operation.fee);
        } else if (operation.kind === "split") {
          account.split(operation.numerator, operation.denominator);
          portfolio.split(0, operation.numerator, operation.denominator);
        } else if (operation.kind === "charge") {
          account.payFunding(operation.amount);
          portfolio.payFunding(operation.amount);
          account.receiveDividend(2 * operation.amount);
          portfolio.receiveDividend(2 * operation.amount);
          account.payInterest(3 * operation.amount);
          portfolio.payInterest(3 * operation.amount);
        } else {
          account.mark(operation.price);
          portfolio.mark(Float64Array.of(operation.price));
        }
        const { cash, realised, feesPaid, fundingPaid, interestPaid, dividendsReceived, fillCount } = account;
        expect(portfolio).toMatchObject({ cash, realised, feesPaid, fundingPaid, interestPaid, dividendsReceived, fillCount });
        expect([portfolio.position[0], portfolio.costBasis[0], portfolio.markTicks[0]]).toEqual([
          account.position,
          account.costBasis,
          account.markTicks,
        ]);
      }
      account.mark(777);
      portfolio.mark(Float64Array.of(777));
      expect([portfolio.equity, portfolio.peakEquity, portfolio.drawdown]).toEqual([account.equity, account.peakEquity, account.drawdown]);
      expect(portfolio.netExposure).toBeCloseTo(account.exposure, 12);
      expect(portfolio.lotsToReach(0, weight)).toBe(lotsToReach(account, weight));
      portfolio.reset();
      expect(portfolio.save()).toEqual(new Portfolio({ instruments: [stock("A")], initialCash: 10_000 }).save());
    }),
    { seed: 6, numRuns: 1000 },
  );
});

test("cash = start − bought + sold − fees − charges, in whole units, with several instruments and a rate of exchange", () => {
  const instruments = [
    stock("A"),
    stock("B", { tickSize: 0.25, lotSize: 50 }),
    stock("C", { currency: "EUR", tickSize: 0.001 }),
    stock("D", { tickSize: 1, lotSize: 1e-4 }),
  ];
  const trade = fc.record({
    index: fc.nat(3),
    lots: fc.integer({ min: -300, max: 300 }).filter((lots) => lots !== 0),
    price: fc.integer({ min: 1, max: 9000 }),
    fee: fc.nat(500),
    rate: fc.double({ min: 0.5, max: 2, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 40 }), (trades) => {
      const portfolio = new Portfolio({ instruments, initialCash: 1_000_000 });
      expect([portfolio.grain, [...portfolio.worth]]).toEqual([1e-4, [100, 125_000, NaN, 1]]);
      const held = [0, 0, 0, 0];
      for (const { index, lots, price, fee, rate } of trades) {
        portfolio.setRate("EUR", rate);
        const { cash } = portfolio;
        const exact = lots * price * portfolio.worth[index]!;
        portfolio.trade(index, lots, price, fee);
        held[index]! += lots;
        const paid = cash - portfolio.cash - fee;
        expect(Number.isSafeInteger(paid) && paid >= exact && paid < exact + 1, "rounded against the portfolio, by less than a unit").toBe(
          true,
        );
      }
      expect([...portfolio.position]).toEqual(held);
      expect(portfolio.cash).toBe(portfolio.initialCash - portfolio.bought + portfolio.sold - portfolio.feesPaid);
      portfolio.setRate("EUR", 1.25);
      portfolio.mark(Float64Array.of(500, 400, 2000, 300));
      const value = held[0]! * 500 * 100 + held[1]! * 400 * 125_000 + held[2]! * 2000 * 12.5 + held[3]! * 300;
      expect(portfolio.equity).toBeCloseTo(portfolio.cash + value, 2);
      const basis = portfolio.costBasis.reduce((sum, each) => sum + each, 0);
      expect(portfolio.cash).toBe(portfolio.initialCash + portfolio.realised - basis - portfolio.feesPaid);
    }),
    { seed: 7, numRuns: 1000 },
  );
});

test("weights, exposures and an instrument that did not trade", () => {
  const portfolio = new Portfolio({ instruments: [stock("A"), stock("B"), stock("C")], initialCash: 1000 });
  portfolio.trade(0, 5, 10_000, 0);
  portfolio.trade(1, -2, 10_000, 0);
  portfolio.mark(Float64Array.of(99, 10_000, 10_000, 3), 1);
  const weights = new Float32Array(4);
  portfolio.weights(weights, 1);
  expect([...weights]).toEqual([0, 0.5, expect.closeTo(-0.2, 6), 0]);
  expect([portfolio.grossExposure, portfolio.netExposure]).toEqual([0.7, 0.3]);
  portfolio.mark(Float64Array.of(NaN, 20_000, 0));
  expect([...portfolio.markTicks]).toEqual([10_000, 20_000, 3]);
  expect(portfolio.equity).toBe(80_000);
  expect(portfolio.amountOf(portfolio.equity)).toBe(800);
  expect(portfolio.drawdown).toBeCloseTo(0.2, 12);
});

test("what cannot be kept exact is refused", () => {
  expect(() => new Portfolio({ instruments: [stock("A", { lotSize: 1e-9 })], initialCash: 1e9 })).toThrow(/exact/);
  expect(() => new Portfolio({ instruments: [stock("A", { tickSize: 1 / 3 })], initialCash: 1e3 })).toThrow(/power of ten/);
  expect(() => new Portfolio({ instruments: [], initialCash: 1e3 })).toThrow(/needs instruments/);
});
