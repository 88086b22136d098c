import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { expectSoundBook } from "../../market/book/testing/invariants.ts";
import type { OrderBook } from "../../market/index.ts";
import type { Policy } from "../policy.ts";
import { widthOf } from "../space.ts";
import type { ParallelEnvironment } from "./parallel-environment.ts";
import { seatEnvironment, selfPlayEnvironment } from "./self-play.ts";
import { createSharedBook, type SharedBookEnvironment } from "./shared-book-environment.ts";
import { roundProfit, Takers } from "./taker-market.ts";

const takers = (fields: Record<string, unknown> = {}) => ({ kind: "takers" as const, takers: 3, meanReservationTicks: 4, ...fields });
const solvable = { agents: 3, market: takers({ informedShare: 0.3, jumpTicks: 3 }), quoteLots: 3, steps: 6 };
const flow = { kind: "flow" as const, flow: { warmUpMs: 100 } };

/** Random actions of all agents. */
function dice(random: Random, { agents, actionSpace }: ParallelEnvironment): Float32Array {
  return Float32Array.from({ length: agents.length * widthOf(actionSpace) }, () =>
    actionSpace.kind === "discrete" ? random.below(actionSpace.count) : 2 * random.uniform() - 1,
  );
}

/** Cash and position of every owner from the log in words, before fees. */
function heldBy(book: OrderBook): Map<number, { cash: number; position: number }> {
  const held = new Map<number, { cash: number; position: number }>();
  const add = (owner: number, cash: number, position: number) => {
    const before = held.get(owner) ?? { cash: 0, position: 0 };
    held.set(owner, { cash: before.cash + cash, position: before.position + position });
  };
  for (let event = book.log.first; event < book.log.count; event++) {
    const { kind, side, ticks, lots, owner, makerOwner } = book.log.describe(event);
    if (kind !== "trade") continue;
    const sign = side === "buy" ? 1 : -1;
    add(owner, -sign * lots * ticks, sign * lots);
    add(makerOwner, sign * lots * ticks, -sign * lots);
  }
  return held;
}

describe("several agents in one book", () => {
  test("hold with all others nothing and owe nothing, over ten thousand sessions", { timeout: 60_000 }, () => {
    const environment = createSharedBook(solvable);
    const rewards = new Float64Array(3);
    let traded = 0;
    const wrong: string[] = [];
    for (let seed = 0; seed < 10_000; seed++) {
      const random = new Random(seed, 5);
      environment.reset(seed);
      rewards.fill(0);
      for (let step = 0; step < 6; step++) {
        if (step === 5) {
          const held = heldBy(environment.book);
          let [cash, position] = [0, 0];
          for (const each of held.values()) [cash, position] = [cash + each.cash, position + each.position];
          if (cash !== 0 || position !== 0) wrong.push(`seed ${seed}: all together have ${cash} and ${position} lots`);
          for (let index = 0; index < 3; index++) {
            const ledger = environment.ledger(index);
            const own = held.get(index + 1) ?? { cash: 0, position: 0 };
            if (ledger.cash !== own.cash || ledger.position !== own.position) wrong.push(`seed ${seed}: agent ${index}`);
          }
          traded += held.size;
        }
        environment.step(dice(random, environment));
        for (let index = 0; index < 3; index++) rewards[index]! += environment.rewards[index]!;
      }
      for (let index = 0; index < 3; index++) {
        const gap = rewards[index]! - environment.finalLedger(index)!.doubleWealth / 2;
        if (!(Math.abs(gap) < 1e-3)) wrong.push(`seed ${seed}: rewards of agent ${index} are off by ${gap}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(traded / 10_000).toBeGreaterThan(2.5);
  });

  test("in a flow too, with fees, limits and sound books", () => {
    const environment = createSharedBook({
      agents: 3,
      market: flow,
      actions: "offsets",
      halfSpreads: [0, 1, 2, 3, 4, 5],
      quoteLots: 3,
      maxInventoryLots: 5,
      fees: { makerBps: 1 },
      steps: 40,
    });
    let [lots, atLimit] = [0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(seed, 6);
      environment.reset(seed);
      // By dice, or all buying as they can, or all selling.
      const lean = seed % 3 === 0 ? null : seed % 3 === 1 ? [-1, 1] : [1, -1];
      for (let step = 0; step < 39; step++) {
        environment.step(lean ? Float32Array.from([...lean, ...lean, ...lean]) : dice(random, environment));
        expectSoundBook(environment.book);
        const held = heldBy(environment.book);
        expect([...held.values()].reduce((sum, { cash }) => sum + cash, 0)).toBe(0);
        for (let index = 0; index < 3; index++) {
          const { cash, position, fees } = environment.ledger(index);
          const own = held.get(index + 1) ?? { cash: 0, position: 0 };
          expect({ cash: cash + fees, position }).toEqual(own);
          expect(Math.abs(position)).toBeLessThanOrEqual(5);
          lots += Math.abs(position);
          if (Math.abs(position) === 5) atLimit++;
        }
      }
    }
    expect(lots).toBeGreaterThan(100);
    expect(atLimit).toBeGreaterThan(20);
  });

  test("nobody sees what the others do in the same step", () => {
    const [left, right] = [createSharedBook(solvable, { seed: 3 }), createSharedBook(solvable, { seed: 3 })];
    left.step(Float32Array.of(2, 4, 6));
    right.step(Float32Array.of(2, 5, 5));
    expect(left.observations).not.toEqual(right.observations);
    const own = left.observationNames.indexOf("own-half-spread");
    expect(left.observations[own]).toBe(right.observations[own]);
    const seen = (index: number) =>
      Array.from(left.observations.subarray(index * 13 + own, index * 13 + own + 3), (share) => Math.round(100 * share));
    expect([seen(0), seen(1), seen(2)]).toEqual([
      [30, 50, 60], // His own, the best and the mean of the others', over the widest.
      [50, 30, 50],
      [70, 30, 40],
    ]);
  });

  test("equal quotes are first as often, and the best take all", () => {
    const environment = createSharedBook({ ...solvable, market: takers(), steps: 20_000 });
    const best = { equal: [0, 0, 0], apart: [0, 0, 0] };
    const share = environment.observationNames.indexOf("own-lots-traded");
    for (const [name, actions] of [
      ["equal", [1, 1, 1]],
      ["apart", [1, 2, 3]],
    ] as const) {
      environment.reset(4);
      for (let step = 0; step < 3000; step++) {
        environment.step(Float32Array.from(actions));
        for (let index = 0; index < 3; index++) best[name][index]! += environment.observations[index * 13 + share]! * 3;
      }
    }
    const total = best.equal.reduce((sum, lots) => sum + lots, 0);
    for (const lots of best.equal) expect(Math.abs(lots / total - 1 / 3)).toBeLessThan(0.03);
    expect(best.apart[0]).toBeGreaterThan(1000);
    expect(best.apart.slice(1)).toEqual([0, 0]);
  });

  test("those who know take only what gains", () => {
    const environment = createSharedBook({ agents: 2, market: takers({ informedShare: 1, jumpTicks: 3 }), quoteLots: 3 });
    for (let step = 0; step < 20; step++) environment.step(Float32Array.of(2, 2)); // At 3 ticks.
    expect(heldBy(environment.book).size).toBe(0);
    environment.step(Float32Array.of(1, 2));
    expect(heldBy(environment.book).size).toBe(2);
  });

  test("what a round brings is what its formula says", () => {
    for (const market of [takers(), takers({ informedShare: 0.3, jumpTicks: 4 }), takers({ informedShare: 1, jumpTicks: 2 })]) {
      for (const choice of [0, 3]) {
        const rounds = 8_000;
        const environment = createSharedBook({ agents: 2, market, quoteLots: 3, steps: rounds }, { seed: 11 });
        let [sum, squares] = [0, 0];
        for (let step = 0; step < rounds; step++) {
          const before = [environment.ledger(0).position, environment.ledger(1).position];
          environment.step(Float32Array.of(choice, 9));
          // What was held before moves with the value, which goes up as often as down: it is taken out.
          const drift = environment.observations[environment.observationNames.indexOf("reference-change-ticks")]!;
          const profit = environment.rewards[0]! - before[0]! * drift;
          sum += profit;
          squares += profit * profit;
        }
        const mean = sum / rounds;
        const error = Math.sqrt((squares / rounds - mean * mean) / rounds);
        expect(Math.abs(mean - roundProfit(Takers.parse(market), choice + 1))).toBeLessThan(4 * error + 1e-9);
      }
    }
  });
});

describe("an episode", () => {
  const play = (environment: SharedBookEnvironment, steps: number, seed: number) => {
    const random = new Random(seed);
    const trace: number[] = [];
    for (let step = 0; step < steps; step++) {
      environment.step(dice(random, environment));
      trace.push(...environment.observations, ...environment.rewards, ...environment.truncated);
      if (environment.truncated[0] === 1) trace.push(...environment.finalObservations);
    }
    return trace;
  };
  const forms = fc.constantFrom(solvable, { agents: 2, market: flow, actions: "offsets" as const, steps: 5, inventoryPenalty: 0.1 });

  test("follows from its seed, fresh or used, and goes on where it was saved", () => {
    fc.assert(
      fc.property(forms, fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 9 }), (form, seed, steps) => {
        const [one, other] = [createSharedBook(form, { seed }), createSharedBook(form, { seed: seed + 1 })];
        play(other, 3, 1);
        other.reset(seed);
        expect(play(other, steps, 2)).toEqual(play(one, steps, 2));
        expect(other.book.log.hash(other.book.log.first)).toBe(one.book.log.hash(one.book.log.first));
        const resumed = createSharedBook(form);
        resumed.restore(JSON.parse(JSON.stringify(one.save())));
        expect(resumed.observations).toEqual(one.observations);
        expect(play(resumed, 7, 3)).toEqual(play(one, 7, 3));
        one.reset(seed + 1);
        other.reset(seed);
        expect(play(one, 4, 2)).not.toEqual(play(other, 4, 2));
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  test("is cut off for all by its last step; at the greatest loss it is over for the one and cut off for the others", () => {
    const calm = createSharedBook(solvable);
    for (let step = 0; step < 6; step++) calm.step(Float32Array.of(1, 1, 1));
    expect([[...calm.truncated], [...calm.terminated]]).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
    const strict = createSharedBook({ agents: 2, market: takers({ informedShare: 1, jumpTicks: 9 }), quoteLots: 3, maxLoss: 5 });
    strict.step(Float32Array.of(0, 3));
    expect([[...strict.truncated], [...strict.terminated]]).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(strict.finalLedger(0)!.doubleWealth).toBe(-2 * 3 * 8);
    expect(strict.ledger(0)).toEqual({ cash: 0, position: 0, fees: 0, doubleWealth: 0 });
  });

  test("can be looked at through each agent's eyes", () => {
    const environment = createSharedBook({ ...solvable, market: takers({ meanReservationTicks: 0.01 }) });
    environment.step(Float32Array.of(1, 4, 7));
    const text = environment.render(1);
    expect(text).toContain("agent-3  position 0 lots  wealth 0 ticks × lots  half-spread 8 ticks");
    expect(text.split("\n").filter((line) => line.includes("●"))).toEqual([
      expect.stringContaining("ask 1,000,005 3"),
      expect.stringContaining("bid   999,995 3"),
    ]);
  });

  test("refuses what is no action, no market and no saved state", () => {
    const environment = createSharedBook(solvable);
    for (const [bad, message] of [
      [Float32Array.of(1, 1), "2 numbers for 3 actions of 1"],
      [Float32Array.of(1, NaN, 1), "NaN is not an action"],
      [Float32Array.of(1, 10, 1), "10 is not an action"],
      [Float32Array.of(1, 0.5, 1), "0.5 is not an action"],
    ] as const)
      expect(() => environment.step(bad)).toThrow(
        expect.objectContaining({ code: "environment/invalid-action", message: expect.stringContaining(message) }),
      );
    expect(() => createSharedBook({ ...solvable, halfSpreads: [2, 2] })).toThrow("do not ascend");
    expect(() => createSharedBook({ ...solvable, quoteLots: 1 })).toThrow("cannot serve 3 takers");
    expect(() => createSharedBook({ ...solvable, agents: 0 })).toThrow("sharedBook.agents");
    expect(() => createSharedBook({ ...solvable, steps: 7 }).restore(environment.save())).toThrow("another market");
    expect(() => environment.restore({ ...environment.save(), actions: "AAAA" })).toThrow();
  });
});

/** Chooses by the first numbers that it sees. */
const watcher = (factor: number): Policy => ({
  observationSchema: "",
  observationSize: 13,
  actionSpace: { kind: "discrete", count: 10 },
  decide(observations, count, out) {
    for (let row = 0; row < count; row++) {
      const seen = observations[row * 13]! + observations[row * 13 + 3]! + observations[row * 13 + 5]!;
      out[row] = Math.abs(Math.round(factor * seen)) % 10;
    }
  },
});

describe("learners", () => {
  const worlds = () => [0, 1].map((seed) => createSharedBook(solvable, { seed }));

  test("see every agent of every world as a row, and all rows move at once", () => {
    const together = selfPlayEnvironment(worlds());
    together.reset(5);
    const apart = worlds();
    apart[0]!.reset(5);
    apart[1]!.reset(5 + 1_000_003);
    const random = new Random(8);
    expect(together.count).toBe(6);
    for (let step = 0; step < 15; step++) {
      const actions = apart.map((world) => dice(random, world));
      together.step(Float32Array.from(actions.flatMap((each) => [...each])));
      apart.forEach((world, index) => world.step(actions[index]!));
      for (const name of ["observations", "finalObservations", "rewards", "terminated", "truncated"] as const)
        expect([...together[name]]).toEqual(apart.flatMap((world) => [...world[name]]));
    }
    const resumed = selfPlayEnvironment(worlds());
    resumed.restore(JSON.parse(JSON.stringify(together.save())));
    expect(resumed.observations).toEqual(together.observations);
    expect(() => resumed.restore({ schema: "tradewind/worlds@1", worlds: [] })).toThrow("another number of worlds");
  });

  test("may sit in one seat while others play the rest, to the same end as playing all", () => {
    const policies = [watcher(7), watcher(11), watcher(5)];
    const seat = 1;
    const alone = seatEnvironment(worlds(), seat, (other) => policies[other]!);
    const together = selfPlayEnvironment(worlds());
    for (const environment of [alone, together]) environment.reset(9);
    const [own, all] = [new Float32Array(2), new Float32Array(6)];
    for (let step = 0; step < 15; step++) {
      policies[seat]!.decide(alone.observations, 2, own);
      for (let row = 0; row < 6; row++) {
        const action = new Float32Array(1);
        policies[row % 3]!.decide(together.observations.subarray(row * 13, (row + 1) * 13), 1, action);
        all[row] = action[0]!;
      }
      alone.step(own);
      together.step(all);
      for (let world = 0; world < 2; world++) {
        const row = world * 3 + seat;
        expect(alone.observations.subarray(world * 13, (world + 1) * 13)).toEqual(together.observations.subarray(row * 13, (row + 1) * 13));
        expect([alone.rewards[world], alone.truncated[world]]).toEqual([together.rewards[row], together.truncated[row]]);
      }
    }
    alone.seatOthers(() => watcher(3));
    alone.reset(9);
    alone.step(own);
    expect(() => seatEnvironment(worlds(), 3, () => watcher(1))).toThrow("seat 3 of 3");
  });
});
