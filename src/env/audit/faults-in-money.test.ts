import { describe, expect, test } from "vitest";
import type { Account } from "../../domain/index.ts";
import { geometricWalk } from "../../market/index.ts";
import { createVectorEnvironment } from "../batched-environment.ts";
import { barSubject } from "./bar-subject.ts";
import { accountBooks } from "./books.ts";
import type { AuditSubject, EnvironmentRequest } from "./subject.ts";
import { after, audit, type Change, changed, failures, faulty, names, overBars, plain } from "./testing/planting.ts";

// Faults that peers were seen to have, planted in an environment that is otherwise honest. Each must be found, and only it.

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

  test("a preference for the safer is told and is no fault; so are rewards that single episodes decide", async () => {
    const bars = geometricWalk({ bars: 500, volatility: 0.01, drift: 0.004, seed: 4 });
    const rewarded = (change: Change): AuditSubject =>
      barSubject({
        name: "rewarded",
        bars,
        make: (data, { count, seed }: EnvironmentRequest) => changed(createVectorEnvironment({ ...plain(data), count, seed }), change),
        timeMs: ({ observedAt }, index) => observedAt[index]!,
        books: accountBooks,
      });
    const notesOf = async (subject: AuditSubject): Promise<string> => {
      const { checks } = await audit(subject, { checks: ["reward hacking"] });
      expect(checks[0]).toMatchObject({ verdict: "passed" });
      return checks[0]!.notes.join("\n");
    };
    const cautious = after((base) => {
      for (const [index, { fillCount }] of base.accounts.entries()) if (fillCount === 0) base.rewards[index]! += 1;
    });
    expect(await notesOf(rewarded(cautious))).toMatch(/prefers "always flat" to "always long", poorer but safer/);
    const erratic = after((base) => {
      if (base.truncated[3] === 1) base.rewards[3]! *= 1e9;
    });
    expect(await notesOf(rewarded(erratic))).toMatch(/single episodes decide the reward: the largest is/);
    expect(await notesOf(rewarded(() => ({})))).toMatch(/^rank correlation of reward and gain over 6 policies: (1|0\.\d+)$/);
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
