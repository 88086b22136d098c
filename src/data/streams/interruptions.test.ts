import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StreamFault } from "./testing/fake-venue.ts";
import { expectSame, faultsAt, marketOf, run, type Subject, subjects } from "./testing/stream-suite.ts";

const length = 240;

/** Anything that may go wrong, before any message. */
function faults({ noticesLoss }: Subject): fc.Arbitrary<[number, StreamFault][]> {
  const lost = fc.integer({ min: 0, max: 60 });
  const fault: fc.Arbitrary<StreamFault> = fc.oneof(
    lost.map((count): StreamFault => ({ kind: "drop", lost: count })),
    ...(noticesLoss ? [fc.integer({ min: 1, max: 20 }).map((count): StreamFault => ({ kind: "skip", lost: count }))] : []),
    fc.constantFrom<StreamFault>(
      { kind: "swap" },
      { kind: "duplicate" },
      { kind: "garbage" },
      { kind: "error" },
      { kind: "silent", lost: 9 },
    ),
  );
  // What is left out before the first message, or after the last, cannot be missed: nothing is there to tell.
  const isNoticed = ([at, { kind }]: [number, StreamFault]) => (kind !== "skip" && kind !== "swap") || (at >= 30 && at < length - 60);
  return fc.array(fc.tuple(fc.nat(length - 1), fault).filter(isNoticed), { minLength: 1, maxLength: 6 });
}

describe.each(subjects.map((subject) => [subject.dialect.name, subject] as const))("%s", (_name, subject) => {
  test("random interruptions at any message change nothing of what is delivered", async () => {
    const market = marketOf(subject.dialect, 21, length);
    const undisturbed = await run(subject, market);
    await fc.assert(
      fc.asyncProperty(faults(subject), async (script) => {
        const { events, status } = await run(subject, market, faultsAt(...script));
        expectSame(subject, market, events, undisturbed.events);
        expect(status.gapsLeft).toBe(0);
      }),
      { seed: 17, numRuns: 8, endOnFailure: true },
    );
  });

  test("a long outage is repaired page after page", async () => {
    const lost = subject.dialect.name === "alpaca" ? 500 : 4600;
    const market = marketOf(subject.dialect, 5, lost + 200);
    const undisturbed = await run(subject, market);
    const { events, status } = await run(subject, market, faultsAt([100, { kind: "drop", lost }]));
    expectSame(subject, market, events, undisturbed.events);
    expect(status.eventsRepaired).toBeGreaterThan(lost / 4);
  });
});
