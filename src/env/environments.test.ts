import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { auditEnvironment } from "./audit.ts";
import { createVectorEnvironment } from "./batched-environment.ts";
import { environments } from "./environments/index.ts";
import { rewards } from "./rewards/index.ts";
import { sampleOptions, sp500Bars, walk } from "./testing/sample-market.ts";

/** What of an environment's parameters the suite goes through; one without a line here is run with its defaults. */
const variants: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  "single-asset": ["short-flat-long", "hold-buy-sell", "target-position"].flatMap((actions) => [
    { actions, maxDrawdown: 0.1 },
    { actions, allowShort: false },
  ]),
};

const cases = Object.keys(environments).flatMap((name) => (variants[name] ?? [{}]).map((params) => ({ name, params })));

describe.each(cases)("$name $params", (environment) => {
  const make =
    (fields: Record<string, unknown> = {}) =>
    (bars: Bars) =>
      createVectorEnvironment(sampleOptions(bars, { environment, episode: { maxSteps: 60 }, ...fields }, 4));

  test.each([
    ["a walk", walk],
    ["the S&P 500", sp500Bars],
  ] as const)("passes the audit on %s", (_name, bars) => {
    expect(auditEnvironment(make(), { bars: bars(), random: new Random(1), rewardTotal: rewards["log-return"].total! })).toEqual([]);
  });

  test("passes the audit with whole stretches and simple returns", () => {
    const fields = { reward: { name: "simple-return" }, episode: { randomStart: false } };
    expect(
      auditEnvironment(make(fields), { bars: walk(), random: new Random(2), steps: 350, rewardTotal: rewards["simple-return"].total! }),
    ).toEqual([]);
  });

  test("names each number of its observation once and writes nothing but numbers", () => {
    const batch = make()(walk());
    expect(new Set(batch.observationNames).size).toBe(batch.observationNames.length);
    expect(batch.observationSpace).toMatchObject({ kind: "box", size: batch.observationNames.length });
    expect(batch.observations.every(Number.isFinite)).toBe(true);
  });
});

test("every environment and reward together pass the audit", () => {
  for (const name of Object.keys(environments)) {
    for (const reward of Object.keys(rewards)) {
      const make = (bars: Bars) =>
        createVectorEnvironment(sampleOptions(bars, { environment: { name }, reward: { name: reward }, episode: { maxSteps: 25 } }, 3));
      expect(auditEnvironment(make, { bars: walk(), random: new Random(3), rounds: 2 }), `${name}, ${reward}`).toEqual([]);
    }
  }
});
