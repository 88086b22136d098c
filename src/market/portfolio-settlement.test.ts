import fc from "fast-check";
import { expect, test } from "vitest";
import { Account, type Instrument, type Money, Portfolio } from "../domain/index.ts";
import { closeBar, Costs, costsFor, settle } from "./costs.ts";
import { closePortfolioBar, liquidatePortfolio, settlePortfolio } from "./portfolio-settlement.ts";

const instrument: Instrument = { symbol: "A", currency: "USD", tickSize: 0.01, lotSize: 1 };
const dayMs = 86_400_000;

test("with one instrument it settles and charges as an account does", () => {
  const step = fc.record({
    lots: fc.integer({ min: -800, max: 800 }),
    price: fc.integer({ min: 1, max: 5000 }),
    close: fc.integer({ min: 1, max: 5000 }),
  });
  const fees = fc.record({ feeBps: fc.nat(200), feeFixed: fc.nat(3), feeMinimum: fc.nat(5), borrowBpsPerYear: fc.nat(9000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fees, (steps, fields) => {
      const costs = costsFor(instrument, Costs.parse({ slippageBps: 0, ...fields }));
      const account = new Account(500_000 as Money);
      const portfolio = new Portfolio({ instruments: [instrument], initialCash: 5000 });
      for (const { lots, price, close } of steps) {
        expect(settlePortfolio(portfolio, 0, lots, price, costs)).toBe(lots === 0 ? 0 : settle(account, lots, price, costs));
        closeBar(account, close, dayMs, costs);
        closePortfolioBar(portfolio, Float64Array.of(close), 0, dayMs, [costs]);
        const { cash, feesPaid, borrowPaid, equity, peakEquity } = account;
        expect(portfolio).toMatchObject({ cash, feesPaid, borrowPaid, equity, peakEquity });
      }
    }),
    { seed: 9, numRuns: 1000 },
  );
});

test("10,000 seeds of many instruments: buys never take cash below nothing, and everything can be closed", () => {
  const instruments = [
    instrument,
    { symbol: "B", currency: "USD", tickSize: 0.05, lotSize: 10 },
    { symbol: "C", currency: "EUR", tickSize: 0.001, lotSize: 1 },
  ];
  const costs = instruments.map((each) => costsFor(each, Costs.parse({ feeBps: 7, feeMinimum: 0.3, slippageBps: 3 })));
  const trade = fc.record({ index: fc.nat(2), lots: fc.integer({ min: -900, max: 900 }), price: fc.integer({ min: 1, max: 9000 }) });
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 12 }), fc.double({ min: 0.5, max: 2, noNaN: true }), (trades, rate) => {
      const portfolio = new Portfolio({ instruments, initialCash: 20_000 });
      expect(settlePortfolio(portfolio, 2, 5, 100, costs[2]!), "no rate of exchange yet").toBe(0);
      portfolio.setRate("EUR", rate);
      for (const { index, lots, price } of trades) {
        const { cash } = portfolio;
        const held = portfolio.position[index]!;
        const traded = settlePortfolio(portfolio, index, lots, price, costs[index]!);
        if (lots > 0 && held >= 0) expect(portfolio.cash).toBeGreaterThanOrEqual(Math.min(0, cash));
        else if (lots <= 0) expect(traded).toBe(lots);
        expect(Math.abs(traded)).toBeLessThanOrEqual(Math.abs(lots));
        expect(portfolio.position[index]).toBe(held + traded);
      }
      expect(portfolio.cash).toBe(portfolio.initialCash - portfolio.bought + portfolio.sold - portfolio.feesPaid);
      liquidatePortfolio(portfolio, Float64Array.of(100, 200, 300), 0, costs);
      expect([...portfolio.position, ...portfolio.costBasis]).toEqual([0, 0, 0, 0, 0, 0]);
      expect(portfolio.cash).toBe(portfolio.initialCash + portfolio.realised - portfolio.feesPaid);
    }),
    { seed: 10, numRuns: 10_000 },
  );
});
