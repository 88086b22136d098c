import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { RecordingBuilder, rowKind } from "../../domain/index.ts";
import { buy, eventField, indexRecording, type OrderBook, RecordedMarket, sell } from "../../market/index.ts";
import { createMarketMaking } from "./market-making.ts";
import { createOptimalExecution } from "./optimal-execution.ts";
import { ownOrderOf } from "./testing/slow-view.ts";
import { tradesOf } from "./testing/trades-of.ts";

// What scenarios do to the agent's side of a market, and markets other than synthetic ones.

const session = { market: { warmUpMs: 500 }, stepMs: 100, steps: 40 };
const during = (scenario: string, params: Record<string, unknown>) => ({
  ...session,
  market: { ...session.market, scenarios: [{ scenario, params: { durationMs: 1000, ...params }, onsetMs: 1050 }] },
});

const dice = (random: Random, size: number): Float32Array => Float32Array.from({ length: size }, () => 2 * random.uniform() - 1);

/** Times of all that the agent's orders did in a book. */
function ownTimes({ log }: OrderBook): number[] {
  const times: number[] = [];
  for (let event = log.first; event < log.count; event++) {
    if (log.read(event, eventField.owner) === 1 || log.read(event, eventField.otherOwner) === 1)
      times.push(log.read(event, eventField.time));
  }
  return times;
}

test("while the venue is halted nothing of the agent reaches it", () => {
  const environment = createMarketMaking({ session: during("exchange-halt", {}), maxOffsetTicks: 3 }, { count: 1, seed: 1 });
  const random = new Random(2);
  for (let step = 0; step < session.steps - 1; step++) environment.step(dice(random, 2));
  const times = ownTimes(environment.book(0));
  expect(times.filter((time) => time > 1050 && time < 2050)).toEqual([]);
  expect([times.some((time) => time < 1050), times.some((time) => time >= 2050)]).toEqual([true, true]);
});

test("nor at the end: a session that closes in a halt keeps what is held, and an execution cannot fill", () => {
  const market = { ...session.market, scenarios: [{ scenario: "exchange-halt", params: { durationMs: 60_000 }, onsetMs: 2010 }] };
  const quoting = createMarketMaking({ session: { ...session, market }, maxOffsetTicks: 1 }, { count: 20, seed: 1 });
  const random = new Random(2);
  for (let step = 0; step < session.steps; step++) quoting.step(dice(random, 40));
  expect(quoting.terminated.every((flag) => flag === 1)).toBe(true);
  expect(Array.from({ length: 20 }, (_, index) => quoting.finalLedger(index)!.position).some((position) => position !== 0)).toBe(true);
  const selling = createOptimalExecution({ session: { ...session, market }, quantityLots: 40 }, { count: 1, seed: 1 });
  for (let step = 0; step < session.steps; step++) selling.step(Float32Array.of(0));
  expect(selling.terminated[0]).toBe(1);
  expect(selling.finalLedger(0)!.soldLots).toBe(21); // One at each of the decisions at 0, 100, …, 2000 ms.
  expect(selling.finalShortfallBps[0]).toBeGreaterThan(400);
});

test("while the feed is stale an agent sees the market as it was and itself as it is; a restored one too", () => {
  const make = () => createMarketMaking({ session: during("stale-feed", {}), maxOffsetTicks: 3 }, { count: 1, seed: 3 });
  const environment = make();
  const random = new Random(2);
  const own = environment.observationNames.indexOf("bid-queue");
  let shown: number[] = [];
  let [moved, renewed] = [0, 0];
  for (let step = 1; step < session.steps; step++) {
    const before = environment.book(0).log.count;
    environment.step(dice(random, 2));
    const isStale = step * session.stepMs > 1050 && step * session.stepMs < 2050;
    const now = [...environment.observations.subarray(own)];
    if (isStale) {
      expect(now).toEqual(shown);
      if (environment.book(0).log.count > before) moved++;
      const copy = make();
      copy.restore(environment.save());
      expect([...copy.observations]).toEqual([...environment.observations]);
    } else if (now.some((value, at) => value !== shown[at])) renewed++;
    expect(environment.observations[1]).toBeCloseTo(1 - step / session.steps, 6);
    shown = now;
  }
  expect(moved).toBeGreaterThan(5);
  expect(renewed).toBeGreaterThan(15); // Of 29 steps with a feed.
});

test("and quotes by the mid price that it was shown", () => {
  const count = 10;
  const market = during("stale-feed", { durationMs: 2000 });
  const environment = createMarketMaking({ session: market, maxOffsetTicks: 60 }, { count, seed: 3 });
  const shown = Array.from({ length: count }, (_, index) => environment.ledger(index).doubleMidTicks);
  const apart = environment.observationNames.indexOf("bid-distance");
  let differing = 0;
  for (let step = 1; step < session.steps; step++) {
    environment.step(new Float32Array(2 * count).fill(0.5)); // 45 ticks away.
    const timeMs = step * session.stepMs;
    for (let index = 0; index < count; index++) {
      const { doubleMidTicks } = environment.ledger(index);
      const bid = ownOrderOf(environment.book(index), 1, 1)!.ticks;
      expect(bid).toBe(Math.floor(shown[index]! / 2 - 45));
      if (timeMs < 1050 || timeMs > 3050) shown[index] = doubleMidTicks;
      else if (doubleMidTicks !== shown[index]) differing++;
      expect(environment.observations[index * environment.observationNames.length + apart]).toBeCloseTo(shown[index]! / 2 - bid, 4);
    }
  }
  expect(differing).toBeGreaterThan(20);
});

test("a changed fee is charged while it lasts", () => {
  const fees = { makerBps: 3, takerBps: 8 };
  const make = (feeFactor: number) =>
    createOptimalExecution(
      { session: { ...during("fee-change", { feeFactor }), fees }, quantityLots: 80, orders: "market-or-resting" },
      { count: 1, seed: 3 },
    );
  const [usual, dear] = [make(1), make(2)];
  for (let step = 0; step < 10; step++) for (const each of [usual, dear]) each.step(Float32Array.of(0, 1));
  expect(dear.ledger(0)).toEqual(usual.ledger(0));
  const before = usual.ledger(0).fees;
  for (let step = 0; step < 10; step++) for (const each of [usual, dear]) each.step(Float32Array.of(0, 1));
  const paid = (environment: typeof usual) => environment.ledger(0).fees - before;
  expect(paid(usual)).toBeGreaterThan(0);
  expect(paid(dear)).toBeCloseTo(2 * paid(usual), -1.5); // Each fill is rounded up by itself.
  expect(usual.ledger(0)).toMatchObject(tradesOf(usual.book(0), 1, fees));
});

/** A minute of a recording in which the best prices trade now and then. */
function recording() {
  const builder = new RecordingBuilder({ symbol: "TEST", currency: "USD", tickSize: 1, lotSize: 1 });
  const random = new Random(9);
  for (let timeMs = 0; timeMs <= 60_000; timeMs += 50) {
    builder.at(timeMs, timeMs);
    const side = random.uniform() < 0.5 ? buy : sell;
    const touch = side === buy ? 1000 : 1002;
    if (timeMs % 200 === 150) builder.add(rowKind.trade, side, side === buy ? 1002 : 1000, 1 + random.below(3), 0);
    else builder.add(rowKind.level, side, touch - side * random.below(5), 5 + random.below(20), 0);
    builder.endMessage();
  }
  return builder.finish();
}

test("a recording takes the place of the synthetic market, and a saved state belongs to it", () => {
  const index = indexRecording(recording(), 10_000);
  const make = (name: string) =>
    createMarketMaking(
      { session, maxOffsetTicks: 3, quoteLots: 2 },
      { count: 3, seed: 4, market: { name, make: () => new RecordedMarket(index, 10_000) } },
    );
  const environment = make("a day");
  const random = new Random(1);
  let traded = 0;
  for (let step = 0; step < 100; step++) {
    environment.step(dice(random, 6));
    for (let at = 0; at < 3; at++) {
      const { cash, soldValue, boughtValue, fees, makerLots, doubleMidTicks } = environment.finalLedger(at) ?? environment.ledger(at);
      expect(cash).toBe(soldValue - boughtValue - fees);
      expect(Math.abs(doubleMidTicks - 2002)).toBeLessThan(10);
      traded += makerLots;
    }
  }
  expect(traded).toBeGreaterThan(0);
  const copy = make("a day");
  copy.restore(JSON.parse(JSON.stringify(environment.save())));
  expect([...copy.observations]).toEqual([...environment.observations]);
  expect(() => make("another day").restore(environment.save())).toThrow(expect.objectContaining({ code: "checkpoint/invalid" }));
});
