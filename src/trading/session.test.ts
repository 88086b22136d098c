import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Bug, manualClock, Random } from "../base/index.ts";
import {
  type Bar,
  type Bars,
  barsFrom,
  type Broker,
  type BrokerEvent,
  type Feed,
  type Lots,
  type Money,
  type PriceTicks,
  type Soon,
  readBar,
  emptyBar,
  type TimeMs,
} from "../domain/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import { KillSwitch, riskEngine, type RiskSpec } from "../risk/index.ts";
import {
  type Agent,
  barsFeed,
  buyAndHold,
  type Connection,
  faultyBroker,
  flat,
  type Journal,
  type JournalRecord,
  memoryJournal,
  randomAgent,
  runSession,
  type SessionOptions,
  type SessionPoint,
  SessionState,
  simulatedVenue,
} from "./index.ts";

const initialCash = 100_000_000 as Money;
const costs = Costs.parse({});
const walk = geometricWalk({ bars: 300, volatility: 0.02, seed: 11 });

/** Bars that open and close at these prices. */
const barsAt = (...prices: number[]): Bars =>
  barsFrom(
    walk.instrument,
    prices.map((price, index) => ({ closeTime: (index + 1) * 60_000, open: price, high: price, low: price, close: price, volume: 1 })),
  );

/** Long after a rise, short after a fall. */
function momentum(): Agent {
  let [before, last] = [NaN, NaN];
  return {
    update: ({ close }) => void ([before, last] = [last, close]),
    decide: () => (last > before ? 0.9 : last < before ? -0.9 : null),
  };
}

/** A venue with nothing wrong, on free trading unless told otherwise. */
const venueOn = (bars: Bars, charged = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 })): Connection =>
  simulatedVenue({ feed: barsFeed(bars), instrument: bars.instrument, costs: charged, initialCash });

function run(bars: Bars, agent: Agent, rules: RiskSpec = [], change: Partial<SessionOptions> = {}) {
  return runSession({
    ...venueOn(bars),
    agent,
    risk: riskEngine(rules),
    journal: memoryJournal(),
    instrument: bars.instrument,
    initialCash,
    ...change,
  });
}

/** A venue that lives on while sessions crash: a reconnected session is told everything again. */
function lastingVenue(bars: Bars) {
  let next = 0;
  const log: BrokerEvent[] = [];
  const feed: Feed = {
    name: "lasting",
    async *bars() {
      while (next < bars.close.length) yield readBar(bars, next++, emptyBar());
    },
  };
  const venue = simulatedVenue({ feed, instrument: bars.instrument, costs, initialCash });
  return (onSubmit: (orderId: string) => void = () => {}): Connection => {
    let told = 0;
    return {
      feed: venue.feed,
      broker: {
        ...venue.broker,
        submit(order) {
          onSubmit(order.id);
          return venue.broker.submit(order);
        },
        async poll() {
          log.push(...(await venue.broker.poll()));
          const news = log.slice(told);
          told = log.length;
          return news;
        },
      },
    };
  };
}

describe("a session", () => {
  test("buys at the open after the decision and marks at closes", async () => {
    const result = await run(barsAt(100, 110, 121), buyAndHold(0.5));
    expect(result.fills).toEqual([
      { id: "session-1/fill", orderId: "session-1", side: "buy", quantity: 5000, priceTicks: 11_000, fee: 0, filledAt: 120_000 },
    ]);
    expect(result.points.map(({ position, equity }) => [position, equity])).toEqual([
      [0, 100_000_000],
      [5000, 100_000_000],
      [5000, 105_500_000],
    ]);
    expect(result).toMatchObject({ endedBy: "feed", findings: [], denials: [], orders: [{ state: "filled", filledLots: 5000 }] });
  });

  test("leaves nothing working when the feed ends", async () => {
    const journal = memoryJournal();
    const result = await run(barsAt(100), buyAndHold(), [], { journal });
    expect(result.orders).toMatchObject([{ state: "cancelled", reason: "on request" }]);
    expect(journal.records.map(({ kind }) => kind)).toEqual(["start", "bar", "mark", "order", "answer", "cancel", "event"]);
  });

  test("ends at the signal, after the bar in hand", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const result = await run(walk, momentum(), [], {
      signal: controller.signal,
      onPoint: async ({ time }) => {
        seen.push(time);
        if (seen.length === 20) controller.abort();
      },
    });
    expect(result).toMatchObject({ endedBy: "signal", findings: [] });
    expect(result.points.map(({ time }) => time)).toEqual(seen);
    expect(seen).toHaveLength(20);
  });

  test("decides nothing more once it is told to stop", async () => {
    const controller = new AbortController();
    const agent: Agent = { update() {}, decide: () => (controller.abort(), 1) };
    expect(await run(walk, agent, [], { signal: controller.signal })).toMatchObject({
      endedBy: "signal",
      orders: [],
      points: { length: 1 },
    });
  });

  test("keeps bars as they were, even of a feed that uses one object for all", async () => {
    const one = emptyBar();
    const feed: Feed = {
      name: "thrifty",
      async *bars() {
        for (let row = 0; row < 5; row++) yield readBar(walk, row, one);
      },
    };
    const journal = memoryJournal();
    await run(walk, flat(), [], { ...simulatedVenue({ feed, instrument: walk.instrument, costs, initialCash }), journal });
    const times = journal.records.flatMap((record) => (record.kind === "bar" ? [record.bar.closeTime] : []));
    expect(times).toEqual([...walk.closeTime.subarray(0, 5)]);
  });

  test("our account equals the venue's with every cost, and cash is what fills and charges say", async () => {
    const journal = memoryJournal();
    const venue = venueOn(walk, Costs.parse({ feeBps: 5, feeFixed: 1, slippageBps: 4, borrowBpsPerYear: 700 }));
    const result = await run(walk, momentum(), [], { ...venue, journal });
    expect(result.findings).toEqual([]);
    const events = journal.records.flatMap((record) => (record.kind === "event" ? [record.event] : []));
    const charges = events.reduce((sum, event) => sum + (event.kind === "charge" ? event.amount : 0), 0);
    const paid = result.fills.reduce(
      (sum, { side, quantity, priceTicks, fee }) => sum + (side === "buy" ? 1 : -1) * quantity * priceTicks + fee,
      0,
    );
    expect(charges).toBeGreaterThan(0);
    expect(result.account.cash).toBe(initialCash - paid - charges);
    expect(result.account.borrowPaid).toBe(charges);
  });

  test("a difference between the books is a finding at the end and a refusal at the start", async () => {
    const venue = venueOn(walk);
    const lying = (offset: () => number): Broker => ({
      ...venue.broker,
      holdings: async () => ({ ...(await venue.broker.holdings()), cash: (await venue.broker.holdings()).cash + offset() }),
    });
    await expect(run(walk, flat(), [], { broker: lying(() => 1) })).rejects.toMatchObject({ code: "session/conflict" });
    let bars = 0;
    const result = await run(walk, flat(), [], { feed: venue.feed, broker: lying(() => (bars > 0 ? 1 : 0)), onPoint: () => void bars++ });
    expect(result.findings).toEqual([{ code: "CASH_MISMATCH", message: expect.stringContaining("simulated says 100000001") }]);
  });

  test("a fill that is not ours is booked and reported", async () => {
    const venue = venueOn(walk);
    const stranger: BrokerEvent = {
      kind: "fill",
      fill: { id: "x", orderId: "theirs", side: "buy", quantity: 3 as Lots, priceTicks: 100 as PriceTicks, fee: 7, filledAt: 1 as TimeMs },
    };
    let told = false;
    const broker: Broker = {
      ...venue.broker,
      poll: async () => (told ? [stranger] : []),
      holdings: async () => (told ? { position: 3, cash: initialCash - 307 } : { position: 0, cash: initialCash }),
    };
    const result = await run(walk, buyAndHold(0), [], { broker, onPoint: () => void (told = true) });
    expect(result.account).toMatchObject({ position: 3, cash: initialCash - 307 });
    expect(result.findings.map(({ code }) => code)).toEqual(["EXTERNAL_FILL"]);
  });

  test("refuses the journal of another session", async () => {
    const journal = memoryJournal([{ kind: "start", sessionId: "other", instrument: walk.instrument, initialCash }]);
    await expect(run(walk, flat(), [], { journal })).rejects.toMatchObject({ code: "session/conflict" });
  });

  test.each([
    ["a price that is none", barsAt(100, NaN), flat()],
    ["a price of zero", barsAt(100, 0), flat()],
    [
      "time that goes back",
      barsFrom(
        walk.instrument,
        [2, 1].map((closeTime): Bar => ({ closeTime, open: 1, high: 1, low: 1, close: 1, volume: 1 })),
      ),
      flat(),
    ],
  ])("bars with %s are refused", async (_what, bars, agent) => {
    await expect(run(bars, agent)).rejects.toMatchObject({ code: "data/invalid-value", path: "bars" });
  });

  test("an agent that decides for NaN stops the program", async () => {
    await expect(run(barsAt(100, 100), { update() {}, decide: () => NaN })).rejects.toThrow(Bug);
  });
});

describe("risk in a session", () => {
  test("a denied order is kept with its denials and never leaves", async () => {
    const venue = venueOn(walk);
    let submitted = 0;
    const broker: Broker = { ...venue.broker, submit: async (order) => (submitted++, venue.broker.submit(order)) };
    const result = await run(walk, buyAndHold(), [{ rule: "max-order", params: { maxNotional: 10 } }], { feed: venue.feed, broker });
    expect(submitted).toBe(0);
    expect(result.denials).toMatchObject([
      { order: { id: "session-1" }, denials: [{ code: "NOTIONAL_EXCEEDS_MAX_PER_ORDER", rule: "max-order" }] },
    ]);
    expect(result.orders).toMatchObject([{ state: "denied", reason: "NOTIONAL_EXCEEDS_MAX_PER_ORDER" }]);
  });

  test("stop-loss forces flat at the next open; the agent may enter again", async () => {
    const held = await run(barsAt(100, 100, 97, 94, 93, 93), buyAndHold(), [{ rule: "stop-loss", params: { maxLoss: 0.05 } }]);
    expect(held.points.map(({ position }) => position > 0)).toEqual([false, true, true, true, false, false]);
    expect(held.exits).toEqual([{ timeMs: 240_000, rule: "stop-loss", reason: "the position lost 6.00 % of its cost" }]);
    const eager = await run(barsAt(100, 100, 94, 93, 93, 93), { update() {}, decide: () => 1 }, [
      { rule: "stop-loss", params: { maxLoss: 0.05 } },
    ]);
    expect(eager.points.map(({ position }) => position > 0)).toEqual([false, true, true, false, true, true]);
  });

  test("a drawdown forces flat and nothing is bought again, whatever the agent wants", async () => {
    const risk = riskEngine([{ rule: "max-drawdown", params: { maxDrawdown: 0.2 } }]);
    const result = await run(barsAt(100, 100, 81, 79, 78, 150, 200), { update() {}, decide: () => 1 }, [], { risk });
    expect(result.points.map(({ position }) => position > 0)).toEqual([false, true, true, true, false, false, false]);
    expect(result.endedBy).toBe("feed");
    expect(risk.killSwitch.detail).toMatchObject({ state: "reducing", by: "max-drawdown" });
    await expect(run(walk, flat(), [], { risk })).rejects.toMatchObject({
      code: "risk/killed",
      message: expect.stringContaining("max-drawdown"),
    });
  });

  test("stale data by the clock", async () => {
    const clock = manualClock(walk.closeTime.at(-1)! + 1);
    const result = await run(walk, buyAndHold(), [{ rule: "stale-data", params: { maxAgeMs: 1000 } }], { clock });
    expect(result.denials[0]?.denials[0]?.code).toBe("STALE_DATA");
  });
});

describe("the kill switch in a session", () => {
  const folder = mkdtempSync(join(tmpdir(), "session-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("latches in mid-session: no order after it, the working one is taken back, and only a person lets trading go on", async () => {
    const path = join(folder, "kill-switch.json");
    const killSwitch = new KillSwitch({ path, clock: manualClock() });
    const venue = venueOn(walk);
    let after = 0;
    const broker: Broker = {
      ...venue.broker,
      submit: async (order) => {
        if (killSwitch.state === "halted") after++;
        return venue.broker.submit(order);
      },
    };
    let bars = 0;
    const result = await run(walk, momentum(), [], {
      feed: venue.feed,
      broker,
      risk: riskEngine([], killSwitch),
      onPoint: () => {
        if (++bars === 50) killSwitch.trip("halted", "ada", "enough");
      },
    });
    expect(result.endedBy).toBe("killed");
    expect(result.points).toHaveLength(50);
    expect(after).toBe(0);
    expect(result.findings).toEqual([]);
    expect(result.orders.at(-1)).toMatchObject({ state: "cancelled" });

    const restarted = () => run(walk, momentum(), [], { risk: riskEngine([], new KillSwitch({ path, clock: manualClock() })) });
    await expect(restarted()).rejects.toMatchObject({ code: "risk/killed", message: expect.stringContaining("ada: enough") });
    new KillSwitch({ path, clock: manualClock() }).reset("ada", "looked into it");
    expect((await restarted()).endedBy).toBe("feed");
  });

  test("stops a feed that is waiting for its next bar", async () => {
    const killSwitch = new KillSwitch({ clock: manualClock() });
    const waiting: Feed = {
      name: "waiting",
      async *bars(signal) {
        yield readBar(walk, 0, emptyBar());
        setTimeout(() => killSwitch.trip("halted", "ada", "enough"), 0);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    };
    const result = await run(walk, flat(), [], { feed: waiting, risk: riskEngine([], killSwitch) });
    expect(result).toMatchObject({ endedBy: "killed", points: [{ position: 0 }] });
  });

  test("a kill while an answer is awaited stops the retries", async () => {
    const killSwitch = new KillSwitch({ clock: manualClock() });
    const venue = venueOn(walk);
    let submitted = 0;
    const broker: Broker = {
      ...venue.broker,
      submit: async () => {
        submitted++;
        killSwitch.trip("halted", "ada", "enough");
        return { status: "unreachable", reason: "timeout" };
      },
    };
    const result = await run(walk, buyAndHold(), [], { feed: venue.feed, broker, risk: riskEngine([], killSwitch) });
    expect([submitted, result.endedBy]).toEqual([1, "killed"]);
    expect(result.orders).toMatchObject([{ state: "cancelled", reason: expect.stringContaining("not open at the venue") }]);
  });
});

describe("a bad line", () => {
  test("an unreachable venue gets the same order again, never a second one, and no rejection is made up", async () => {
    const venue = venueOn(barsAt(100, 100, 100));
    const ids: string[] = [];
    const broker: Broker = {
      ...venue.broker,
      submit: async (order) => {
        ids.push(order.id);
        const answer = await venue.broker.submit(order);
        return ids.length < 3 ? { status: "unreachable", reason: "timeout" } : answer;
      },
    };
    const result = await run(barsAt(100), buyAndHold(), [], { feed: venue.feed, broker });
    expect(ids).toEqual(["session-1", "session-1", "session-1"]);
    expect(result.orders).toMatchObject([{ state: "filled" }]);
    expect(result.fills).toHaveLength(1);
  });

  test("while the fate of an order is unknown there is no other one, and an unreachable cancel is no cancellation", async () => {
    const venue = venueOn(barsAt(100, 100, 100, 100));
    const submitted: string[] = [];
    const lost = { status: "unreachable", reason: "timeout" } as const;
    const broker: Broker = { ...venue.broker, submit: async ({ id }) => (submitted.push(id), lost), cancel: async () => lost };
    const result = await run(walk, { update() {}, decide: () => 1 }, [], { feed: venue.feed, broker });
    expect(new Set(submitted)).toEqual(new Set(["session-1"]));
    expect(result.orders).toMatchObject([{ state: "pending-cancel", filledLots: 0 }]);
    expect(result.findings).toEqual([{ code: "OPEN_ORDER", message: "the fate of order session-1 is unknown" }]);
  });

  test("what an order became just before its cancellation is known before the next one is sized", async () => {
    const venue = venueOn(barsAt(100, 100, 100));
    const late: BrokerEvent[] = [];
    let cancelled = false;
    const broker: Broker = {
      ...venue.broker,
      async cancel(orderId) {
        cancelled = true;
        return venue.broker.cancel(orderId);
      },
      async poll() {
        late.push(...(await venue.broker.poll()));
        return cancelled ? late.splice(0) : [];
      },
    };
    const result = await run(walk, { update() {}, decide: () => 0.5 }, [], { feed: venue.feed, broker });
    expect(result.orders).toMatchObject([{ state: "filled", order: { id: "session-1" } }]);
    expect(result.findings).toEqual([]);
  });

  test("one message lost at any place of a session, on its way there or back: the books agree in the end", async () => {
    const bars = geometricWalk({ bars: 12, volatility: 0.02, seed: 4 });
    for (const way of ["there", "back"]) {
      for (let at = 0, messages = Infinity; at < messages; at++) {
        const venue = venueOn(bars, costs);
        let count = 0;
        const send = async <T>(message: () => Soon<T>, lost: T): Promise<T> => {
          if (count++ !== at) return message();
          if (way === "back") await message();
          return lost;
        };
        const timeout = { status: "unreachable", reason: "timeout" } as const;
        const broker: Broker = {
          ...venue.broker,
          submit: (order) => send(() => venue.broker.submit(order), timeout),
          cancel: (orderId) => send(() => venue.broker.cancel(orderId), timeout),
        };
        const result = await run(bars, momentum(), [], { feed: venue.feed, broker });
        expect(result.findings, `message ${at} lost ${way}`).toEqual([]);
        expect(result.orders.every(({ state }) => state !== "rejected")).toBe(true);
        messages = count;
      }
    }
  });

  test("over 300 seeds of lost, doubled, late and shuffled messages the books agree in the end", async () => {
    let cancelled = 0,
      unreachable = 0;
    for (let seed = 0; seed < 300; seed++) {
      const bars = geometricWalk({ bars: 40, volatility: 0.02, seed });
      const venue = venueOn(bars, costs);
      const broker = faultyBroker(venue.broker, new Random(seed), { lostRequest: 0.2, lostAnswer: 0.2, duplicate: 0.3, delay: 0.2 });
      const journal = memoryJournal();
      const agent = randomAgent({ changeProbability: 0.5, exposures: [-1, 0, 1], random: new Random(seed, 1) });
      const result = await run(bars, agent, [], { feed: venue.feed, broker, journal });
      expect(
        result.findings.filter(({ code }) => code !== "OPEN_ORDER"),
        `seed ${seed}`,
      ).toEqual([]);
      expect(result.orders.every(({ state, filledLots, order }) => state !== "rejected" && filledLots <= order.quantity)).toBe(true);
      expect(await venue.broker.holdings()).toEqual({ position: result.account.position, cash: result.account.cash });
      cancelled += result.orders.filter(({ state }) => state === "cancelled").length;
      unreachable += journal.records.filter((record) => record.kind === "answer" && record.answer.status === "unreachable").length;
    }
    expect([cancelled > 100, unreachable > 1000]).toEqual([true, true]);
  });
});

describe("a restart", () => {
  test("remembers the marks of the earlier run, so that the day's loss goes on counting", async () => {
    const prices = [100, 100, 130, 130, 125, 116, 116];
    const hours = 3600 * 1000;
    const bars = barsFrom(
      walk.instrument,
      prices.map((price, index) => ({ closeTime: (index + 1) * 6 * hours, open: price, high: price, low: price, close: price, volume: 1 })),
    );
    const connect = lastingVenue(bars);
    const rules: RiskSpec = [{ rule: "daily-loss", params: { maxLoss: 0.1 } }];
    const journal = memoryJournal();
    const controller = new AbortController();
    const onPoint = ({ close }: SessionPoint) => {
      if (close === 125) controller.abort();
    };
    await run(bars, buyAndHold(), rules, { ...connect(), journal, signal: controller.signal, onPoint });
    const result = await run(bars, { update() {}, decide: () => null }, rules, { ...connect(), journal: memoryJournal(journal.records) });
    expect(result.points.map(({ close, position }) => [close, position > 0])).toEqual([
      [116, true],
      [116, false],
    ]);
    expect(result.exits).toMatchObject([{ rule: "daily-loss" }]);
    expect(result.findings).toEqual([]);
  });
});

describe("a paper session in parts", () => {
  test("goes on from its journal each time: agent and venue know what was, orders taken back stay so", async () => {
    const bars = geometricWalk({ bars: 30, volatility: 0.02, seed: 4 });
    let records: readonly JournalRecord[] = [];
    for (let seen = 0; seen < 30; seen += 6) {
      const controller = new AbortController();
      const [shown, considered]: [number[], number[]] = [[], []];
      const inner = momentum();
      const agent: Agent = {
        update: (bar) => (shown.push(bar.closeTime), inner.update(bar)),
        decide: (account, orders) => (considered.push(shown.at(-1)!), inner.decide(account, orders)),
        recall: () => considered.push(shown.at(-1)!),
      };
      const journal = memoryJournal(records);
      const venue = simulatedVenue({ feed: barsFeed(bars, seen), instrument: bars.instrument, costs, initialCash, recovered: records });
      const onPoint = ({ time }: SessionPoint) => {
        if (time === bars.closeTime[seen + 5]) controller.abort();
      };
      const result = await run(bars, agent, [], { ...venue, journal, signal: controller.signal, onPoint });
      expect(result.findings).toEqual([]);
      const takenBack = result.orders.filter(({ state }) => state === "cancelled");
      expect(takenBack.map(({ reason, filledLots }) => [reason, filledLots])).toEqual(Array(1 + seen / 6).fill(["on request", 0]));
      expect(shown).toEqual([...bars.closeTime.subarray(0, seen + 6)]);
      expect(considered, "each bar is decided on or recalled, once").toEqual(shown);
      records = journal.records;
    }
    expect(records.filter(({ kind }) => kind === "mark")).toHaveLength(30);
  });
});

describe("a crash", () => {
  /** A journal that fails at its n-th record, before or after writing it. */
  function crashingJournal(recovered: readonly JournalRecord[], survives: number, written: boolean) {
    const journal = memoryJournal(recovered);
    let left = survives;
    const append: Journal["append"] = (record) => {
      if (left-- > 0) return journal.append(record);
      if (written) journal.append(record);
      throw new Error("crash");
    };
    return { ...journal, append };
  }

  const stateOf = (records: readonly JournalRecord[]) => {
    const state = new SessionState(walk.instrument, initialCash);
    for (const record of records) state.apply(record);
    return { account: state.account.save(), orders: state.orders.all, fills: state.fills };
  };

  test.each([
    ["before", false],
    ["after", true],
  ])("at every record, %s it was written: the restarted session goes on and its books equal the venue's", async (_when, written) => {
    const bars = geometricWalk({ bars: 12, volatility: 0.02, seed: 4 });
    for (let survives = 0, crashed = true; crashed; survives++) {
      const connect = lastingVenue(bars);
      const first = crashingJournal([], survives, written);
      const recordedIn = (journal: { records: readonly JournalRecord[] }) => (orderId: string) =>
        expect(
          journal.records.some((record) => record.kind === "order" && record.order.id === orderId),
          "journalled before it left",
        ).toBe(true);
      const session = (journal: ReturnType<typeof crashingJournal>) =>
        runSession({
          ...connect(recordedIn(journal)),
          agent: momentum(),
          risk: riskEngine([]),
          journal,
          instrument: bars.instrument,
          initialCash,
        });
      crashed = await session(first).then(
        () => false,
        (error: Error) => {
          expect(error.message).toBe("crash");
          return true;
        },
      );
      const second = crashingJournal(first.records, Infinity, false);
      const result = await session(second);
      expect(result.findings, `crash at record ${survives}`).toEqual([]);
      expect(stateOf(second.records)).toEqual({ account: result.account.save(), orders: result.orders, fills: result.fills });
      expect(new Set(result.orders.map(({ order }) => order.id)).size).toBe(result.orders.length);
      if (!crashed) expect(survives).toBeGreaterThan(40);
    }
  });

  test("a paper session whose venue died with it goes on from the journal alone", async () => {
    const bars = geometricWalk({ bars: 12, volatility: 0.02, seed: 4 });
    const session = (journal: ReturnType<typeof crashingJournal>) => {
      const seen = journal.recovered.filter(({ kind }) => kind === "bar").length;
      const venue = simulatedVenue({
        feed: barsFeed(bars, seen),
        instrument: bars.instrument,
        costs,
        initialCash,
        recovered: journal.recovered,
      });
      return runSession({ ...venue, agent: momentum(), risk: riskEngine([]), journal, instrument: bars.instrument, initialCash });
    };
    for (let survives = 0, crashed = true; crashed; survives++) {
      const first = crashingJournal([], survives, true);
      crashed = await session(first).then(
        () => false,
        () => true,
      );
      const second = crashingJournal(first.records, Infinity, false);
      const result = await session(second);
      expect(result.findings, `crash at record ${survives}`).toEqual([]);
      expect(second.records.filter(({ kind }) => kind === "mark")).toHaveLength(12);
      expect(result.fills.length).toBeGreaterThan(5);
    }
  });
});
