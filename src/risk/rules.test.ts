import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UserError } from "../base/index.ts";
import { Account, type Lots, type Money, type Order, type TimeMs } from "../domain/index.ts";
import { riskEngine, type Rule, rules } from "./index.ts";

/** What a rule needs that has no default. */
const required: Record<string, Record<string, number>> = { "max-order": { maxNotional: 1000 }, "stale-data": { maxAgeMs: 1000 } };

describe.each(Object.entries<Rule>(rules))("risk rule %s", (name, rule) => {
  test("is named as its file and starts from what has no default", () => {
    expect(rule.name).toBe(name);
    expect(() => riskEngine([{ rule: name, params: required[name] ?? {} }])).not.toThrow();
  });

  test("refuses a misspelt limit and one that is no number", () => {
    for (const params of [{ maximum: 1 }, ...Object.keys(rule.params).map((field) => ({ ...required[name], [field]: NaN }))]) {
      expect(() => riskEngine([{ rule: name, params }])).toThrow(UserError);
    }
  });

  test("writes its parameters as a JSON schema, for forms and flags", () => {
    expect(z.toJSONSchema(z.strictObject(rule.params), { io: "input" })).toMatchObject({ type: "object", additionalProperties: false });
  });

  test("lets a small order through in quiet times and demands nothing", () => {
    const engine = riskEngine([{ rule: name, params: required[name] ?? {} }]);
    const account = new Account(1_000_000 as Money);
    account.mark(100);
    expect(engine.onMark(account, { closeTime: 1000, open: 1, high: 1, low: 1, close: 1, volume: 1 })).toBe(null);
    const order: Order = {
      id: "a",
      instrument: { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 1 },
      side: "buy",
      quantity: 1 as Lots,
      type: "market",
      timeInForce: "day",
      decidedAt: 1000 as TimeMs,
    };
    expect(engine.check(order, account, 1000)).toEqual({ status: "approved", order, reductions: [] });
  });
});
