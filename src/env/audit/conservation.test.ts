import { expect, test } from "vitest";
import { UserError } from "../../base/index.ts";
import { auditEnvironment } from "./audit-environment.ts";
import type { AuditSubject, EnvironmentRequest, Ledger } from "./subject.ts";
import { scriptedEnvironment } from "./testing/scripted-environment.ts";

const start: Ledger = { initialCash: 1000, cash: 1000, equity: 1000, positions: [0, 0], marks: [10, 20], charges: 0 };
/** Thirty lots of the first at 10 and ten of the second at 20, for a charge of 1. */
const bought: Ledger = {
  ...start,
  cash: 499,
  equity: 999,
  positions: [30, 10],
  charges: 1,
  purchases: 500,
  fills: [
    { instrument: 0, lots: 20, price: 10, ordered: 20 },
    { instrument: 0, lots: 10, price: 10, ordered: 12 },
    { instrument: 1, lots: 10, price: 20, ordered: 10 },
  ],
};

/** What the check says of books that go from one ledger to the other in one step. */
async function said(after: Ledger, fields: Partial<AuditSubject> = {}, before: Ledger = start): Promise<string | null> {
  const ledgers = [before, after];
  const subject: AuditSubject = {
    name: "scripted",
    make: ({ count, seed }) => scriptedEnvironment(count, seed),
    grants: [],
    books: { ledger: (environment) => ledgers[(environment.save() as { step: number }).step]!, finalEquity: () => NaN },
    ...fields,
  };
  const { checks } = await auditEnvironment(subject, { checks: ["conservation"], rounds: 1, steps: 1 });
  return checks[0]!.message;
}

test("books that reconcile pass, with fills and without", async () => {
  expect(await said(bought)).toBeNull();
  const { fills: _fills, ...untold } = bought;
  expect(await said(untold)).toBeNull();
  expect(await said({ ...start, charges: 4, cash: 996, equity: 996 })).toBeNull();
});

const one = { ...start, positions: [0], marks: [10] };
test.each<[string, Ledger, RegExp, Ledger?]>([
  ["equity that is not cash and holdings", { ...bought, equity: 1000 }, /equity of 1000 is not cash of 499 and holdings of 500/],
  ["cash that purchases do not explain", { ...bought, purchases: 501 }, /cash of 499 is not 1000 less purchases of 501 and charges of 1/],
  ["half a lot", { ...bought, positions: [30.5, 9.75] }, /no whole number: 30.5/],
  [
    "a position that the fills do not explain",
    { ...bought, fills: bought.fills!.slice(1) },
    /position in 0 changed by 30 lots with fills of 10/,
  ],
  [
    "more filled than was ordered",
    { ...bought, fills: bought.fills!.map((fill) => ({ ...fill, ordered: Math.min(fill.ordered!, 19) })) },
    /20 lots were filled of an order of 19/,
  ],
  [
    "filled on the other side",
    { ...bought, fills: bought.fills!.map((fill) => ({ ...fill, ordered: -fill.ordered! })) },
    /20 lots were filled of an order of -20/,
  ],
  [
    "fills at other prices than were paid",
    { ...bought, fills: bought.fills!.map((fill) => ({ ...fill, price: fill.price + 1 })) },
    /500 was spent with fills of 540/,
  ],
  ["a price of nothing", { ...one, positions: [5], equity: 1050 }, /traded at 0 a lot/, one],
  ["a broken price", { ...one, positions: [5], cash: 949, equity: 999 }, /traded at 10.2 a lot/, one],
  ["cash that comes from nowhere", { ...start, cash: 1001, equity: 1001 }, /-1 of cash moved without a trade or a charge/],
])("%s is told", async (_name, after, message, before) => {
  expect(await said(after, {}, before)).toMatch(message);
});

test("cash below zero is told beside a holding, unless it may be borrowed", async () => {
  const { fills: _fills, purchases: _purchases, ...untold } = bought;
  const broke: Ledger = { ...untold, cash: -1, equity: 499, charges: 501 };
  expect(await said(broke)).toMatch(/cash of -1 is below zero/);
  expect(await said(broke, { margin: true })).toBeNull();
});

test("what is wrong with the configuration is thrown, what the environment throws at later is a finding", async () => {
  const refusal = new UserError("data/too-short", "too short", { hint: "Give more." });
  const subject = (fails: (calls: number) => boolean): AuditSubject => {
    let calls = 0;
    const make = ({ count, seed }: EnvironmentRequest) => {
      if (fails(calls++)) throw refusal;
      return scriptedEnvironment(count, seed);
    };
    return { name: "refusing", make, grants: [] };
  };
  await expect(auditEnvironment(subject(() => true))).rejects.toThrow(refusal);
  const { checks } = await auditEnvironment(
    subject((calls) => calls > 0),
    { checks: ["reset"] },
  );
  expect(checks).toMatchObject([{ verdict: "failed", message: "the environment threw UserError: too short", seed: 1, rounds: 1 }]);
  await expect(
    auditEnvironment(
      subject(() => false),
      { checks: ["luck"] },
    ),
  ).rejects.toThrow(expect.objectContaining({ code: "config/invalid" }));
});

test("without books nothing is checked, and that is said", async () => {
  const subject: AuditSubject = { name: "bare", make: ({ count, seed }) => scriptedEnvironment(count, seed), grants: [] };
  const { checks, passed } = await auditEnvironment(subject, { rounds: 1, steps: 5 });
  expect(checks.filter(({ verdict }) => verdict === "failed")).toEqual([]);
  expect(passed).toBe(true);
  const unchecked = checks.filter(({ verdict }) => verdict === "unchecked").map(({ check, message }) => `${check}: ${message}`);
  expect(unchecked).toEqual([
    "look-ahead: the subject does not grant garbage after a time",
    "same-bar fill: the subject does not grant movedAtMs",
    "back-fill: the subject does not grant garbage after a time",
    "conservation: the subject has no books",
    "rewards add up: the subject has no books",
    "endings: no episode ended",
    "reward hacking: the subject has no books",
    "positive control: the subject has no books",
  ]);
});
