import { describe, expect, test } from "vitest";
import { type Bars, sliceBars } from "../domain/index.ts";
import { accountBooks, auditEnvironment, type AuditOptions, type AuditSubject, barSubject, kindSubject } from "./audit/index.ts";
import { createVectorEnvironment } from "./batched-environment.ts";
import type { EnvironmentKind } from "./environment.ts";
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

const kinds: Readonly<Record<string, EnvironmentKind>> = environments as unknown as Record<string, EnvironmentKind>;
const cases = Object.keys(environments).flatMap((name) => (variants[name] ?? [{}]).map((params) => ({ name, params })));

/** Everything that could be checked passes; a check that could not be made says why. */
async function expectPass(subject: AuditSubject, options: AuditOptions, unchecked: readonly string[] = []): Promise<void> {
  const { checks } = await auditEnvironment(subject, options);
  expect(checks.filter(({ verdict }) => verdict === "failed").map(({ check, message }) => `${check}: ${message}`)).toEqual([]);
  expect(checks.filter(({ verdict }) => verdict === "unchecked").map(({ check }) => check)).toEqual(unchecked);
}

describe.each(cases)("$name $params", ({ name, params }) => {
  test.each([
    ["a walk", walk],
    ["the S&P 500", () => sliceBars(sp500Bars(), 4000, 5000)],
  ] as const)("passes the audit on %s", async (_name, bars) => {
    await expectPass(kindSubject(kinds[name]!, { bars: bars(), params }), { rounds: 2, steps: 100, seed: 11 });
  });

  test("passes the audit with whole stretches and simple returns", async () => {
    const fields = { environment: { name, params }, reward: { name: "simple-return" }, episode: { randomStart: false } };
    const subject = barSubject({
      name: "whole stretches",
      bars: walk(),
      make: (bars: Bars, { count, seed }) => createVectorEnvironment({ ...sampleOptions(bars, fields, count), seed }),
      timeMs: ({ observedAt }, index) => observedAt[index]!,
      books: accountBooks,
      rewardTotal: rewards["simple-return"].total!,
      deterministic: true,
    });
    const checks = ["look-ahead", "same-bar fill", "conservation", "rewards add up", "seed", "reset", "restore", "endings"];
    await expectPass(subject, { rounds: 2, steps: 350, checks });
  });

  test("names each number of its observation once and writes nothing but numbers", () => {
    const batch = createVectorEnvironment(sampleOptions(walk(), { environment: { name, params } }));
    expect(new Set(batch.observationNames).size).toBe(batch.observationNames.length);
    expect(batch.observationSpace).toMatchObject({ kind: "box", size: batch.observationNames.length });
    expect(batch.observations.every(Number.isFinite)).toBe(true);
  });
});

const every = Object.entries(kinds).flatMap(([name, kind]) =>
  (variants[name] ?? [{}])
    .filter((_, index) => index % 2 === 0)
    .flatMap((params) => Object.keys(rewards).map((reward) => ({ name, kind, params, reward }))),
);

test.each(every)("$name $params with $reward passes the audit", async ({ kind, params, reward }) => {
  const hasTotal = "total" in rewards[reward as keyof typeof rewards];
  await expectPass(kindSubject(kind, { bars: walk(5), params, reward }), { rounds: 1, steps: 70 }, hasTotal ? [] : ["rewards add up"]);
});
