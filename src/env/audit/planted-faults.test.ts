import { describe, expect, test } from "vitest";
import { type Account, type Bars, type Bar, barsFrom, emptyBar, readBar } from "../../domain/index.ts";
import { createVectorEnvironment, type EnvironmentOptions, type TradingEnvironment } from "../batched-environment.ts";
import { environments } from "../environments/index.ts";
import { sampleOptions, walk } from "../testing/sample-market.ts";
import { auditCheckNames, auditEnvironment, type AuditOptions, type EnvironmentAudit } from "./audit-environment.ts";
import { accountBooks, barSubject } from "./bar-subject.ts";
import { kindSubject } from "./kind-subject.ts";
import type { AuditSubject, EnvironmentRequest } from "./subject.ts";

// Every fault that peers were seen to have, planted in an environment that is otherwise honest. Each must be found, and only it.

const honest = kindSubject(environments["single-asset"], { bars: walk() });
/** Of policies that play whole episodes, only the faults that concern them need to be seen. */
const withoutPlay = auditCheckNames.filter((name) => name !== "reward hacking" && name !== "positive control");
const quick: AuditOptions = { rounds: 2, steps: 100, checks: withoutPlay };

const audit = (subject: AuditSubject, options: AuditOptions = {}): Promise<EnvironmentAudit> =>
  auditEnvironment(subject, { ...quick, ...options });
const failures = async (subject: AuditSubject, options: AuditOptions = {}): Promise<Record<string, string | null>> => {
  const { checks } = await audit(subject, options);
  return Object.fromEntries(checks.filter(({ verdict }) => verdict === "failed").map(({ check, message }) => [check, message]));
};
const names = async (subject: AuditSubject, options: AuditOptions = {}): Promise<string[]> => Object.keys(await failures(subject, options));

type Change = (base: TradingEnvironment) => Partial<TradingEnvironment>;

/** An environment that hands everything on, but for what is put in its place. */
function changed(environment: TradingEnvironment, change: Change): TradingEnvironment {
  const changes = change(environment);
  return new Proxy(environment, {
    get(target, name) {
      const value: unknown = name in changes ? changes[name as keyof TradingEnvironment] : Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The honest subject with every environment changed. */
const faulty = (change: Change, without: Partial<Record<keyof AuditSubject, undefined>> = {}): AuditSubject => ({
  ...honest,
  single: undefined as never,
  make: (request) => changed(honest.make(request) as TradingEnvironment, change),
  control: { ...honest.control!, make: (request) => changed(honest.control!.make(request) as TradingEnvironment, change) },
  ...(without as object),
});

/** Changes what has happened after every reset and step. */
const after =
  (touch: (base: TradingEnvironment, ended: (index: number) => boolean) => void): Change =>
  (base) => {
    const ended = (index: number) => base.terminated[index] === 1 || base.truncated[index] === 1;
    return {
      step(actions) {
        base.step(actions);
        touch(base, ended);
      },
    };
  };

const rowsOf = (bars: Bars): Bar[] => Array.from(bars.closeTime, (_, row) => ({ ...readBar(bars, row, emptyBar()) }));

/** A subject over bars of which the environment is given others, or other features. */
const overBars = (options: (bars: Bars) => EnvironmentOptions, bars = walk()): AuditSubject =>
  barSubject({
    name: "over bars",
    bars,
    make: (data, { count, seed }: EnvironmentRequest) => createVectorEnvironment({ ...options(data), count, seed }),
    timeMs: ({ observedAt }, index) => observedAt[index]!,
    books: accountBooks,
  });
const plain = (bars: Bars): EnvironmentOptions => sampleOptions(bars, { episode: { maxSteps: 60 } });

test("an honest environment passes everything that there is", async () => {
  const { checks, passed } = await audit(honest, { checks: auditCheckNames });
  expect(checks.map(({ check, verdict, message }) => [check, verdict, message])).toEqual(
    checks.map(({ check }) => [check, "passed", null]),
  );
  expect(passed).toBe(true);
  expect(await names(overBars(plain))).toEqual([]);
});

describe("prices", () => {
  test("filling at the close that was just observed", async () => {
    const closeFills = (bars: Bars): Bars => ({ ...bars, open: bars.open.map((open, row) => bars.close[row - 1] ?? open) });
    expect(await names(overBars((bars) => ({ ...plain(bars), bars: closeFills(bars) })))).toEqual(["same-bar fill"]);
  });

  test("a feature that looks one bar ahead", async () => {
    const leak = (bars: Bars): EnvironmentOptions => {
      const given = plain(bars);
      const values = given.features.values.slice();
      for (let row = 0; row + 1 < given.features.rows; row++)
        values[row * given.features.width] = bars.close[row + 1]! / bars.close[row]! - 1;
      return { ...given, features: { ...given.features, values } };
    };
    expect(await failures(overBars(leak))).toMatchObject({
      "look-ahead": expect.stringMatching(/^observation of environment \d/) as string,
    });
  });

  test("a reward that looks one bar ahead", async () => {
    const bars = walk();
    const peeking = (data: Bars): Change =>
      after((base, ended) => {
        for (let index = 0; index < base.count; index++) {
          const next = data.closeTime.indexOf(base.observedAt[index]!) + 1;
          if (!ended(index)) base.rewards[index]! += 1e-3 * ((data.close[next] ?? 1) / data.close[next - 1]! - 1);
        }
      });
    const subject = barSubject({
      name: "peeking",
      bars,
      make: (data, { count, seed }: EnvironmentRequest) => changed(createVectorEnvironment({ ...plain(data), count, seed }), peeking(data)),
      timeMs: ({ observedAt }, index) => observedAt[index]!,
      books: accountBooks,
    });
    expect(await failures(subject)).toMatchObject({ "look-ahead": expect.stringMatching(/^rewards of environment \d/) as string });
  });

  test("a feature that is fitted on the whole series", async () => {
    const fit = (bars: Bars): EnvironmentOptions => {
      const given = plain(bars);
      const mean = bars.close.reduce((sum, close) => sum + close, 0) / bars.close.length;
      const values = given.features.values.map((value, at) =>
        at % given.features.width === 0 ? Math.fround(bars.close[Math.floor(at / given.features.width)]! / mean) : value,
      );
      return { ...given, features: { ...given.features, values } };
    };
    expect(await names(overBars(fit))).toContain("look-ahead");
  });

  /** Rows for the days that are missing: of the bar after them, or of the bar before. */
  const everyDay = (bars: Bars, fill: "next" | "previous"): Bars => {
    const days: Bar[] = [];
    for (const row of rowsOf(bars)) {
      const last = days.at(-1);
      for (let closeTime = (last?.closeTime ?? row.closeTime) + 86_400_000; closeTime < row.closeTime; closeTime += 86_400_000)
        days.push({ ...(fill === "next" ? row : last!), closeTime });
      days.push(row);
    }
    return barsFrom(bars.instrument, days);
  };

  test("missing bars that are filled from the bar after them", async () => {
    expect(await names(overBars((bars) => plain(everyDay(bars, "next"))))).toEqual(["back-fill"]);
    expect(await names(overBars((bars) => plain(everyDay(bars, "previous"))))).toEqual([]);
  });
});

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

describe("money", () => {
  test("a last reward that is counted twice", async () => {
    const subject = faulty(
      after((base, ended) => {
        for (let index = 0; index < base.count; index++) if (ended(index)) base.rewards[index]! *= 2;
      }),
    );
    expect(await failures(subject)).toEqual({
      "rewards add up": expect.stringContaining("at the end of an episode") as string,
      "endings": expect.stringContaining("the last reward is") as string,
    });
    // A reward that promises no total is held to the one that it gives when the episode goes on.
    const { rewardTotal: _total, ...silent } = subject;
    expect(await names(silent)).toEqual(["endings"]);
  });

  test("buying with cash that is not there", async () => {
    const subject = faulty((base) => ({
      step(actions) {
        const before = base.accounts.map(({ initialCash }) => Math.round(initialCash / 10));
        for (const [index, account] of (base.accounts as Account[]).entries()) account.cash += before[index]!;
        base.step(actions);
        for (const [index, account] of (base.accounts as Account[]).entries())
          if (!base.terminated[index] && !base.truncated[index]) account.cash -= before[index]!;
      },
    }));
    expect((await failures(subject, { checks: ["conservation"] }))["conservation"]).toMatch(/cash of -\d+ is below zero/);
    expect(await names({ ...subject, margin: true }, { checks: ["conservation"] })).toEqual([]);
  });

  test("money from nowhere", async () => {
    const subject = faulty(
      after((base) => {
        for (const account of base.accounts as Account[]) account.cash += 1;
      }),
    );
    expect((await failures(subject))["conservation"]).toMatch(/^environment \d at step \d+: cash of \d+ is not/);
  });

  test("amounts that are no whole numbers", async () => {
    const subject = faulty(
      after((base) => {
        for (const account of base.accounts as Account[]) account.payBorrow(0.25);
      }),
    );
    expect((await failures(subject))["conservation"]).toMatch(/no whole number/);
  });
});

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
    const bounded = faulty((base) => ({ observationSpace: { kind: "box", size: base.observationNames.length, low: -0.2, high: 0.2 } }));
    expect(await names(bounded)).toEqual(["numbers"]);
  });

  test("actions that are none and are taken nevertheless", async () => {
    const lenient = faulty((base) => ({
      step: (actions) => base.step(Float32Array.from(actions, (action) => (Number.isNaN(action) ? 0 : action))),
    }));
    expect(await failures(lenient)).toEqual({ actions: expect.stringMatching(/^NaN was taken/) as string });
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

  test("the next episode's first observation in the place of the last one", async () => {
    const replaced = after((base) => base.finalObservations.set(base.observations));
    expect(await failures(faulty(replaced))).toMatchObject({ endings: expect.stringContaining("first one of the next episode") as string });
  });
});

describe("incentives", () => {
  test("a reward for every trade invites churning", async () => {
    const subject = faulty((base) => {
      let before = base.accounts.map(({ fillCount }) => fillCount);
      return {
        reset: (seed) => (base.reset(seed), (before = base.accounts.map(({ fillCount }) => fillCount))),
        step(actions) {
          base.step(actions);
          for (const [index, { fillCount }] of base.accounts.entries()) base.rewards[index] = fillCount > before[index]! ? 1 : 0;
          before = base.accounts.map(({ fillCount }) => fillCount);
        },
      };
    });
    const found = await failures({ ...subject, rewardTotal: undefined as never }, { checks: ["reward hacking", "positive control"] });
    expect(found["reward hacking"]).toMatch(/invites "churn" over/);
    expect(found["positive control"]).toMatch(/the reward cannot teach/);
  });

  test("a reward of the wrong sign cannot teach", async () => {
    const subject = faulty(
      after((base) => {
        for (let index = 0; index < base.count; index++) base.rewards[index]! *= -1;
      }),
    );
    const play = ["reward hacking", "positive control"];
    expect(await names({ ...subject, rewardTotal: undefined as never }, { checks: play })).toEqual(play);
  });

  test("costs that leave nothing to be gained are told", async () => {
    const dear = overBars((bars) => ({ ...plain(bars), costs: { ...plain(bars).costs, feeBps: 2000 } }));
    expect((await failures(dear, { checks: ["positive control"] }))["positive control"]).toMatch(/leave nothing to be gained/);
  });
});
