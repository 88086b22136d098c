import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { eventField, eventKind, eventKindOf, eventSideOf, type OrderBook } from "../../market/index.ts";
import { avellanedaStoikovPolicy, constantSpreadPolicy } from "./book-baselines.ts";
import { createMarketMaking } from "./market-making.ts";
import { bestOfOthers, ownOrderOf, SlowView } from "./testing/slow-view.ts";

const session = { market: { warmUpMs: 500 }, stepMs: 200, steps: 40 };

/** Orders of the agent that rest, as side, lots and price. */
const quotesOf = (book: OrderBook): string[] =>
  [1, -1].flatMap((side) => {
    const order = ownOrderOf(book, 1, side);
    return order ? [`${side > 0 ? "buy" : "sell"} ${order.lots} at ${order.ticks}`] : [];
  });

const dice = (random: Random, count: number): Float32Array => Float32Array.from({ length: 2 * count }, () => 2 * random.uniform() - 1);

describe("quotes", () => {
  test("stand where the action puts them, or a tick before what would trade", () => {
    // Nobody else: a market whose only trader does nothing. Its mid is where nothing has ever been: 0, so quotes stand at 1 tick.
    const quiet = {
      name: "zero-intelligence",
      params: { marketRate: 0, cancelRates: Array(10).fill(0.001), limitRates: Array(10).fill(0.01) },
    };
    const environment = createMarketMaking(
      { session: { market: { warmUpMs: 0, traders: [quiet] }, stepMs: 1, steps: 50 }, quoteLots: 2, maxOffsetTicks: 20 },
      { count: 1, seed: 3 },
    );
    const book = environment.book(0);
    const mid = environment.ledger(0).doubleMidTicks / 2;
    environment.step(Float32Array.of(0.5, 0)); // 15 and 10 ticks away.
    expect(quotesOf(book)).toEqual([`buy 2 at ${Math.floor(mid - 15)}`, `sell 2 at ${Math.ceil(mid + 10)}`]);
    environment.step(Float32Array.of(-1, -1)); // At the mid price itself, or the ticks on either side.
    const [bid, ask] = quotesOf(book).map((quote) => Number(quote.split(" at ")[1]));
    expect(ask! - bid!).toBeGreaterThanOrEqual(1);
    expect([book.bestBidTicks, book.bestAskTicks]).toEqual([bid, ask]);
    expect(environment.ledger(0).position).toBe(0);
  });

  test("do so in a market that moves, with a skew that puts one beyond where the other stood", () => {
    // Orders arrive just before the step ends, so that the book is seen as they left it.
    const environment = createMarketMaking(
      { session: { ...session, latencyMs: 199.999 }, maxOffsetTicks: 4, skewTicksPerLot: 3, maxInventoryLots: 6 },
      { count: 1, seed: 2 },
    );
    const book = environment.book(0);
    const random = new Random(4);
    let [moved, held] = [0, 0];
    for (let step = 0; step < 2000; step++) {
      const { position, doubleMidTicks } = environment.ledger(0);
      const actions = dice(random, 1);
      environment.step(actions);
      if (environment.terminated[0] === 1) continue;
      const reference = doubleMidTicks / 2 - 3 * position;
      const wantedBid = Math.floor(reference - 2 * (1 + actions[0]!));
      const wantedAsk = Math.max(wantedBid + 1, Math.ceil(reference + 2 * (1 + actions[1]!)));
      const [bid, ask] = [Math.min(wantedBid, bestOfOthers(book, 1, -1) - 1), Math.max(wantedAsk, bestOfOthers(book, 1, 1) + 1)];
      if (bid >= ask) throw new Error("both quotes are at odds");
      expect([ownOrderOf(book, 1, 1)?.ticks ?? bid, ownOrderOf(book, 1, -1)?.ticks ?? ask]).toEqual([bid, ask]);
      if (bid !== wantedBid || ask !== wantedAsk) moved++;
      if (position !== 0) held++;
    }
    expect(moved).toBeGreaterThan(100);
    expect(held).toBeGreaterThan(300);
  });

  test("are as large as the action says, and grow when it says more", () => {
    const environment = createMarketMaking({ session, maxOffsetTicks: 100, quoteLots: 8, choosesLots: true }, { count: 1, seed: 3 });
    const shown = (...sizes: number[]) => {
      environment.step(Float32Array.of(1, 1, ...sizes));
      return quotesOf(environment.book(0)).map((quote) => quote.slice(0, quote.indexOf(" at")));
    };
    expect(shown(-0.5, 1)).toEqual(["buy 2", "sell 8"]);
    expect(shown(0, -1)).toEqual(["buy 4"]);
    expect(shown(-0.25, -0.9)).toEqual(["buy 3"]);
    expect(shown(1, 0.5)).toEqual(["buy 8", "sell 6"]);
  });

  test("that do not move keep their place in the queue and send no messages", () => {
    const environment = createMarketMaking({ session, maxOffsetTicks: 1000 }, { count: 1, seed: 2 });
    environment.step(Float32Array.of(0.9, 1));
    const ids = ownAcceptances(environment.book(0));
    const [bidTicks] = quotesOf(environment.book(0)).map((quote) => Number(quote.split(" at ")[1]));
    for (let step = 0; step < 20; step++) {
      const offset = (environment.ledger(0).doubleMidTicks / 2 - bidTicks! - 0.5) / 1000;
      environment.step(Float32Array.of(2 * offset - 1, 1));
    }
    expect(quotesOf(environment.book(0))[0]).toBe(`buy 1 at ${bidTicks}`);
    const events = ownEvents(environment.book(0)).filter(({ kind, side }) => kind !== eventKind.trade && side > 0);
    expect(events.length).toBe(1);
    expect(ids).toBe(2);
  });
});

/** How many orders of the agent the book has accepted. */
const ownAcceptances = (book: OrderBook): number => ownEvents(book).filter(({ kind }) => kind === eventKind.accepted).length;

function ownEvents({ log }: OrderBook): { kind: number; side: number; time: number }[] {
  const found: { kind: number; side: number; time: number }[] = [];
  for (let event = log.first; event < log.count; event++) {
    const code = log.read(event, eventField.code);
    if (log.read(event, eventField.owner) === 1)
      found.push({ kind: eventKindOf(code), side: eventSideOf(code), time: log.read(event, eventField.time) });
  }
  return found;
}

test.each([0, 150])("with %s ms of latency the position never exceeds its limit and quotes never take", (latencyMs) => {
  const [count, limit] = [20, 4];
  const environment = createMarketMaking(
    { session: { ...session, latencyMs }, quoteLots: 3, maxOffsetTicks: 2, maxInventoryLots: limit, closesAtEnd: false },
    { count, seed: 5 },
  );
  const random = new Random(6);
  let [most, traded] = [0, 0];
  for (let step = 0; step < 400; step++) {
    environment.step(dice(random, count));
    for (let index = 0; index < count; index++) {
      const { position, boughtLots, soldLots, makerLots } = environment.finalLedger(index) ?? environment.ledger(index);
      most = Math.max(most, Math.abs(position));
      if (makerLots !== boughtLots + soldLots) throw new Error("a quote has taken");
      traded += makerLots;
    }
  }
  expect(most).toBe(limit); // It is reached, and never passed: also between steps, for positions only grow by quotes that fit.
  expect(traded).toBeGreaterThan(1000);
});

test("an observation tells what a plain look at book, log and account does", () => {
  const environment = createMarketMaking(
    { session: { ...session, memorySteps: 7 }, quoteLots: 4, maxOffsetTicks: 3, maxInventoryLots: 9 },
    { count: 1, seed: 8 },
  );
  const book = environment.book(0);
  const random = new Random(3);
  let quoted = 0;
  for (let episode = 0; episode < 20; episode++) {
    const view = new SlowView(book, 7);
    for (let step = 1; step < session.steps; step++) {
      environment.step(dice(random, 1));
      const [bid, ask] = [ownOrderOf(book, 1, 1), ownOrderOf(book, 1, -1)];
      if (bid && ask) quoted++;
      const expected = {
        "inventory-share": environment.ledger(0).position / 9,
        "time-left": 1 - step / session.steps,
        "bid-open": (bid?.lots ?? 0) / 4,
        "ask-open": (ask?.lots ?? 0) / 4,
        "bid-distance": bid?.distance ?? 0,
        "ask-distance": ask?.distance ?? 0,
        "bid-queue": bid?.queue ?? 0,
        "ask-queue": ask?.queue ?? 0,
        ...view.look(book),
      };
      expect(Object.keys(expected)).toEqual(environment.observationNames);
      for (const [at, value] of Object.values(expected).entries()) {
        if (Math.abs(environment.observations[at]! - value) > 1e-5 * Math.max(1, Math.abs(value)))
          throw new Error(`${environment.observationNames[at]} is ${environment.observations[at]}, not ${value}`);
      }
    }
    environment.step(dice(random, 1));
  }
  expect(quoted).toBeGreaterThan(200);
});

test.each([0, 150])("orders reach the book %s ms after the decision", (latencyMs) => {
  const environment = createMarketMaking({ session: { ...session, latencyMs }, maxOffsetTicks: 3 }, { count: 1, seed: 5 });
  const random = new Random(6);
  for (let step = 0; step < 20; step++) environment.step(dice(random, 1));
  const times = ownEvents(environment.book(0)).flatMap(({ kind, time }) => (kind === eventKind.trade ? [] : [time % session.stepMs]));
  expect(times.length).toBeGreaterThan(20);
  expect(new Set(times)).toEqual(new Set([latencyMs]));
});

describe("rewards", () => {
  /** Sums of rewards of whole episodes beside their final wealth and the squares of inventories on the way. */
  function episodes(fields: Parameters<typeof createMarketMaking>[0]) {
    const environment = createMarketMaking({ session, maxOffsetTicks: 3, ...fields }, { count: 10, seed: 1 });
    const random = new Random(2);
    const running = Array.from({ length: 10 }, () => ({ reward: 0, squares: 0 }));
    const ended: { reward: number; squares: number; wealth: number; position: number; closed: number }[] = [];
    while (ended.length < 30) {
      environment.step(dice(random, 10));
      for (const [index, episode] of running.entries()) {
        episode.reward += environment.rewards[index]!;
        const final = environment.finalLedger(index);
        if (!final) {
          episode.squares += environment.ledger(index).position ** 2;
          continue;
        }
        ended.push({ ...episode, wealth: final.doubleWealth / 2, position: final.position, closed: environment.terminated[index]! });
        Object.assign(episode, { reward: 0, squares: 0 });
      }
    }
    return ended;
  }

  test("sum to the wealth of the episode, what closing the position costs included", () => {
    for (const { reward, wealth, position } of episodes({})) {
      expect(reward).toBeCloseTo(wealth, 3);
      expect(position).toBe(0);
    }
  });

  test("are less by the penalty for each lot² that was held", () => {
    for (const { reward, wealth, squares, position } of episodes({ inventoryPenalty: 0.25, closesAtEnd: false }))
      expect(reward).toBeCloseTo(wealth - 0.25 * (squares + position ** 2), 2);
  });

  test("are less by the final penalty only at a close", () => {
    const [plain, dear] = [episodes({}), episodes({ finalInventoryPenalty: 2 })];
    const differences = plain.map(({ reward }, index) => (reward - dear[index]!.reward) / 2);
    expect(
      differences.every(
        (squares) => Math.abs(Math.sqrt(Math.abs(squares)) % 1) < 1e-3 || Math.abs(Math.sqrt(Math.abs(squares)) % 1) > 0.999,
      ),
    ).toBe(true);
    expect(differences.some((squares) => squares > 0.5)).toBe(true);
    const cut = episodes({ finalInventoryPenalty: 2, closesAtEnd: false });
    for (const { reward, wealth } of cut) expect(reward).toBeCloseTo(wealth, 3);
  });
});

describe("endings", () => {
  const run = (fields: Parameters<typeof createMarketMaking>[0], seed = 4) => {
    const environment = createMarketMaking({ session, maxOffsetTicks: 3, ...fields }, { count: 1, seed });
    const random = new Random(1);
    for (let step = 1; step <= session.steps; step++) {
      environment.step(dice(random, 1));
      if (environment.terminated[0] || environment.truncated[0]) {
        return { step, terminated: environment.terminated[0], truncated: environment.truncated[0], final: environment.finalLedger(0)! };
      }
    }
    throw new Error("no end");
  };

  test("a session that closes terminates, with nothing held", () => {
    expect(run({})).toMatchObject({ step: session.steps, terminated: 1, truncated: 0, final: { position: 0 } });
  });

  test("one that goes on is cut off, with what is held", () => {
    const held = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const { step, terminated, truncated, final } = run({ closesAtEnd: false, maxOffsetTicks: 1 }, seed);
      expect([step, terminated, truncated]).toEqual([session.steps, 0, 1]);
      return final.position;
    });
    expect(held.some((position) => position !== 0)).toBe(true);
  });

  test("the loss that is allowed terminates it before, also one that goes on", () => {
    const environment = createMarketMaking(
      { session: { ...session, fees: { makerBps: 25 } }, maxOffsetTicks: 3, maxLoss: 40, closesAtEnd: false },
      { count: 1, seed: 4 },
    );
    const random = new Random(1);
    let ruined = 0;
    for (let step = 0; step < 1000; step++) {
      const before = environment.ledger(0).doubleWealth;
      expect(before).toBeGreaterThan(-80); // Twice the loss in ticks × lots, for wealth is told in halves.
      environment.step(dice(random, 1));
      if (environment.terminated[0] === 0) continue;
      const final = environment.finalLedger(0)!;
      expect([environment.truncated[0], final.position]).toEqual([0, 0]);
      expect(final.doubleWealth).toBeLessThanOrEqual(-80);
      ruined++;
    }
    expect(ruined).toBeGreaterThan(10);
  });
});

describe("baselines", () => {
  const environment = createMarketMaking({ session, maxOffsetTicks: 10, maxInventoryLots: 10 }, { count: 1, seed: 1 });
  const place = (name: string) => environment.observationNames.indexOf(name);
  const decided = (policy: ReturnType<typeof constantSpreadPolicy>, inventory: number, timeLeft: number) => {
    const observation = new Float32Array(environment.observationNames.length);
    observation[place("inventory-share")] = inventory / 10;
    observation[place("time-left")] = timeLeft;
    const out = new Float32Array(2);
    policy.decide(observation, 1, out);
    return [...out].map((action) => 5 * (1 + action)); // Distances in ticks.
  };

  test("a constant spread stays where it is", () => {
    const policy = constantSpreadPolicy(environment, 3);
    for (const inventory of [-10, 0, 7]) expect(decided(policy, inventory, 0.5)).toEqual([expect.closeTo(3, 5), expect.closeTo(3, 5)]);
  });

  test("Avellaneda & Stoikov lean by qγσ²(T − t), half a tick nearer because prices are rounded away", () => {
    const policy = avellanedaStoikovPolicy(environment, { riskAversion: 0.1, volatility: 1.5, decay: 0.5 });
    const seconds = (session.steps * session.stepMs) / 1000;
    const half = (0.1 * 2.25 * seconds * 0.25) / 2 + 10 * Math.log(1.2);
    const skew = 2 * 0.1 * 2.25 * seconds * 0.25;
    expect(decided(policy, 2, 0.25)).toEqual([half + skew - 0.5, Math.max(0, half - skew - 0.5)].map((ticks) => expect.closeTo(ticks, 4)));
  });
});
