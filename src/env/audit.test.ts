import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import type { Account, Bars } from "../domain/index.ts";
import { auditEnvironment } from "./audit.ts";
import { createVectorEnvironment, type EnvironmentOptions, type TradingEnvironment } from "./batched-environment.ts";
import { sampleOptions, walk } from "./testing/sample-market.ts";

const options = (bars: Bars, fields: Record<string, unknown> = {}) => sampleOptions(bars, { episode: { maxSteps: 60 }, ...fields }, 4);
const audits = (make: (bars: Bars) => TradingEnvironment, rewardTotal?: (initial: number, final: number) => number) =>
  auditEnvironment(make, { bars: walk(), random: new Random(4), ...(rewardTotal && { rewardTotal }) }).map(({ audit }) => audit);

/** An environment that hands everything on, but for what is put in its place. */
function changed(environment: TradingEnvironment, change: (base: TradingEnvironment) => Partial<TradingEnvironment>): TradingEnvironment {
  const changes = change(environment);
  return new Proxy(environment, {
    get(target, name) {
      const value: unknown = name in changes ? changes[name as keyof TradingEnvironment] : Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("an honest environment passes", () => {
  expect(audits((bars) => createVectorEnvironment(options(bars)))).toEqual([]);
});

test("a feature that looks one bar ahead is caught", () => {
  const leak = (bars: Bars): EnvironmentOptions => {
    const given = options(bars);
    const values = given.features.values.slice();
    for (let row = 0; row + 1 < given.features.rows; row++)
      values[row * given.features.width] = bars.close[row + 1]! / bars.close[row]! - 1;
    return { ...given, features: { ...given.features, values } };
  };
  expect(audits((bars) => createVectorEnvironment(leak(bars)))).toContain("look-ahead");
});

test("a feature fitted on the whole series is caught", () => {
  const leak = (bars: Bars): EnvironmentOptions => {
    const given = options(bars);
    const mean = bars.close.reduce((sum, close) => sum + close, 0) / bars.close.length;
    const values = given.features.values.map((value, index) =>
      index % given.features.width === 0 ? Math.fround(bars.close[Math.floor(index / given.features.width)]! / mean) : value,
    );
    return { ...given, features: { ...given.features, values } };
  };
  expect(audits((bars) => createVectorEnvironment(leak(bars)))).toContain("look-ahead");
});

test("an environment that writes the next close into its observation is caught", () => {
  const make = (bars: Bars) =>
    changed(createVectorEnvironment(options(bars)), (base) => {
      const size = base.observationNames.length;
      const peek = () => {
        for (let index = 0; index < base.count; index++)
          base.observations[index * size] = bars.close[bars.closeTime.indexOf(base.observedAt[index]!) + 1] ?? 0;
      };
      return {
        reset: (seed) => (base.reset(seed), peek()),
        step: (actions) => (base.step(actions), peek()),
      };
    });
  expect(audits(make)).toContain("look-ahead");
});

test("filling at the close that was just observed is caught", () => {
  const closeFills = (bars: Bars): Bars => ({ ...bars, open: bars.open.map((open, row) => bars.close[row - 1] ?? open) });
  const make = (bars: Bars) => createVectorEnvironment({ ...options(bars), bars: closeFills(bars) });
  expect(audits(make)).toContain("same-bar fill");
});

test("money from nowhere is caught", () => {
  const make = (bars: Bars) =>
    changed(createVectorEnvironment(options(bars)), (base) => ({
      step(actions) {
        base.step(actions);
        for (const account of base.accounts as Account[]) account.cash += 1;
      },
    }));
  expect(audits(make)).toContain("conservation");
});

test("rewards that do not add up are caught", () => {
  const make = (bars: Bars) => createVectorEnvironment(options(bars, { reward: { name: "sharpe" } }));
  expect(audits(make, (initial, final) => Math.log(final / initial))).toContain("conservation");
});

test("an environment that keeps something over a reset, or loses something when saved, is caught", () => {
  const forgetful = (bars: Bars) => {
    let steps = 0;
    return changed(createVectorEnvironment(options(bars)), (base) => ({
      step(actions) {
        base.step(actions);
        base.rewards[0]! += ++steps;
      },
    }));
  };
  expect(audits(forgetful)).toEqual(["reset", "restore"]);
});
