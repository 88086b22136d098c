import fc from "fast-check";
import { expect, test } from "vitest";
import { Account, type Money } from "../domain/index.ts";
import { Costs, costsFor, feeOn } from "./costs.ts";
import { liquidationTicks, Margin, marginLots } from "./margin.ts";

const instrument = { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 };
const standing = (cash: number, position: number): Account => {
  const account = new Account(1 as Money);
  account.cash = cash;
  account.position = position;
  return account;
};

test("the liquidation price is the nearest at which equity is below maintenance", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -3000, max: 3000 }),
      fc.integer({ min: -30, max: 30 }),
      fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      (cash, position, maintenance) => {
        const margin = Margin.parse({ initial: 0.95, maintenance });
        const below = (price: number) => cash + position * price < maintenance * Math.abs(position) * price;
        const prices = Array.from({ length: 6000 }, (_, index) => index + 1);
        const expected = position > 0 ? prices.findLast(below) : position < 0 ? prices.find(below) : undefined;
        const ticks = liquidationTicks(standing(cash, position), margin);
        if (expected === undefined || expected === 6000) expect(Number.isNaN(ticks) || ticks >= 6000).toBe(true);
        else expect(ticks).toBe(expected);
      },
    ),
    { seed: 11, numRuns: 500 },
  );
});

test("margin allows what a count one by one allows", () => {
  const costs = costsFor(instrument, Costs.parse({ feeBps: 20, feeFixed: 1, slippageBps: 0 }));
  fc.assert(
    fc.property(
      fc.integer({ min: -500, max: 5000 }),
      fc.integer({ min: -40, max: 40 }),
      fc.integer({ min: -90, max: 90 }).filter((lots) => lots !== 0),
      fc.integer({ min: 1, max: 200 }),
      fc.nat(5),
      (cash, position, wanted, marketTicks, worse) => {
        const margin = Margin.parse({});
        const sign = Math.sign(wanted);
        const priceTicks = Math.max(1, marketTicks + sign * worse);
        let expected = Math.min(Math.abs(wanted), Math.max(0, -sign * position));
        const fits = (lots: number) => {
          const after = position + sign * lots;
          return (
            cash - sign * lots * priceTicks - feeOn(lots, priceTicks, costs) + after * marketTicks >= Math.abs(after) * marketTicks * 0.5
          );
        };
        while (expected < Math.abs(wanted) && fits(expected + 1)) expected++;
        expect(marginLots(standing(cash, position), wanted, { priceTicks, marketTicks }, costs, margin)).toBe(
          expected === 0 ? 0 : sign * expected,
        );
      },
    ),
    { seed: 12, numRuns: 3000 },
  );
});
