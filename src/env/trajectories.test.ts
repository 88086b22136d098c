import { describe, expect, test } from "vitest";
import { createVectorEnvironment } from "./batched-environment.ts";
import type { EnvironmentKind } from "./environment.ts";
import { environments } from "./environments/index.ts";
import { sampleOptions, walk } from "./testing/sample-market.ts";
import { trajectoryHash } from "./testing/trajectory.ts";

const single = (params: Record<string, unknown>) => ({ environment: { name: "single-asset", params } });

const variants = {
  "plain": (actions: string) => single({ actions }),
  "dear trading, tight drawdown": (actions: string) => ({
    ...single({ actions, maxDrawdown: 0.05 }),
    costs: { feeBps: 25, feeFixed: 3, slippageBps: 10, borrowBpsPerYear: 900 },
    reward: { name: "simple-return" },
  }),
  "long only, a window of three, risk-adjusted": (actions: string) => ({
    ...single({ actions, allowShort: false }),
    window: 3,
    reward: { name: "risk-adjusted" },
  }),
  "whole stretches": (actions: string) => ({ ...single({ actions, maxDrawdown: 1 }), episode: { randomStart: false } }),
};

/** The same environment as one of a user's own, which is stepped the general way. */
const { direct: _direct, ...general } = environments["single-asset"];
const available: Record<string, EnvironmentKind> = { "single-asset": general as EnvironmentKind };

describe.each([
  ["short-flat-long", "plain", "e22ac514710dd864"],
  ["short-flat-long", "dear trading, tight drawdown", "e5ce6bd25e8c1139"],
  ["short-flat-long", "long only, a window of three, risk-adjusted", "5c454c93d29c8c85"],
  ["short-flat-long", "whole stretches", "ac3f1d85f948b472"],
  ["hold-buy-sell", "plain", "2a88e287c07c9267"],
  ["hold-buy-sell", "dear trading, tight drawdown", "976f0f872c9425db"],
  ["hold-buy-sell", "long only, a window of three, risk-adjusted", "b1496aa422a584bb"],
  ["hold-buy-sell", "whole stretches", "57622d5f4f9715eb"],
  ["target-position", "plain", "bfa73ce150904716"],
  ["target-position", "dear trading, tight drawdown", "2545f08a67c7e58e"],
  ["target-position", "long only, a window of three, risk-adjusted", "b60bae51829abdec"],
  ["target-position", "whole stretches", "ca00096ff8e8bf49"],
] as const)("%s, %s", (actions, variant, expected) => {
  test("steps as when it was first written: every byte of 400 steps", () => {
    expect(trajectoryHash(variants[variant](actions)).slice(0, 16)).toBe(expected);
  });

  test("the direct step and the general one agree on every byte", () => {
    for (const seed of [2, 3, 4]) {
      const fields = variants[variant](actions);
      expect(trajectoryHash(fields, { available }, seed)).toBe(trajectoryHash(fields, {}, seed));
    }
  });
});

test("an environment of a user's own is stepped by what it says itself", () => {
  const own: EnvironmentKind = {
    name: "own",
    params: {},
    accountFields: ["wealth"],
    actionSpace: () => ({ kind: "discrete", count: 2 }),
    observe({ equity, initialCash }, out, offset) {
      out[offset] = equity / initialCash;
    },
    act: (action, { position }) => (action === 1 && position === 0 ? 0.5 : null),
    terminated: ({ equity, initialCash }) => equity < 0.99 * initialCash,
  };
  const options = sampleOptions(walk(3), { environment: { name: "own" }, episode: { randomStart: false } }, 1);
  const environment = createVectorEnvironment({ ...options, available: { own } });
  const wealthAt = environment.observationNames.indexOf("account.wealth");
  expect(wealthAt).toBe(environment.observationNames.length - 1);
  let worst = 1;
  for (;;) {
    environment.step(Int32Array.of(1));
    if (environment.terminated[0] || environment.truncated[0]) break;
    const account = environment.accounts[0]!;
    worst = Math.min(worst, environment.observations[wealthAt]!);
    expect(environment.observations[wealthAt]).toBe(Math.fround(account.equity / account.initialCash));
    expect(account.fillCount).toBe(1);
  }
  expect(environment.terminated[0]).toBe(1);
  expect(worst).toBeGreaterThanOrEqual(0.99);
  expect(environment.finalObservations[wealthAt]).toBeLessThan(0.99);
});
