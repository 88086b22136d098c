import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manualClock, UserError } from "../base/index.ts";
import {
  Account,
  type Bar,
  type Broker,
  type Instrument,
  type Lots,
  type Money,
  type Order,
  type PriceTicks,
  signOf,
  type TimeMs,
} from "../domain/index.ts";
import { KillSwitch, riskEngine, type RiskSpec } from "./index.ts";

fc.configureGlobal({ numRuns: 1000 });

const instrument: Instrument = { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 0.1 };

const barAt = (closeTime: number, close = 100): Bar => ({ closeTime, open: close, high: close, low: close, close, volume: 1 });

function accountWith(position: number, { price = 100, paid = 100 } = {}): Account {
  const account = new Account(1_000_000 as Money);
  if (position !== 0) account.trade(position, paid, 0);
  account.mark(price);
  return account;
}

const orderOf = (signedLots: number, change: Partial<Order> = {}): Order => ({
  id: "order-1",
  instrument,
  side: signedLots > 0 ? "buy" : "sell",
  quantity: Math.abs(signedLots) as Lots,
  type: "market",
  timeInForce: "day",
  decidedAt: 1000 as TimeMs,
  ...change,
});

const check = (spec: RiskSpec, order: Order, account: Account, timeMs = 1000) => {
  const engine = riskEngine(spec);
  engine.onMark(account, barAt(1000));
  return engine.check(order, account, timeMs);
};

const codes = (decision: ReturnType<typeof check>) =>
  decision.status === "denied" ? decision.denials.map(({ code }) => code) : decision.order.quantity;

describe("approval", () => {
  test("an order that the engine has not seen cannot be submitted", () => {
    const submit = (broker: Broker, order: Order) => {
      // @ts-expect-error: only an Approved<Order> may leave.
      return broker.submit(order);
    };
    expect(submit).toBeTypeOf("function");
  });

  test("an approved order cannot be changed afterwards", () => {
    const decision = check([], orderOf(5), accountWith(0));
    expect(decision.status === "approved" && Object.isFrozen(decision.order)).toBe(true);
  });

  test("every denial is told, in the order of the rules, and reductions add up", () => {
    const spec: RiskSpec = [
      { rule: "max-position", params: { maxLots: 50 } },
      { rule: "stale-data", params: { maxAgeMs: 10 } },
      { rule: "price-collar" },
      { rule: "max-order", params: { maxNotional: 10 } },
    ];
    const order = orderOf(80, { type: "limit", limitTicks: 200 as PriceTicks });
    expect(codes(check(spec, order, accountWith(0), 2000))).toEqual(["STALE_DATA", "PRICE_COLLAR"]);
    expect(codes(check(spec, orderOf(80), accountWith(0)))).toBe(50);
    const decision = check(spec, orderOf(80), accountWith(0));
    expect(decision.status === "approved" && decision.reductions.map(({ rule }) => rule)).toEqual(["max-position"]);
  });

  test.each([
    ["no quantity", orderOf(0), "QUANTITY_BELOW_MINIMUM"],
    ["NaN", orderOf(5, { quantity: NaN as Lots }), "QUANTITY_BELOW_MINIMUM"],
    ["a broken lot", orderOf(1.5), "VALIDATION_FAILED"],
    ["a limit order without a limit", orderOf(5, { type: "limit" }), "VALIDATION_FAILED"],
    ["a market order with a limit", orderOf(5, { limitTicks: 5 as PriceTicks }), "VALIDATION_FAILED"],
    ["a negative stop", orderOf(5, { type: "stop", stopTicks: -5 as PriceTicks }), "VALIDATION_FAILED"],
  ])("shape: %s", (_what, order, code) => {
    expect(codes(check([], order, accountWith(0)))).toEqual([code]);
  });

  test("a trailing stop needs its trail, and no price to start at", () => {
    const trail = { by: "bps", offset: 100 } as const;
    const account = accountWith(5);
    expect(codes(check([], orderOf(-5, { type: "trailing-stop", trail }), account))).toBe(5);
    expect(codes(check([], orderOf(-5, { type: "trailing-stop", trail, stopTicks: 90 as PriceTicks }), account))).toBe(5);
    expect(codes(check([], orderOf(-5, { type: "trailing-stop" }), account))).toEqual(["VALIDATION_FAILED"]);
    expect(codes(check([], orderOf(-5, { trail }), account))).toEqual(["VALIDATION_FAILED"]);
  });

  test("no price yet", () => {
    expect(codes(riskEngine([]).check(orderOf(5), new Account(1000 as Money), 0))).toEqual(["VALIDATION_FAILED"]);
  });
});

describe("configuration", () => {
  test.each([
    [[{ rule: "max-positon" }], "risk.0.rule"],
    [[{ rule: "max-position", params: { maxExposures: 1 } }], "risk.0.params.maxExposures"],
    [[{ rule: "max-order" }], "risk.0.params.maxNotional"],
    [[{ rule: "stop-loss", params: { maxLoss: -1 } }], "risk.0.params.maxLoss"],
  ])("%j is refused at %s", (spec, path) => {
    try {
      riskEngine(spec);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).path).toBe(path);
    }
  });
});

describe("rules", () => {
  test.each([
    [0, 30, 30],
    [0, 60, 50],
    [0, -60, 50],
    [20, 40, 30],
    [20, -90, 70],
    [50, 1, ["QUANTITY_EXCEEDS_MAXIMUM"]],
    [80, -10, 10],
    [80, 10, ["QUANTITY_EXCEEDS_MAXIMUM"]],
  ])("max-position by lots: from %i by %i gives %j", (position, lots, expected) => {
    expect(
      codes(check([{ rule: "max-position", params: { maxExposure: 10, maxLots: 50 } }], orderOf(lots), accountWith(position))),
    ).toEqual(expected);
  });

  test("max-position by exposure counts as the sizing rule does", () => {
    expect(codes(check([{ rule: "max-position" }], orderOf(10_000), accountWith(0)))).toBe(10_000);
    expect(codes(check([{ rule: "max-position", params: { maxExposure: 0.5 } }], orderOf(10_000), accountWith(0)))).toBe(5_000);
  });

  test("max-order: an entry is denied, an exit leaves in parts", () => {
    const spec = [{ rule: "max-order", params: { maxNotional: 5 } }]; // A lot is worth 0.1.
    expect(codes(check(spec, orderOf(50), accountWith(0)))).toBe(50);
    expect(codes(check(spec, orderOf(51), accountWith(0)))).toEqual(["NOTIONAL_EXCEEDS_MAX_PER_ORDER"]);
    expect(codes(check(spec, orderOf(-80), accountWith(80)))).toBe(50);
  });

  test.each([
    [104, 104],
    [96, 96],
    [106, ["PRICE_COLLAR"]],
    [94, ["PRICE_COLLAR"]],
  ])("price-collar: a limit at %i", (price, expected) => {
    const quantity = Array.isArray(expected) ? expected : 5;
    expect(
      codes(check([{ rule: "price-collar" }], orderOf(5, { type: "limit", limitTicks: price as PriceTicks }), accountWith(0))),
    ).toEqual(quantity);
  });

  test("stale-data, at the limit and beyond, before the first bar and after the clock went back", () => {
    const spec = [{ rule: "stale-data", params: { maxAgeMs: 500 } }];
    expect(codes(check(spec, orderOf(5), accountWith(0), 1500))).toBe(5);
    expect(codes(check(spec, orderOf(5), accountWith(0), 1501))).toEqual(["STALE_DATA"]);
    expect(codes(check(spec, orderOf(5), accountWith(0), 999))).toEqual(["STALE_DATA"]);
    expect(codes(riskEngine(spec).check(orderOf(5), accountWith(0), 1000))).toEqual(["STALE_DATA"]);
  });

  test("duplicate-intent: another order alike is denied inside the window, the same one and an unlike one are not", () => {
    const engine = riskEngine([{ rule: "duplicate-intent", params: { windowMs: 100 } }]);
    const ask = (id: string, lots: number, timeMs: number) => codes(engine.check(orderOf(lots, { id }), accountWith(0), timeMs));
    expect(ask("a", 5, 0)).toBe(5);
    expect(ask("a", 5, 10)).toBe(5);
    expect(ask("b", 5, 20)).toEqual(["DUPLICATE_INTENT"]);
    expect(ask("c", 6, 30)).toBe(6);
    expect(ask("d", -5, 40)).toBe(5);
    expect(ask("e", 5, 200)).toBe(5);
  });

  test("stop-loss leaves a losing position, long or short, and latches nothing", () => {
    const engine = riskEngine([{ rule: "stop-loss", params: { maxLoss: 0.05 } }]);
    const exits = (position: number, price: number) => engine.onMark(accountWith(position, { paid: 100, price }), barAt(1000)) !== null;
    expect([exits(50, 96), exits(50, 95), exits(-50, 104), exits(-50, 105), exits(0, 10)]).toEqual([false, true, false, true, false]);
    expect(engine.onMark(accountWith(50, { price: 90 }), barAt(1000))).toEqual({
      rule: "stop-loss",
      reason: "the position lost 10.00 % of its cost",
    });
    expect(engine.state).toBe("active");
  });

  test("max-drawdown leaves the position and latches", () => {
    const engine = riskEngine([{ rule: "max-drawdown", params: { maxDrawdown: 0.2 } }]);
    const account = accountWith(10_000);
    account.mark(81);
    expect(engine.onMark(account, barAt(1000))).toBe(null);
    account.mark(80);
    const exit = { rule: "max-drawdown", reason: "drawdown of 20.00 % reached the limit of 20.00 %" };
    expect(engine.onMark(account, barAt(2000))).toEqual(exit);
    account.mark(150);
    expect(engine.onMark(account, barAt(3000))).toEqual(exit);
    expect(engine.killSwitch.detail).toMatchObject({ state: "reducing", by: "max-drawdown" });
    expect(codes(engine.check(orderOf(5), account, 3000))).toEqual(["TRADING_STATE_REDUCING"]);
  });

  test("daily-loss counts from the end of the day before, and a bar that closes at midnight ends its day", () => {
    const day = 24 * 3600 * 1000;
    const engine = riskEngine([{ rule: "daily-loss", params: { maxLoss: 0.03 } }]);
    const account = accountWith(10_000);
    const exits = (time: number, price: number) => {
      account.mark(price);
      return engine.onMark(account, barAt(time)) !== null;
    };
    expect([exits(1, 98), exits(day, 98), exits(day + 1, 97), exits(2 * day, 96)]).toEqual([false, false, false, false]);
    expect([exits(2 * day + 1, 94), engine.state]).toEqual([false, "active"]);
    expect([exits(3 * day, 93), engine.state]).toEqual([true, "reducing"]);
  });
});

describe("an earlier run", () => {
  test("is remembered without being judged again: the day's loss goes on counting, an old breach latches nothing", () => {
    const day = 24 * 3600 * 1000;
    const account = accountWith(10_000);
    const engine = riskEngine([{ rule: "daily-loss", params: { maxLoss: 0.03 } }]);
    for (const [time, price] of [
      [1, 90],
      [2, 80],
      [day + 1, 79],
    ] as const) {
      account.mark(price);
      engine.recall(account, barAt(time));
    }
    expect(engine.state).toBe("active");
    account.mark(78);
    expect(engine.onMark(account, barAt(day + 2))).toBe(null);
    account.mark(77.5);
    expect(engine.onMark(account, barAt(day + 3))).not.toBe(null);
  });
});

describe("trading state", () => {
  const position = fc.integer({ min: -1000, max: 1000 });
  const lots = fc.integer({ min: -1000, max: 1000 }).filter((value) => value !== 0);
  const limits = fc.constantFrom<RiskSpec>(
    [],
    [{ rule: "max-position", params: { maxLots: 300 } }],
    [{ rule: "max-order", params: { maxNotional: 20 } }],
  );

  test("HALTED lets nothing through", () => {
    fc.assert(
      fc.property(position, lots, limits, (held, signed, spec) => {
        const engine = riskEngine(spec);
        engine.killSwitch.trip("halted", "test", "because");
        expect(codes(engine.check(orderOf(signed), accountWith(held), 0))).toContain("TRADING_HALTED");
      }),
    );
  });

  test("REDUCING only shrinks and never turns a position over", () => {
    fc.assert(
      fc.property(position, lots, limits, (held, signed, spec) => {
        const engine = riskEngine(spec);
        engine.killSwitch.trip("reducing", "test", "because");
        const decision = engine.check(orderOf(signed), accountWith(held), 0);
        if (decision.status === "denied") return;
        const after = held + signOf(decision.order.side) * decision.order.quantity;
        expect(Math.abs(after)).toBeLessThan(Math.abs(held));
        expect(after * held).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("max-position: what is approved never leaves a position both larger than before and over the limit", () => {
    fc.assert(
      fc.property(position, lots, (held, signed) => {
        const decision = check([{ rule: "max-position", params: { maxLots: 300 } }], orderOf(signed), accountWith(held));
        if (decision.status === "denied") {
          expect(held * signed > 0 && Math.abs(held) >= 300).toBe(true);
          return;
        }
        const after = held + signOf(decision.order.side) * decision.order.quantity;
        expect(Math.abs(after)).toBeLessThanOrEqual(Math.max(300, Math.abs(held)));
      }),
    );
  });

  test("an engine with a latched switch of an earlier run demands to leave at once", () => {
    const killSwitch = new KillSwitch({ clock: manualClock() });
    killSwitch.trip("reducing", "daily-loss", "earlier");
    expect(riskEngine([], killSwitch).onMark(accountWith(10), barAt(1000))).toEqual({ rule: "daily-loss", reason: "earlier" });
  });
});
