import fc from "fast-check";
import { expect, test } from "vitest";
import { Account, type Money } from "../domain/index.ts";
import { borrowOn, closeBar, Costs, costsFor, feeOn, settle, slippedTicks } from "./costs.ts";

const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 0.1 };
const costs = (fields: Partial<Costs> = {}) =>
  costsFor(instrument, Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0, ...fields }));

test("defaults are filled in and a misspelt field is refused", () => {
  expect(Costs.parse({})).toEqual({ feeBps: 1, feeFixed: 0, slippageBps: 1, borrowBpsPerYear: 50 });
  expect(() => Costs.parse({ feebps: 1 })).toThrow(/feebps/);
  expect(() => Costs.parse({ feeBps: -1 })).toThrow();
});

test("slippage is against us, in whole ticks, and never makes a price of nothing", () => {
  expect(slippedTicks(1, 10_000, costs({ slippageBps: 1 }))).toBe(10_001);
  expect(slippedTicks(-1, 10_000, costs({ slippageBps: 1 }))).toBe(9_999);
  expect(slippedTicks(1, 10_001, costs({ slippageBps: 1 }))).toBe(10_003);
  expect(slippedTicks(-1, 1, costs({ slippageBps: 10_000 }))).toBe(1);
  expect(slippedTicks(1, 12_345, costs())).toBe(12_345);
});

test("fees round up, the fixed one is in money units", () => {
  expect(feeOn(300, 100, costs({ feeBps: 1 }))).toBe(3);
  expect(feeOn(1, 30_001, costs({ feeBps: 1 }))).toBe(4);
  expect(feeOn(1, 1, costs({ feeFixed: 2.5 }))).toBe(2500);
});

test("an order that rested may pay another fee, units may have a fee each, and a trade a least one", () => {
  expect(feeOn(300, 100, costs({ feeBps: 5, makerFeeBps: 1 }), true)).toBe(3);
  expect(feeOn(300, 100, costs({ feeBps: 5, makerFeeBps: 1 }))).toBe(15);
  expect(feeOn(300, 100, costs({ feeBps: 5 }), true)).toBe(15);
  // 200 shares of 0.1-share lots at 0.005 a share are 1 dollar, which is 1,000 money units of 0.001 dollars.
  const perShare = costs({ feePerUnit: 0.005, feeMinimum: 1 });
  expect(feeOn(2000, 100, perShare)).toBe(1000);
  expect(feeOn(20, 100, perShare)).toBe(1000);
  expect(feeOn(2010, 100, perShare)).toBe(1005);
  expect(feeOn(2001, 100, perShare)).toBe(1001);
});

test("slippage in ticks comes on top", () => {
  expect(slippedTicks(1, 10_000, costs({ slippageTicks: 2, slippageBps: 1 }))).toBe(10_003);
  expect(slippedTicks(-1, 10_000, costs({ slippageTicks: 2 }))).toBe(9_998);
});

test("borrowing costs its rate in 365 days", () => {
  const yearMs = 365 * 24 * 3600 * 1000;
  expect(borrowOn(1_000_000, yearMs, costs({ borrowBpsPerYear: 50 }))).toBe(5000);
  expect(borrowOn(1, 1, costs({ borrowBpsPerYear: 50 }))).toBe(1);
  expect(borrowOn(1_000_000, 0, costs({ borrowBpsPerYear: 50 }))).toBe(0);
});

test("only a short position pays for borrowing", () => {
  const account = new Account(1_000_000 as Money);
  const rate = costs({ borrowBpsPerYear: 10_000 });
  account.trade(100, 50, 0);
  closeBar(account, 50, 365 * 24 * 3600 * 1000, rate);
  expect(account.borrowPaid).toBe(0);
  account.trade(-300, 50, 0);
  closeBar(account, 60, 365 * 24 * 3600 * 1000, rate);
  expect(account.borrowPaid).toBe(200 * 60);
  expect(account.equity).toBe(1_000_000 - 200 * (60 - 50) - 12_000);
});

const trade = fc.record({
  lots: fc.integer({ min: -500, max: 500 }).filter((lots) => lots !== 0),
  price: fc.integer({ min: 1, max: 5000 }),
});

test("buys are cut to what cash pays for, everything else trades in full", () => {
  fc.assert(
    fc.property(
      fc.array(trade, { maxLength: 30 }),
      fc.double({ min: 0, max: 300, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.record({ feePerUnit: fc.double({ min: 0, max: 1, noNaN: true }), feeMinimum: fc.double({ min: 0, max: 9, noNaN: true }) }),
      (trades, feeBps, feeFixed, more) => {
        const charges = costs({ feeBps, feeFixed, ...more });
        const account = new Account(200_000 as Money);
        for (const { lots, price } of trades) {
          const [cash, position, feesPaid] = [account.cash, account.position, account.feesPaid];
          const traded = settle(account, lots, price, charges);
          expect(account.position).toBe(position + traded);
          expect(account.cash).toBe(cash - traded * price - (account.feesPaid - feesPaid));
          if (lots < 0 || position <= -lots) expect(traded).toBe(lots);
          expect(traded).toBe(slowSettlement(cash, position, lots, price, charges));
          if (account.position > 0 && lots > 0) expect(account.cash).toBeGreaterThanOrEqual(0);
        }
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

/** One lot less at a time until it can be paid, but never less than covers the short position. */
function slowSettlement(cash: number, position: number, lots: number, price: number, charges: ReturnType<typeof costs>): number {
  let traded = lots;
  while (traded > 0 && traded > -position && traded * price + feeOn(traded, price, charges) > cash) traded--;
  return traded;
}
