import { expect, test } from "vitest";
import { walk } from "../testing/sample-market.ts";
import { auditEnvironment } from "./audit-environment.ts";
import { barSubject } from "./bar-subject.ts";
import type { AuditSubject } from "./subject.ts";
import { type Fault, NaiveEnvironment } from "./testing/naive-environment.ts";

// An environment that shares nothing with ours: as it should be it passes, and every mistake that it can make is found.

const subjectWith = (...faults: Fault[]): AuditSubject =>
  barSubject({
    name: "naive",
    bars: walk(3, 700),
    make: (bars, request) => new NaiveEnvironment(bars, request, faults),
    grantsMaxSteps: true,
    timeMs: (environment, index) => environment.timeMs(index),
    books: {
      ledger: (environment, index) => environment.ledger(index),
      finalEquity: ({ finalEquity }, index) => finalEquity[index]!,
    },
    rewardTotal: (initial, final) => (1000 * (final - initial)) / 1_000_000,
  });

async function failures(...faults: Fault[]): Promise<readonly string[]> {
  const { checks } = await auditEnvironment(subjectWith(...faults), { rounds: 3, steps: 120 });
  return checks.filter(({ verdict }) => verdict === "failed").map(({ check }) => check);
}

test("as it should be it passes every check that there is", async () => {
  const { checks, passed } = await auditEnvironment(subjectWith(), { rounds: 3, steps: 120 });
  expect(checks.filter(({ verdict }) => verdict !== "passed").map(({ check, message }) => [check, message])).toEqual([]);
  expect(passed).toBe(true);
});

test.each<[Fault, readonly string[]]>([
  ["fills at the observed close", ["same-bar fill"]],
  ["fee left out of what can be afforded", ["conservation"]],
  ["last reward twice", ["rewards add up", "endings"]],
  ["truncation as termination", ["endings"]],
  ["final observation of the next episode", ["look-ahead", "endings"]],
  ["seed ignored", ["seed"]],
  ["position survives a reset", ["conservation", "reset"]],
  ["scaled by the whole series", ["look-ahead", "back-fill"]],
  ["observations kept in one list", ["look-ahead", "back-fill", "seed", "reset", "restore", "arrays", "endings"]],
])("%s", async (fault, expected) => {
  expect(await failures(fault)).toEqual(expected);
});

test("faults do not hide one another", async () => {
  const found = await failures("fills at the observed close", "last reward twice", "truncation as termination", "seed ignored");
  expect(found).toEqual(["same-bar fill", "rewards add up", "seed", "endings"]);
});
