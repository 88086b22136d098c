import { expect, test } from "vitest";
import { auditEnvironment, type AuditSubject, bookSubject, type EnvironmentRequest } from "./audit/index.ts";
import { Alpha, createAlpha, createMarketMaking, createOptimalExecution, MarketMaking, OptimalExecution } from "./book/index.ts";
import { createSharedBook } from "./multi-agent/shared-book-environment.ts";
import { seatEnvironment, selfPlayEnvironment } from "./multi-agent/self-play.ts";
import { portfolioSubject } from "./audit/testing/portfolio-subject.ts";
import { walk } from "./testing/sample-market.ts";

// Environments that are more than a file in `environments/`: each passes every check that can be made of it, and those that cannot be
// made are named. One that is new takes a line here.

type Given = Record<string, unknown>;
const session = (steps: number, scenarios: readonly unknown[]): Given => ({ steps, stepMs: 100, market: { warmUpMs: 1000, scenarios } });

const marketMaking = (name: string, given: Given, extras: Partial<AuditSubject>): AuditSubject => ({
  ...bookSubject({
    name,
    make: ({ count, seed, scenarios }) =>
      createMarketMaking(MarketMaking.parse({ ...given, session: session(28, scenarios) }), { count, seed }),
  }),
  ...extras,
});

const execution = (name: string, given: Given): AuditSubject =>
  bookSubject({
    name,
    make: ({ count, seed, scenarios }) =>
      createOptimalExecution(OptimalExecution.parse({ ...given, quantityLots: 60, session: session(24, scenarios) }), { count, seed }),
    finiteHorizon: true,
    episodeReward: ({ finalShortfallBps }, index) => -finalShortfallBps[index]!,
    episodeGain: ({ finalShortfallBps }, index) => -finalShortfallBps[index]!,
  });

const alpha = (name: string, given: Given, extras: Partial<AuditSubject> = {}): AuditSubject => ({
  ...bookSubject({
    name,
    make: ({ count, seed, scenarios }) => createAlpha(Alpha.parse({ ...given, session: session(28, scenarios) }), { count, seed }),
    actsByExposure: true,
  }),
  ...extras,
});

const worlds = ({ count, seed }: EnvironmentRequest, agents: number) =>
  Array.from({ length: count / agents }, (_, index) => createSharedBook({ agents: 2, steps: 30 }, { seed: seed + index * 1_000_003 }));
const together: AuditSubject = {
  name: "quoting in one book, self-play",
  grants: [],
  make: (request) => selfPlayEnvironment(worlds(request, 2)),
};
const seated: AuditSubject = {
  name: "quoting in one book, one seat",
  grants: [],
  make(request) {
    const each = worlds(request, 1);
    const { observationSchema, actionSpace } = each[0]!;
    return seatEnvironment(each, 1, () => ({
      observationSchema,
      actionSpace,
      observationSize: each[0]!.observations.length / 2,
      decide: (_observations, _count, out) => void out.fill(0),
    }));
  },
};

const half = (initialEquity: number, finalEquity: number) => (finalEquity - initialEquity) / 2;
const ofBars = ["same-bar fill", "back-fill"];
const assets = [walk(21), walk(22), walk(23)];
const subjects: [subject: AuditSubject, unchecked: readonly string[]][] = [
  [marketMaking("market making", {}, { rewardTotal: half, finiteHorizon: true }), [...ofBars, "positive control"]],
  [marketMaking("market making, cut off", { closesAtEnd: false, maxLoss: 100 }, { rewardTotal: half }), [...ofBars, "positive control"]],
  [
    marketMaking("market making, inventory penalised", { inventoryPenalty: 0.1, skewTicksPerLot: 0.5 }, { finiteHorizon: true }),
    [...ofBars, "rewards add up", "positive control"],
  ],
  [execution("execution", {}), [...ofBars, "positive control"]],
  [execution("execution, resting", { side: "buy", orders: "market-or-resting" }), [...ofBars, "positive control"]],
  [alpha("alpha", {}, { rewardTotal: (initial, final) => half(initial, final) / 5 }), ofBars],
  [alpha("alpha, makers", { orders: "taker-and-maker", markAt: "close-out" }), [...ofBars, "rewards add up"]],
  [portfolioSubject("portfolio, long only", assets), []],
  [portfolioSubject("portfolio, long and short", assets, { actions: { kind: "long-short", maxGross: 2, maxNet: 1 } }), []],
  [portfolioSubject("portfolio, orders", assets, { actions: { kind: "orders", maxChange: 0.3, allowShort: true } }), []],
  [portfolioSubject("portfolio, against equal weights", assets, { benchmark: "equal-weight" }), ["rewards add up"]],
];

test.each(subjects.map(([subject, unchecked]) => [subject.name, subject, unchecked] as const))(
  "%s passes the audit",
  async (_name, subject, unchecked) => {
    const { checks } = await auditEnvironment(subject, { rounds: subject.gaps ? 2 : 1, steps: 80 });
    expect(checks.filter(({ verdict }) => verdict === "failed").map(({ check, message }) => `${check}: ${message}`)).toEqual([]);
    expect(checks.filter(({ verdict }) => verdict === "unchecked").map(({ check }) => check)).toEqual(unchecked);
  },
);

test.each([together, seated].map((subject) => [subject.name, subject] as const))(
  "%s passes what needs no books",
  async (_name, subject) => {
    const checks = ["seed", "reset", "restore", "arrays", "endings", "numbers", "actions"];
    const audit = await auditEnvironment(subject, { rounds: 2, steps: 150, checks });
    expect(audit.checks.map(({ check, verdict, message }) => [check, verdict, message])).toEqual(
      checks.map((check) => [check, "passed", null]),
    );
  },
);
