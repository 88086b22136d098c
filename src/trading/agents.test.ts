import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { Account, type Money } from "../domain/index.ts";
import { createObserver, EnvironmentSpecification, type Policy } from "../env/index.ts";
import { featurePipeline } from "../features/index.ts";
import { geometricWalk } from "../market/index.ts";
import {
  barsFeed,
  brokers,
  buyAndHold,
  flat,
  journalFeed,
  type JournalRecord,
  noOrders,
  policyAgent,
  randomAgent,
  simulatedVenue,
} from "./index.ts";

const account = new Account(1000 as Money);
const desk = noOrders(account, { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 });
const bars = geometricWalk({ bars: 50, volatility: 0.01, seed: 1 });

describe("baselines", () => {
  test("buy-and-hold decides once, flat always for nothing", () => {
    const [hold, none] = [buyAndHold(0.7), flat()];
    expect([1, 2, 3].map(() => hold.decide(account, desk))).toEqual([0.7, null, null]);
    expect([1, 2].map(() => none.decide(account, desk))).toEqual([0, 0]);
  });

  test("the random agent changes its position as often as it is told, always to another one, and repeats by its seed", () => {
    const decisions = (seed: number, changeProbability: number) => {
      const agent = randomAgent({ changeProbability, exposures: [-1, 0, 1], random: new Random(seed) });
      return Array.from({ length: 20_000 }, () => agent.decide(account, desk));
    };
    const changes = decisions(1, 0.1).filter((exposure) => exposure !== null);
    expect(changes.length).toBeGreaterThan(1850);
    expect(changes.length).toBeLessThan(2150);
    expect(changes.every((exposure, index) => exposure !== (index === 0 ? 0 : changes[index - 1]))).toBe(true);
    expect(decisions(1, 0.1)).toEqual(decisions(1, 0.1));
    expect(decisions(1, 0.1)).not.toEqual(decisions(2, 0.1));
    expect(decisions(1, 0).every((exposure) => exposure === null)).toBe(true);
  });
});

describe("a policy as an agent", () => {
  const specification = EnvironmentSpecification.parse({ window: 3 });
  const observer = () => createObserver(specification, featurePipeline([{ indicator: "sma", params: { period: 5 } }]));

  test("of another observation is refused", () => {
    const policy = { observationSchema: "other", observationSize: 1, actionSpace: observer().actionSpace, decide() {} };
    expect(() => policyAgent(observer(), policy)).toThrow(expect.objectContaining({ code: "model/schema-mismatch" }));
  });

  test("one that remembers does so over a restart: what it is made to recall counts as decided on", async () => {
    const { schema, size, actionSpace } = observer();
    const counting = (): Policy => {
      let seen = 0;
      return {
        observationSchema: schema,
        observationSize: size,
        actionSpace,
        decide: (_observations, _count, out) => void (out[0] = ++seen % 3),
        fresh: () => ({ ...counting(), forget: () => void (seen = 0) }),
      };
    };
    const [whole, restarted] = [policyAgent(observer(), counting()), policyAgent(observer(), counting())];
    for await (const bar of barsFeed(bars, 0, 20).bars(new AbortController().signal)) {
      for (const agent of [whole, restarted]) agent.update(bar);
      const decided = whole.decide(account, desk);
      if (bar.closeTime <= bars.closeTime[12]!) restarted.recall!(account);
      else expect(restarted.decide(account, desk)).toBe(decided);
    }
    expect(policyAgent(observer(), { ...counting(), fresh: undefined } as unknown as Policy).recall).toBeUndefined();
  });

  test("keeps still until the window of features is full, then does what the policy says", async () => {
    const { schema, size, actionSpace } = observer();
    const agent = policyAgent(observer(), {
      observationSchema: schema,
      observationSize: size,
      actionSpace,
      decide: (_observations, _count, out) => void (out[0] = 2),
    });
    const decisions: (number | null)[] = [];
    for await (const bar of barsFeed(bars, 0, 9).bars(new AbortController().signal)) {
      agent.update(bar);
      decisions.push(agent.decide(account, desk));
    }
    expect(decisions).toEqual([null, null, null, null, null, null, 1, 1, 1]);
  });
});

describe("feeds", () => {
  const collect = async (feed: ReturnType<typeof barsFeed>, signal = new AbortController().signal) => {
    const times: number[] = [];
    for await (const bar of feed.bars(signal)) times.push(bar.closeTime);
    return times;
  };
  const times = [...bars.closeTime];

  test("replay a stretch", async () => {
    expect(await collect(barsFeed(bars))).toEqual(times);
    expect(await collect(barsFeed(bars, 10, 13))).toEqual(times.slice(10, 13));
    expect(await collect(barsFeed(bars, 10, 10))).toEqual([]);
  });

  test("at a pace: a wait between bars, none before the first, and no bar after the signal", async () => {
    const waits: number[] = [];
    const controller = new AbortController();
    const sleep = async (ms: number) => {
      if (waits.push(ms) === 3) controller.abort();
    };
    expect(await collect(barsFeed(bars, 0, 50, { barsPerSecond: 20, sleep }), controller.signal)).toEqual(times.slice(0, 3));
    expect(waits).toEqual([50, 50, 50]);
  });

  test("replay what a journal recorded", async () => {
    const bar = { closeTime: 7, open: 1, high: 1, low: 1, close: 1, volume: 1 };
    const records: JournalRecord[] = [
      { kind: "bar", bar },
      { kind: "cancel", orderId: "a" },
    ];
    expect(await collect(journalFeed(records))).toEqual([7]);
  });
});

describe("brokers", () => {
  test.each(Object.entries(brokers))("%s is named as its file", (name, kind) => {
    expect(kind.name).toBe(name);
  });

  test("the simulated one connects with default costs", async () => {
    const request = { feed: barsFeed(bars), instrument: bars.instrument, initialCash: 1000 as Money };
    const { costs } = brokers.simulated.params;
    const connection = await brokers.simulated.connect({ costs: costs.parse(undefined) }, request);
    expect(await connection.broker.holdings()).toEqual(
      await simulatedVenue({ ...request, costs: costs.parse(undefined) }).broker.holdings(),
    );
  });
});
