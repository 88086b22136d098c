import { describe, expect, test } from "vitest";
import type { Account } from "../../domain/index.ts";
import { createVectorEnvironment, type TradingEnvironment } from "../batched-environment.ts";
import { sampleOptions, walk } from "../testing/sample-market.ts";
import type { AuditSubject } from "./subject.ts";
import { after, type Change, changed, failures, faulty, honest, names, overBars, plain } from "./testing/planting.ts";

// Faults that peers were seen to have, planted in an environment that is otherwise honest. Each must be found, and only it.

describe("chance and memory", () => {
  test("a seed that is ignored for the same start each time", async () => {
    expect(await names(faulty((base) => (base.reset(7), { reset: () => base.reset(7) })))).toEqual(["seed"]);
  });

  test("a seed that is ignored for a new start each time", async () => {
    let calls = 0;
    const subject = faulty((base) => (base.reset(++calls), { reset: () => base.reset(++calls) }));
    expect(await names(subject)).toEqual(expect.arrayContaining(["seed", "reset"]));
  });

  test("nothing that is left to chance, without saying so", async () => {
    const fixed = overBars((bars) => sampleOptions(bars, { episode: { maxSteps: 60, randomStart: false } }));
    expect(await failures(fixed)).toEqual({ seed: expect.stringContaining("does not say so") as string });
    expect(await names({ ...fixed, deterministic: true })).toEqual([]);
  });

  test("environments side by side that share their dice", async () => {
    const options = { ...plain(walk()), count: 1 };
    const subject: AuditSubject = {
      ...honest,
      make({ count, seed }) {
        const one = createVectorEnvironment({ ...options, seed });
        const wide = createVectorEnvironment({ ...options, count, seed });
        const spread = () => {
          for (let index = 0; index < count; index++) wide.observations.set(one.observations, index * one.observations.length);
        };
        spread();
        return changed(wide, () => ({
          reset: (next) => (one.reset(next), spread()),
          step: (actions) => (one.step(actions.subarray(0, 1)), wide.step(actions), spread()),
        }));
      },
    };
    expect((await failures(subject, { checks: ["seed"] }))["seed"]).toMatch(/all environments of a seed/);
  });

  test("state that survives a reset: the last position of the episode before is still observed", async () => {
    const subject = faulty((base) => {
      const size = base.observationNames.length;
      const slot = base.observationNames.indexOf("account.exposure");
      const held = new Float32Array(base.count);
      const show = () => {
        for (let index = 0; index < base.count; index++)
          if (base.accounts[index]!.fillCount === 0) base.observations[index * size + slot] = held[index]!;
      };
      return {
        reset: (seed) => (base.reset(seed), show()),
        step(actions) {
          for (let index = 0; index < base.count; index++) held[index] = base.accounts[index]!.exposure;
          base.step(actions);
          show();
        },
      };
    });
    expect(await names(subject)).toEqual(expect.arrayContaining(["reset"]));
  });

  test("something that is lost when saved", async () => {
    const subject = faulty((base) => {
      let total = 0;
      const bonus = () => (total = (total + 1) % 7) * 1e-9;
      return {
        reset: (seed) => ((total = 0), base.reset(seed)),
        step(actions) {
          base.step(actions);
          base.rewards[0]! += bonus();
        },
      };
    });
    expect(await names(subject)).toEqual(["restore"]);
  });
});

describe("endings", () => {
  const asTerminated: Change = after((base) => {
    for (let index = 0; index < base.count; index++) {
      if (!base.truncated[index]) continue;
      base.truncated[index] = 0;
      base.terminated[index] = 1;
    }
  });

  test("a truncation that is reported as a termination", async () => {
    expect(await failures(faulty(asTerminated))).toEqual({ endings: expect.stringContaining("terminated") as string });
    // Also where the audit may not set the limit of steps: an account that has done nothing cannot have come to an end.
    expect(await failures({ ...faulty(asTerminated), grants: [] })).toEqual({
      endings: expect.stringContaining("cut off with nothing lost or traded") as string,
    });
    // Unless the end is part of the task.
    expect(await names({ ...faulty(asTerminated), grants: [], finiteHorizon: true })).toEqual([]);
  });

  test("a ruin that is reported as a truncation, or not at all", async () => {
    const spared = after((base) => {
      for (let index = 0; index < base.count; index++) {
        if (!base.terminated[index] || base.finalEquity[index]! > 0) continue;
        base.terminated[index] = 0;
        base.truncated[index] = 1;
      }
    });
    expect((await failures(faulty(spared)))["endings"]).toMatch(/ended with an equity of -\d+ is called truncated/);
    const silent = after((base) => {
      for (let index = 0; index < base.count; index++) {
        if (!base.terminated[index] || base.finalEquity[index]! > 0) continue;
        base.terminated[index] = 0;
        (base.accounts[index] as Account).payBorrow(2 * base.accounts[index]!.initialCash);
      }
    });
    expect((await failures(faulty(silent)))["endings"]).toMatch(/goes on with an equity of -\d+/);
  });

  const whereCut = (touch: (base: TradingEnvironment, index: number) => void): Change =>
    after((base) => {
      for (let index = 0; index < base.count; index++) if (base.truncated[index]) touch(base, index);
    });
  test.each<[string, Change, RegExp]>([
    ["both endings at once", whereCut((base, index) => void (base.terminated[index] = 1)), /both terminated and truncated/],
    ["a flag that counts", whereCut((base, index) => void (base.truncated[index] = 2)), /flags of 0 and 2/],
    ["a final observation of nothing", whereCut((base) => void base.finalObservations.fill(NaN)), /final observation is not of numbers/],
    ["another final equity", whereCut((base, index) => void (base.finalEquity[index]! += 1)), /the final equity is \d+, not \d+/],
    [
      "another final observation",
      whereCut((base) => void (base.finalObservations[0]! += 1)),
      /final observation is not what the episode had come to/,
    ],
  ])("%s", async (_what, change, message) => {
    expect((await failures(faulty(change), { checks: ["endings"], rounds: 4 }))["endings"]).toMatch(message);
  });

  test("a limit that is not heeded", async () => {
    const { make } = honest;
    const endless: AuditSubject = { ...honest, make: ({ maxSteps: _limit, ...request }) => make(request) };
    expect((await failures(endless, { checks: ["endings"] }))["endings"]).toMatch(/the step limit does not truncate/);
  });

  test("the next episode's first observation in the place of the last one", async () => {
    const replaced = after((base) => base.finalObservations.set(base.observations));
    expect(await failures(faulty(replaced))).toMatchObject({ endings: expect.stringContaining("first one of the next episode") as string });
  });
});
