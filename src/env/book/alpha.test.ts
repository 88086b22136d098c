import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { eventKind, instruction, type OrderBook } from "../../market/index.ts";
import { randomOperation, apply } from "../../market/book/testing/operations.ts";
import { Alpha, type AlphaEnvironment, createAlpha } from "./alpha.ts";
import { bookFee } from "./book-account.ts";
import { BookLane } from "./book-lane.ts";
import { BookSession } from "./book-session.ts";
import { closeOutValue, TargetOrder } from "./target-order.ts";

const session = (fields: Record<string, unknown> = {}) => ({
  market: { warmUpMs: 500 },
  stepMs: 100,
  steps: 12,
  fees: { makerBps: -0.2, takerBps: 1 },
  ...fields,
});

const short = { session: session(), orders: "taker-and-maker", positionLots: 4 } as const;

/** Random choices, one an environment. */
const dice = (random: Random, { count, actionSpace }: AlphaEnvironment): Int32Array =>
  Int32Array.from({ length: count }, () => random.below(actionSpace.kind === "discrete" ? actionSpace.count : 0));

/** Cash, position and fees of the agent from the log in words, without the account. */
function tradedBy(book: OrderBook, owner: number, { makerBps, takerBps }: { makerBps: number; takerBps: number }) {
  const sum = { cash: 0, position: 0, fees: 0 };
  for (let event = book.log.first; event < book.log.count; event++) {
    const { kind, side, ticks, lots, owner: taker, makerOwner } = book.log.describe(event);
    if (kind !== "trade") continue;
    const roles = [
      [taker, side === "buy" ? 1 : -1, takerBps],
      [makerOwner, side === "buy" ? -1 : 1, makerBps],
    ] as const;
    for (const [who, sign, bps] of roles) {
      if (who !== owner) continue;
      const fee = Math.ceil((lots * ticks * bps) / 10_000);
      sum.cash -= sign * lots * ticks + fee;
      sum.position += sign * lots;
      sum.fees += fee;
    }
  }
  return sum;
}

describe("money and lots", () => {
  test("are those of the log over ten thousand sessions, limits hold, and rewards add up to wealth", { timeout: 60_000 }, () => {
    const count = 50;
    const environment = createAlpha(
      { ...short, session: session({ latencyMs: 30, steps: 4, market: { warmUpMs: 100 } }), maxLossTicks: 3 },
      { count, book: { logCapacity: 4096 } },
    );
    const { fees } = BookSession.parse(session());
    let [sessions, terminations, traded] = [0, 0, 0];
    const rewards = new Float64Array(count);
    const wrong: string[] = [];
    for (let seed = 0; sessions < 10_000; seed++) {
      const random = new Random(seed, 77);
      environment.reset(seed);
      rewards.fill(0);
      for (let step = 0; step < 4; step++) {
        environment.step(dice(random, environment));
        for (let index = 0; index < count; index++) {
          rewards[index]! += environment.rewards[index]!;
          const ended = environment.finalLedger(index);
          const ledger = ended ?? environment.ledger(index);
          const { cash, position, fees: paid } = ledger;
          if (Math.abs(position) > 4) wrong.push(`seed ${seed}, ${index}: ${position} lots`);
          if (position !== ledger.boughtLots - ledger.soldLots) wrong.push(`seed ${seed}, ${index}: lots do not add up`);
          if (cash !== ledger.soldValue - ledger.boughtValue - paid) wrong.push(`seed ${seed}, ${index}: money does not add up`);
          if (!ended && step === 2) {
            const told = tradedBy(environment.book(index), 1, fees);
            if (told.cash !== cash || told.position !== position || told.fees !== paid) wrong.push(`seed ${seed}, ${index}: not the log's`);
          }
          if (!ended) continue;
          const gap = rewards[index]! - ledger.doubleWealth / 2 / 4;
          if (!(Math.abs(gap) < 1e-3)) wrong.push(`seed ${seed}, ${index}: rewards are off by ${gap}`); // They are float32.
          rewards[index] = 0;
          sessions++;
          terminations += environment.terminated[index]!;
          traded += ledger.boughtLots + ledger.soldLots;
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(terminations).toBeGreaterThan(100);
    expect(traded / sessions).toBeGreaterThan(2);
  });

  test("a position can be closed at what the book shows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: -60, max: 60 }), (seed, position) => {
        const lane = new BookLane(BookSession.parse({}), {});
        const random = new Random(seed);
        for (let count = 0; count < 40; count++) apply(lane.book, { ...randomOperation(random, 100, count), displayLots: 0 });
        lane.doubleMidTicks = 199;
        const value = closeOutValue(lane, position, 2);
        const { book } = lane;
        let worst = position > 0 ? 99 : 100;
        const last = book.log.count;
        if (position !== 0) book.submit(999_999, position > 0 ? -1 : 1, 0, Math.abs(position), instruction.market, 5);
        let [lots, sum] = [0, 0];
        for (let event = last; event < book.log.count; event++) {
          const record = book.log.describe(event);
          if (record.kind !== "trade") continue;
          lots += record.lots;
          sum += record.lots * record.ticks;
          worst = record.ticks;
        }
        sum += (Math.abs(position) - lots) * worst;
        expect(value).toBe(position === 0 ? 0 : Math.sign(position) * sum - bookFee(sum, 2));
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  test("what a position could be closed at is never more than the mid gives", () => {
    const environments = (["mid", "close-out"] as const).map((markAt) =>
      createAlpha({ ...short, markAt, maxLossTicks: null }, { count: 8, seed: 3 }),
    );
    const random = new Random(4);
    const sums = [0, 0];
    for (let step = 0; step < 11; step++) {
      const actions = dice(random, environments[0]!);
      for (const [which, environment] of environments.entries()) {
        environment.step(actions);
        sums[which]! += environment.rewards.reduce((sum, reward) => sum + reward, 0);
        expect(environment.observations.slice(3)).not.toEqual(environment.observations.slice(0, -3));
      }
      expect(environments[0]!.ledger(2)).toEqual(environments[1]!.ledger(2));
    }
    expect(sums[1]).toBeLessThan(sums[0]!);
  });
});

describe("orders towards a target", () => {
  const lane = () => {
    const each = new BookLane(BookSession.parse({}), {});
    for (const [id, side, ticks, lots] of [
      [901, 1, 99, 3],
      [902, 1, 98, 9],
      [903, -1, 101, 3],
      [904, -1, 103, 9],
    ] as const)
      each.book.submit(id, side, ticks, lots, instruction.gtc, 1000);
    each.account.begin(each.book.log);
    return each;
  };
  const move = (each: BookLane, order: TargetOrder, target: number, isPassive: boolean, reach = 5) => {
    order.decide(each, target, isPassive, reach);
    order.send(each);
    each.account.update(each.book.log);
    return [each.account.position, order.signedLots(each.book)];
  };

  test("taking goes no further than it may", () => {
    expect(move(lane(), new TargetOrder(), 5, false, 1)).toEqual([3, 0]);
    expect(move(lane(), new TargetOrder(), 5, false, 2)).toEqual([5, 0]);
    expect(move(lane(), new TargetOrder(), -5, false, 0)).toEqual([-3, 0]);
    expect(move(lane(), new TargetOrder(), 0, false)).toEqual([0, 0]);
  });

  test("waiting stands at the best price, keeps its place, counts what traded, and goes when the mind changes", () => {
    const each = lane();
    const order = new TargetOrder();
    expect(move(each, order, 5, true)).toEqual([0, 5]);
    expect(order.lotsAhead(each.book)).toBe(3);
    each.book.submit(905, 1, 99, 2, instruction.gtc, 1000);
    each.book.submit(906, -1, 99, 4, instruction.ioc, 1000);
    expect(move(each, order, 5, true)).toEqual([1, 4]);
    expect(order.lotsAhead(each.book)).toBe(0); // Not behind order 905.
    expect(move(each, order, 2, true)).toEqual([1, 1]);
    expect(order.lotsAhead(each.book)).toBe(2); // Anew, and behind it.
    expect(move(each, order, -2, true)).toEqual([1, -3]);
    expect(move(each, order, 1, true)).toEqual([1, 0]);
  });

  test("nothing is sent where there is nobody, and a waiting order that would trade on arrival is refused", () => {
    const each = lane();
    const order = new TargetOrder();
    order.decide(each, 4, true, 0);
    each.book.cancel(903);
    each.book.submit(907, -1, 99, 20, instruction.gtc, 1000); // The price of 99 is an ask when the order arrives.
    order.send(each);
    expect([each.account.position, order.openLots(each.book)]).toEqual([0, 0]);
    each.book.cancel(901);
    each.book.cancel(902);
    expect(move(each, order, 4, true)).toEqual([0, 0]);
    expect(move(each, order, -4, false)).toEqual([0, 0]);
  });
});

test("what is observed says where the price goes: queue imbalance and the weighted mid lead, as in Gould & Bonart (2016)", () => {
  const environment = createAlpha({ ...short, session: session({ steps: 300, market: {} }), maxLossTicks: null }, { count: 10, seed: 3 });
  const { observationNames: names } = environment;
  const size = names.length;
  const places = ["imbalance", "weighted-mid-lean-ticks"].map((name) => names.indexOf(name));
  const change = names.indexOf("mid-change-ticks");
  const pairs: [number[], number][] = [];
  for (let step = 0; step < 290; step++) {
    const before = environment.observations.slice();
    environment.step(new Int32Array(10).fill(1));
    for (let index = 0; index < 10; index++) {
      pairs.push([places.map((place) => before[index * size + place]!), environment.observations[index * size + change]!]);
    }
  }
  for (let which = 0; which < 2; which++) {
    const [x, y] = [pairs.map(([signs]) => signs[which]!), pairs.map(([, move]) => move)];
    const [mx, my] = [x, y].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length) as [number, number];
    let [xy, xx, yy] = [0, 0, 0];
    for (let at = 0; at < x.length; at++) {
      xy += (x[at]! - mx) * (y[at]! - my);
      xx += (x[at]! - mx) ** 2;
      yy += (y[at]! - my) ** 2;
    }
    expect(xy / Math.sqrt(xx * yy)).toBeGreaterThan(5 / Math.sqrt(x.length)); // Five standard errors.
  }
});

describe("a session", () => {
  const play = (environment: AlphaEnvironment, steps: number, random = new Random(9)) => {
    const trace: number[] = [];
    for (let step = 0; step < steps; step++) {
      environment.step(dice(random, environment));
      trace.push(...environment.rewards, ...environment.observations, ...environment.terminated, ...environment.truncated);
    }
    return trace;
  };

  test("is the same for the same seed, in a fresh environment and in one that was used, and differs for another", () => {
    const [one, other] = [createAlpha(short, { count: 3, seed: 5 }), createAlpha(short, { count: 3, seed: 1 })];
    play(other, 7);
    other.reset(5);
    expect(play(other, 20)).toEqual(play(one, 20));
    const third = createAlpha(short, { count: 3, seed: 6 });
    one.reset(5);
    expect(play(third, 20)).not.toEqual(play(one, 20));
  });

  test("goes on where it was saved, also in the middle of an episode", () => {
    const environment = createAlpha(short, { count: 3, seed: 5 });
    play(environment, 17, new Random(1));
    const state = JSON.parse(JSON.stringify(environment.save())) as unknown;
    const observations = environment.observations.slice();
    const after = play(environment, 20, new Random(2));
    const resumed = createAlpha(short, { count: 3 });
    resumed.restore(state);
    expect(resumed.observations).toEqual(observations);
    expect(play(resumed, 20, new Random(2))).toEqual(after);
  });

  test("is cut off by its last step and ended by its greatest loss", () => {
    const calm = createAlpha({ ...short, maxLossTicks: null }, { count: 4, seed: 2 });
    const truncations: number[] = [];
    for (let step = 1; step <= 24; step++) {
      calm.step(new Int32Array(4).fill(1));
      if (calm.truncated[0] === 1) truncations.push(step);
      expect(calm.terminated).toEqual(new Uint8Array(4));
    }
    expect(truncations).toEqual([12, 24]);
    const strict = createAlpha({ ...short, maxLossTicks: 0.5 }, { count: 4, seed: 2 });
    strict.step(new Int32Array(4).fill(2)); // The spread and the fee alone are more.
    expect(strict.terminated).toEqual(new Uint8Array(4).fill(1));
    expect(strict.truncated).toEqual(new Uint8Array(4));
    expect(strict.finalLedger(0)!.doubleWealth).toBeLessThanOrEqual(-2 * 0.5 * 4);
    expect(strict.finalObservations[0]).toBe(1);
    expect(strict.observations[0]).toBe(0);
  });

  test("that ends of itself in its last step is not cut off, and leaves no order to the next one", () => {
    const one = createAlpha({ ...short, maxLossTicks: 0.5, session: session({ steps: 1 }) }, { count: 4, seed: 2 });
    one.step(new Int32Array(4).fill(2));
    expect([[...one.terminated], [...one.truncated]]).toEqual([
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
    const waiting = createAlpha({ ...short, maxLossTicks: null, session: session({ steps: 3 }) }, { count: 20, seed: 2 });
    const size = waiting.observationNames.length;
    const resting = waiting.observationNames.indexOf("resting-share");
    const restingNow = (column: Float32Array) => Array.from({ length: 20 }, (_, index) => column[index * size + resting]!);
    for (let step = 0; step < 3; step++) waiting.step(new Int32Array(20).fill(5));
    expect(restingNow(waiting.finalObservations).filter((share) => share > 0).length).toBeGreaterThan(10);
    expect(restingNow(waiting.observations)).toEqual(new Array(20).fill(0));
  });

  test("an order that is on its way does not see what comes, and trades at what it then meets", () => {
    const late = createAlpha({ ...short, session: session({ latencyMs: 90 }) }, { count: 1, seed: 8 });
    const soon = createAlpha({ ...short, session: session() }, { count: 1, seed: 8 });
    for (const environment of [late, soon]) environment.step(Int32Array.of(2));
    const timeOf = (environment: AlphaEnvironment) => {
      const { log } = environment.book(0);
      for (let event = log.first; event < log.count; event++) {
        const { kind, owner, time } = log.describe(event);
        if (eventKind[kind] === eventKind.trade && owner === 1) return time;
      }
      return NaN;
    };
    expect([timeOf(soon), timeOf(late)]).toEqual([0, 90]);
  });

  test("in event time a decision follows so many messages, or the longest wait, whichever comes first", () => {
    const session = { market: { warmUpMs: 500 }, stepMs: 1000, steps: 1000, latencyMs: 5 };
    const quick = createAlpha({ ...short, session: { ...session, stepMessages: 7 } }, { count: 1, seed: 8 });
    const slow = createAlpha({ ...short, session: { ...session, stepMessages: 1_000_000 } }, { count: 1, seed: 8 });
    let [last, sum] = [0, 0];
    for (let step = 0; step < 40; step++) {
      const from = quick.book(0).log.count;
      quick.step(Int32Array.of(1));
      slow.step(Int32Array.of(1));
      const { log, time } = quick.book(0);
      let messages = 0;
      for (let event = from; event < log.count; event++) {
        const { kind, reason } = log.describe(event);
        if (kind === "accepted" || kind === "replaced" || (kind === "cancelled" && reason === "requested")) messages++;
      }
      expect(messages).toBe(7);
      expect(time - last).toBeGreaterThan(0);
      sum += time - last;
      last = time;
      expect(slow.book(0).time).toBe((step + 1) * 1000);
    }
    expect(sum / 40).toBeLessThan(1000);
    const resumed = createAlpha({ ...short, session: { ...session, stepMessages: 7 } }, { count: 1 });
    resumed.restore(quick.save());
    expect(resumed.observations).toEqual(quick.observations);
    expect(resumed.book(0).time).toBe(last);
  });

  test("can be looked at", () => {
    const environment = createAlpha(short, { count: 2, seed: 5 });
    environment.step(Int32Array.of(1, 5));
    const [state, ...depth] = environment.render(1).split("\n");
    expect(state).toMatch(/^100 ms {2}position \d lots {2}wealth \S+ ticks × lots {2}fees 0 {2}\d lots traded by resting$/);
    expect(depth.filter((line) => line.startsWith("ask")).length).toBeGreaterThan(3);
    expect(depth.filter((line) => line.includes("● 4 own"))).toHaveLength(1);
    expect(environment.render()).not.toContain("●");
  });

  test("says what its numbers are and refuses what is no choice", () => {
    const environment = createAlpha(short, { count: 2 });
    const size = environment.observationSpace.kind === "box" ? environment.observationSpace.size : 0;
    expect(environment.observationNames).toHaveLength(size);
    expect(new Set(environment.observationNames).size).toBe(size);
    expect(environment.observations.every(Number.isFinite)).toBe(true);
    expect(() => environment.step(Int32Array.of(0, 6))).toThrow("6 is not an action");
    expect(() => environment.step(Float32Array.of(0, NaN))).toThrow("NaN is not an action");
    expect(() => createAlpha({ ...short, positionLots: 0 }, { count: 1 })).toThrow("alpha.positionLots");
    expect(createAlpha({ ...short, levels: 2 }, { count: 1 }).observationSchema).not.toBe(environment.observationSchema);
    expect(Alpha.parse({}).orders).toBe("taker");
  });
});
