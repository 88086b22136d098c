import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParams } from "../base/index.ts";
import { Account, emptyBar, type Money } from "../domain/index.ts";
import { noOrders, type Strategy, strategies } from "./index.ts";

const kinds = Object.entries(strategies) as [string, Strategy][];
const account = new Account(1000 as Money);
const desk = noOrders(account, { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 });

/** What a strategy wants after each close, holding nothing. */
function wantedBy(kind: Strategy, params: object, closes: readonly number[]): (number | null)[] {
  const agent = kind.agent(parseParams(kind.params, params));
  return closes.map((close) => {
    agent.update({ ...emptyBar(), close });
    return agent.decide(account, desk);
  });
}

const prices = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 });

describe.each(kinds)("%s", (name, kind) => {
  test("is found under its name, and starts afresh each time", () => {
    expect(kind.name).toBe(name);
    const closes = Array.from({ length: 400 }, (_, index) => 100 + 10 * Math.sin(index / 7));
    expect(wantedBy(kind, {}, closes)).toEqual(wantedBy(kind, {}, closes));
  });

  test("wants an exposure within ±1, and the same whatever comes later", () => {
    fc.assert(
      fc.property(prices, prices, (past, future) => {
        const wanted = wantedBy(kind, {}, past);
        expect(wantedBy(kind, {}, [...past, ...future]).slice(0, past.length)).toEqual(wanted);
        for (const each of wanted) expect(each === null || Math.abs(each) <= 1).toBe(true);
      }),
    );
  });

  test("refuses a parameter that it does not know", () => {
    expect(() => parseParams(kind.params, { perod: 3 })).toThrow(expect.objectContaining({ code: "config/invalid" }));
  });
});

test("a moving-average cross is long where the short mean is above the long one, as plain means say", () => {
  fc.assert(
    fc.property(prices, fc.boolean(), (closes, allowShort) => {
      const wanted = wantedBy(strategies["moving-average-cross"], { fast: 3, slow: 7, allowShort }, closes);
      const mean = (from: number, to: number) => closes.slice(from, to).reduce((sum, close) => sum + close, 0) / (to - from);
      expect(wanted).toEqual(
        closes.map((_, row) => {
          if (row < 6) return null;
          const side = mean(row - 2, row + 1) > mean(row - 6, row + 1) ? 1 : allowShort ? -1 : 0;
          return side === 0 ? null : side; // Nothing is held: to be flat is to keep still.
        }),
      );
    }),
  );
});

test("momentum is long where the close is above that of so many bars ago", () => {
  fc.assert(
    fc.property(prices, (closes) => {
      const wanted = wantedBy(strategies.momentum, { lookback: 5, allowShort: true }, closes);
      expect(wanted).toEqual(closes.map((close, row) => (row < 5 ? null : close > closes[row - 5]! ? 1 : -1)));
    }),
  );
});

test("a constant exposure is taken once", () => {
  expect(wantedBy(strategies["constant-exposure"], { exposure: -0.5 }, [1, 2, 3])).toEqual([-0.5, null, null]);
});
