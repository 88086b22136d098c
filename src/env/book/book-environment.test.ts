import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { flowPresets } from "../../market/index.ts";
import { expectSoundBook } from "../../market/book/testing/invariants.ts";
import type { BookBatch } from "./book-environment.ts";
import { createMarketMaking, type MarketMakingEnvironment } from "./market-making.ts";
import { createOptimalExecution, type OptimalExecutionEnvironment } from "./optimal-execution.ts";
import { tradesOf } from "./testing/trades-of.ts";

type Environment = MarketMakingEnvironment | OptimalExecutionEnvironment;

const fees = { makerBps: -0.3, takerBps: 1.2 };
const session = { market: { warmUpMs: 100 }, stepMs: 150, steps: 14, fees };

/** Both environments, with latency and without. */
const kinds: readonly (readonly [name: string, make: (batch: BookBatch) => Environment])[] = [
  ["market making", (batch) => createMarketMaking({ session, quoteLots: 3, maxOffsetTicks: 4, maxInventoryLots: 7 }, batch)],
  [
    "market making with latency, cut off",
    (batch) =>
      createMarketMaking(
        {
          session: { ...session, latencyMs: 60 },
          quoteLots: 3,
          choosesLots: true,
          maxOffsetTicks: 3,
          maxInventoryLots: 5,
          closesAtEnd: false,
        },
        batch,
      ),
  ],
  ["execution by market order", (batch) => createOptimalExecution({ session, quantityLots: 40 }, batch)],
  [
    "execution by either order, with latency",
    (batch) =>
      createOptimalExecution(
        { session: { ...session, latencyMs: 100 }, quantityLots: 60, side: "buy", orders: "market-or-resting" },
        batch,
      ),
  ],
];

const dice = (random: Random, { actionSpace, count }: Environment): Float32Array =>
  Float32Array.from({ length: count * (actionSpace.kind === "box" ? actionSpace.size : 1) }, () => 2 * random.uniform() - 1);

const snapshot = ({ observations, finalObservations, rewards, terminated, truncated }: Environment) => ({
  observations: [...observations],
  finalObservations: [...finalObservations],
  rewards: [...rewards],
  terminated: [...terminated],
  truncated: [...truncated],
});

const play = (environment: Environment, steps: number, seed: number) => {
  const random = new Random(seed);
  return Array.from({ length: steps }, () => {
    environment.step(dice(random, environment));
    return snapshot(environment);
  });
};

describe.each(kinds)("%s", (_name, make) => {
  test("money and lots are those of the log in five thousand sessions, and the books stay sound", { timeout: 60_000 }, () => {
    const [count, rounds] = [50, 101];
    const environment = make({ count, seed: 0, book: { window: 512, logCapacity: 1024 } });
    const random = new Random(77);
    let [sessions, traded] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      environment.reset(round * 1000);
      for (let step = 0; step < session.steps; step++) {
        environment.step(dice(random, environment));
        for (let index = 0; index < count; index++) {
          const final = environment.finalLedger(index);
          const ledger = final ?? environment.ledger(index);
          const { cash, position, fees: paid, boughtLots, soldLots, boughtValue, soldValue } = ledger;
          if (!Object.values(ledger).every(Number.isSafeInteger)) throw new Error(`not whole: ${JSON.stringify(ledger)}`);
          if (cash !== soldValue - boughtValue - paid || position !== boughtLots - soldLots) throw new Error("cash or position");
          if (ledger.doubleWealth !== 2 * cash + position * ledger.doubleMidTicks) throw new Error("wealth");
          if (final) {
            sessions++;
            traded += boughtLots + soldLots;
          } else if (step === session.steps - 2) {
            const twin = tradesOf(environment.book(index), 1, fees);
            const differs = Object.entries(twin).find(([field, value]) => ledger[field as keyof typeof twin] !== value);
            if (differs) throw new Error(`${String(differs)} in the log, in the account ${JSON.stringify(ledger)}`);
            if (index === round % count) expectSoundBook(environment.book(index));
          }
        }
      }
    }
    expect(sessions).toBeGreaterThanOrEqual(count * rounds); // With two kinds of each environment more than 10,000.
    expect(traded).toBeGreaterThan(sessions / 2);
  });

  test("the same seed and actions give the same trajectory, another seed another", () => {
    const [first, second, other] = [make({ count: 3, seed: 4 }), make({ count: 3, seed: 4 }), make({ count: 3, seed: 5 })];
    const trajectory = play(first, 40, 1);
    expect(play(second, 40, 1)).toEqual(trajectory);
    expect(play(other, 40, 1)).not.toEqual(trajectory);
  });

  test("a reset environment is a fresh one", () => {
    const used = make({ count: 3, seed: 1 });
    play(used, 33, 2);
    used.reset(8);
    const fresh = make({ count: 3, seed: 8 });
    expect(snapshot(used)).toEqual(snapshot(fresh));
    expect(play(used, 40, 3)).toEqual(play(fresh, 40, 3));
  });

  test("what happens in one environment of a batch does not depend on how many there are", () => {
    const [one, many] = [make({ count: 1, seed: 3 }), make({ count: 4, seed: 3 })];
    const random = new Random(1);
    for (let step = 0; step < 30; step++) {
      const actions = dice(random, many);
      many.step(actions);
      one.step(actions.slice(0, actions.length / 4));
      expect([...one.observations]).toEqual([...many.observations.slice(0, one.observations.length)]);
      expect(one.rewards[0]).toBe(many.rewards[0]);
    }
  });

  test("saved in the middle of an episode it goes on the same, a JSON trip included", () => {
    const first = make({ count: 3, seed: 1 });
    play(first, session.steps + 5, 5);
    const state = JSON.parse(JSON.stringify(first.save())) as unknown;
    const [observations, ledgers] = [[...first.observations], [0, 1, 2].map((index) => first.ledger(index))];
    const expected = play(first, 45, 6);
    const second = make({ count: 3, seed: 2 });
    play(second, 7, 7);
    second.restore(state);
    expect([...second.observations]).toEqual(observations);
    expect([0, 1, 2].map((index) => second.ledger(index))).toEqual(ledgers);
    expect(second.save()).toEqual(state);
    const without = ({ finalObservations: _rows, ...rest }: ReturnType<typeof snapshot>) => rest; // What an ended episode left behind is no state.
    expect(play(second, 45, 6).map(without)).toEqual(expected.map(without));
  });

  test.each([
    ["nothing", () => null],
    ["another environment", (state: object) => ({ ...state, session: "other" })],
    ["fewer environments", (state: { environments: unknown[] }) => ({ ...state, environments: state.environments.slice(1) })],
    [
      "impossible actions",
      (state: { environments: object[] }) => ({
        ...state,
        environments: state.environments.map((each) => ({ ...each, actions: "AADAfwAAwH8AAMB/AADAfw==" })),
      }),
    ],
    [
      "more steps than an episode has",
      (state: { environments: object[] }) => ({
        ...state,
        environments: state.environments.map((each) => ({ ...each, actions: Buffer.alloc(16 * session.steps).toString("base64") })),
      }),
    ],
  ])("a state of %s is refused", (_what, damage) => {
    const environment = make({ count: 2, seed: 1 });
    expect(() => environment.restore(damage(environment.save() as never))).toThrow(expect.objectContaining({ code: "checkpoint/invalid" }));
  });

  test.each([NaN, Infinity, -1.01, 1.01])("%s is no action, and nothing moves", (bad) => {
    const environment = make({ count: 2, seed: 1 });
    const actions = dice(new Random(1), environment);
    actions[actions.length - 1] = bad;
    const before = snapshot(environment);
    expect(() => environment.step(actions)).toThrow(
      expect.objectContaining({ code: "environment/invalid-action", path: `actions.${actions.length - 1}` }),
    );
    expect(() => environment.step(actions.slice(1))).toThrow(expect.objectContaining({ code: "environment/invalid-action" }));
    expect(snapshot(environment)).toEqual(before);
    expect(environment.ledger(0).doubleWealth).toBe(0);
  });

  test("names each number of its observation once and writes only numbers", () => {
    const environment = make({ count: 2 });
    expect(new Set(environment.observationNames).size).toBe(environment.observationNames.length);
    for (const { observations, finalObservations } of play(environment, 50, 1)) {
      expect([...observations, ...finalObservations].every(Number.isFinite)).toBe(true);
    }
  });
});

const presets = Object.keys(flowPresets) as (keyof typeof flowPresets)[];

test.each(presets)("%s is a market that both can trade in", (preset) => {
  const session = { market: { preset, warmUpMs: flowPresets[preset].warmUpMs / 10 }, steps: 40 };
  for (const environment of [createMarketMaking({ session }, { count: 2 }), createOptimalExecution({ session }, { count: 2 })]) {
    for (const { observations, rewards } of play(environment, 60, 1))
      expect([...observations, ...rewards].every(Number.isFinite)).toBe(true);
    expectSoundBook(environment.book(1));
  }
});

describe("parameters", () => {
  test.each([
    ["a misspelt one", { quotelots: 1 }, "marketMaking.quotelots"],
    ["one out of range", { quoteLots: 0 }, "marketMaking.quoteLots"],
    ["an unknown trader", { session: { market: { traders: [{ name: "oracle" }] } } }, "market.traders.0.name"],
    ["orders that take longer than a step", { session: { stepMs: 10, latencyMs: 10 } }, "session.latencyMs"],
  ])("%s is named by its path", (_what, fields, path) => {
    expect(() => createMarketMaking(fields as never, { count: 1 })).toThrow(expect.objectContaining({ code: "config/invalid", path }));
  });

  test("the schema tells apart what observations and actions mean, and nothing else", () => {
    const schema = (fields: Parameters<typeof createMarketMaking>[0]) => createMarketMaking(fields, { count: 1 }).observationSchema;
    const different = [schema({}), schema({ maxOffsetTicks: 5 }), schema({ session: { stepMs: 50 } }), schema({ quoteLots: 2 })];
    expect(new Set(different).size).toBe(different.length);
    expect(schema({ inventoryPenalty: 1, maxLoss: 10, session: { fees, market: { startTicks: 500 } } })).toBe(schema({}));
  });
});
