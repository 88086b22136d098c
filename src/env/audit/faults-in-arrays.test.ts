import { describe, expect, test } from "vitest";
import { environment } from "../environment.ts";
import { walk } from "../testing/sample-market.ts";
import { kindSubject } from "./kind-subject.ts";
import type { AuditSubject } from "./subject.ts";
import { after, type Change, failures, faulty, honest, names } from "./testing/planting.ts";

// Faults that peers were seen to have, planted in an environment that is otherwise honest. Each must be found, and only it.

describe("what is handed out", () => {
  test("an observation that is stacked in the buffer that was handed out", async () => {
    const subject = faulty((base) => {
      const size = base.observationNames.length;
      return {
        step(actions) {
          const before = base.observations.slice();
          base.step(actions);
          for (let index = 0; index < base.count; index++) base.observations[index * size] = 0.5 * before[index * size]!;
        },
      };
    });
    expect(Object.keys(await failures(subject, { checks: ["arrays"] }))).toEqual(["arrays"]);
  });

  test("one buffer for all environments that are made", async () => {
    let shared: Float32Array | undefined;
    const subject = faulty((base) => {
      const buffer = (shared = shared?.length === base.observations.length ? shared : base.observations.slice());
      const copy = () => buffer.set(base.observations);
      copy();
      return { observations: buffer, reset: (seed) => (base.reset(seed), copy()), step: (actions) => (base.step(actions), copy()) };
    });
    expect(await names(subject, { checks: ["arrays"] })).toEqual(["arrays"]);
  });

  test.each<[string, Change, RegExp]>([
    [
      "actions that are written on",
      (base) => ({ step: (actions) => (base.step(actions), void (actions[0] = 1 - actions[0]!)) }),
      /wrote on the actions it was given/,
    ],
    [
      "an array that is another one each time",
      (base) => ({
        get observations() {
          return base.observations.slice();
        },
      }),
      /the observations are another array than before/,
    ],
    [
      "saving that changes what was returned",
      (base) => ({ save: () => (base.observations.fill(0), base.save()) }),
      /saving changed what had been/,
    ],
  ])("%s", async (_what, change, message) => {
    expect((await failures(faulty(change), { checks: ["arrays"] }))["arrays"]).toMatch(message);
  });

  test.each<[string, Change, RegExp]>([
    ["a reward that is no number", after((base) => void (base.rewards[2] = NaN)), /the reward of environment 2 is NaN/],
    [
      "another size than is told",
      (base) => ({ observationSpace: { kind: "box", size: base.observationNames.length + 1, low: -Infinity, high: Infinity } }),
      /numbers of observations for 4 × \d+/,
    ],
    ["a column that is too short", (base) => ({ terminated: base.terminated.subarray(1) }), /a column has 3 rows for 4/],
  ])("%s", async (_what, change, message) => {
    expect((await failures(faulty(change), { checks: ["numbers"] }))["numbers"]).toMatch(message);
  });

  test("a single environment whose returned observation changes with the next step", async () => {
    const live: AuditSubject = {
      ...honest,
      single(request) {
        const single = honest.single!(request);
        const one = new Float32Array(single.reset({ seed: request.seed }).observation.length);
        const own = <Result extends { readonly observation: Float32Array }>(result: Result): Result => {
          one.set(result.observation);
          return { ...result, observation: one };
        };
        return { reset: (options) => own(single.reset(options)), step: (action) => own(single.step(action)) };
      },
    };
    expect((await failures(live))["arrays"]).toMatch(/step \d+ of a single environment changed the observation/);
  });

  test("numbers that are none, or beyond the bounds that are told", async () => {
    const nan = faulty(
      after((base) => {
        if (base.accounts[1]!.fillCount > 3) base.observations[base.observationNames.length] = NaN;
      }),
    );
    expect((await failures(nan, { checks: ["numbers"] }))["numbers"]).toMatch(/number 0 of the observation of environment 1 is NaN/);
    for (const [low, high] of [
      [-0.2, Infinity],
      [-Infinity, 0.2],
    ] as const) {
      const bounded = faulty((base) => ({ observationSpace: { kind: "box", size: base.observationNames.length, low, high } }));
      expect(await names(bounded)).toEqual(["numbers"]);
    }
  });

  test("a number beyond its bound that does more than the bound", async () => {
    const reckless = environment({
      name: "reckless",
      params: {},
      accountFields: ["exposure"],
      actionSpace: () => ({ kind: "box", size: 1, low: -1, high: 1 }),
      observe: ({ exposure }, out, offset) => void (out[offset] = exposure),
      act: (action) => action,
      terminated: () => false,
    });
    const found = await failures(kindSubject(reckless, { bars: walk() }), { checks: ["actions"] });
    expect(found["actions"]).toMatch(/^-11 was taken for an action and did something else than -1$/);
  });

  test("actions that are none and are taken nevertheless", async () => {
    const lenient = faulty((base) => ({
      step: (actions) => base.step(Float32Array.from(actions, (action) => (Number.isNaN(action) ? 0 : action))),
    }));
    expect(await failures(lenient)).toEqual({ actions: expect.stringMatching(/^NaN was taken/) as string });
  });
});
