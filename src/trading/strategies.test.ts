import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParams } from "../base/index.ts";
import { Account, type Bars, barsFrom, emptyBar, type Money, readBar, sliceBars, toTicks } from "../domain/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import { riskEngine } from "../risk/index.ts";
import { barsFeed, noJournal, noOrders, runSessionAtOnce, type SessionResult, type Strategy, simulatedVenue, strategies } from "./index.ts";

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
const initialCash = 100_000_000 as Money;
const costs = Costs.parse({});

/** A strategy's session over bars. */
function traded(kind: Strategy, bars: Bars, params: object = {}): SessionResult {
  const venue = simulatedVenue({ feed: barsFeed(bars), instrument: bars.instrument, costs, initialCash });
  const agent = kind.agent(parseParams(kind.params, params));
  return runSessionAtOnce({ ...venue, agent, risk: riskEngine([]), journal: noJournal, instrument: bars.instrument, initialCash });
}

const walk = geometricWalk({ bars: 1500, volatility: 0.02, seed: 8 });

describe.each(kinds)("%s", (name, kind) => {
  test("is found under its name, trades, starts afresh each time, and leaves books that agree", () => {
    expect(kind.name).toBe(name);
    const [first, again] = [traded(kind, walk), traded(kind, walk)];
    expect(first.fills.length).toBeGreaterThan(0);
    expect(first.findings).toEqual([]);
    expect(again.fills).toEqual(first.fills);
    for (const exposure of first.track.exposure) expect(Math.abs(exposure)).toBeLessThanOrEqual(1.1);
  });

  test("does the same whatever comes later", () => {
    const whole = traded(kind, walk);
    for (const cut of [37, 400, 1111]) {
      const part = traded(kind, sliceBars(walk, 0, cut));
      expect(whole.fills.filter(({ filledAt }) => filledAt <= walk.closeTime[cut - 1]!)).toEqual(part.fills);
    }
  });

  test("is shown bars before it may trade, and then does as if it had been there", () => {
    // An agent that holds nothing yet wants the same after so many bars, whether it was asked at each or only shown them.
    const agent = (asked: boolean) => {
      const fresh = kind.agent(parseParams(kind.params, {}));
      const own = new Account(initialCash);
      const wishes: unknown[] = [];
      const list = { ...noOrders(own, walk.instrument), place: (request: unknown) => `${wishes.push(request)}` };
      let wanted: number | null = null;
      for (let row = 0; row < 700; row++) {
        const bar = readBar(walk, row, emptyBar());
        own.mark(toTicks(walk.instrument, bar.close));
        fresh.update(bar);
        wishes.length = 0;
        if (asked || row === 699) wanted = fresh.decide(own, list);
      }
      return { wanted, wishes };
    };
    if (name !== "constant-exposure") expect(agent(false)).toEqual(agent(true));
  });

  test("lives through prices at the edge", () => {
    for (const closes of [Array<number>(300).fill(5), Array.from({ length: 300 }, (_, row) => 1 + (row % 2)), [3]]) {
      const bars = barsFrom(
        { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 },
        closes.map((close, row) => ({ closeTime: (row + 1) * 60_000, open: close, high: close, low: close, close, volume: 0 })),
      );
      expect(traded(kind, bars).findings).toEqual([]);
    }
  });

  test("refuses a parameter that it does not know", () => {
    expect(() => parseParams(kind.params, { perod: 3 })).toThrow(expect.objectContaining({ code: "config/invalid" }));
  });
});

test("a channel breakout holds what plain highs and lows say", () => {
  const params = { entry: 8, exit: 4, allowShort: true };
  const { track } = traded(strategies["channel-breakout"], walk, params);
  const { high, low, close } = walk;
  let side = 0;
  for (let row = 0; row < 1499; row++) {
    const range = (bars: number) => ({
      top: Math.max(...high.subarray(row - bars, row)),
      bottom: Math.min(...low.subarray(row - bars, row)),
    });
    if (row >= 8) {
      const [entry, exit] = [range(8), range(4)];
      if (close[row]! > entry.top) side = 1;
      else if (close[row]! < entry.bottom) side = -1;
      else if (side > 0 ? close[row]! < exit.bottom : close[row]! > exit.top) side = 0;
    }
    expect(Math.sign(track.position[row + 1]!), `bar ${row + 1}`).toBe(side);
  }
});

test("a volatility target holds target over volatility", () => {
  const { track } = traded(strategies["volatility-target"], walk, { target: 0.005, period: 10, band: 0 });
  const log = walk.close.map((close, row) => (row === 0 ? NaN : Math.log(close / walk.close[row - 1]!)));
  for (const row of [50, 500, 1400]) {
    const window = log.subarray(row - 9, row + 1);
    const mean = window.reduce((sum, value) => sum + value, 0) / 10;
    const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 9);
    // Reached at the next open: within what a bar's move and the fee make of it.
    expect(track.exposure[row + 1]!).toBeCloseTo(0.005 / deviation, 1);
  }
});

test("a quoting rule trades at its own prices, and never beyond its limit by more than a quote", () => {
  const { fills, orders, track } = traded(strategies.quoting, walk);
  const limits = new Map(orders.map(({ order }) => [order.id, order.limitTicks!]));
  for (const { orderId, side, priceTicks } of fills) {
    if (side === "buy") expect(priceTicks).toBeLessThanOrEqual(limits.get(orderId)!);
    else expect(priceTicks).toBeGreaterThanOrEqual(limits.get(orderId)!);
  }
  for (const exposure of track.exposure) expect(Math.abs(exposure)).toBeLessThan(0.65);
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
