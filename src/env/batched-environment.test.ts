import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random, UserError } from "../base/index.ts";
import { type Bars, barsFrom, toTicks } from "../domain/index.ts";
import { createVectorEnvironment, type TradingEnvironment } from "./batched-environment.ts";
import { sampleOptions, sp500Bars, walk } from "./testing/sample-market.ts";
import { SlowEnvironment } from "./testing/slow-environment.ts";

const modes = ["short-flat-long", "hold-buy-sell", "target-position"] as const;
const single = (params: Record<string, unknown>) => ({ name: "single-asset", params });

/** Actions that stay for a while, as an agent's do, so that positions are held too. */
function actionsFor({ actionSpace, count }: TradingEnvironment, random: Random, previous?: Float32Array): Float32Array {
  const fresh = () => (actionSpace.kind === "discrete" ? random.below(actionSpace.count) : 2.4 * random.uniform() - 1.2);
  return Float32Array.from({ length: count }, (_, index) => (previous && random.uniform() < 0.6 ? previous[index]! : fresh()));
}

const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex");
const snapshot = (environment: TradingEnvironment) => ({
  observations: bytes(environment.observations),
  finalObservations: bytes(environment.finalObservations),
  rewards: bytes(environment.rewards),
  terminated: [...environment.terminated],
  truncated: [...environment.truncated],
  finalEquity: [...environment.finalEquity],
  observedAt: [...environment.observedAt],
  accounts: environment.accounts.map((account) => account.save()),
});

describe.each(modes)("%s agrees with the slow twin bit for bit", (actions) => {
  test.each([
    ["a walk with dear trading", () => walk(3), { costs: { feeBps: 25, feeFixed: 3, slippageBps: 10, borrowBpsPerYear: 900 } }],
    [
      "a walk without costs, long only",
      () => walk(4),
      { costs: { feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 }, environment: single({ actions, allowShort: false }) },
    ],
    [
      "a window of one, simple returns, tight drawdown",
      () => walk(5),
      { window: 1, reward: { name: "simple-return" }, environment: single({ actions, maxDrawdown: 0.05 }) },
    ],
    ["short episodes", () => walk(6), { episode: { maxSteps: 7 } }],
    ["whole stretches from the start", () => walk(7), { episode: { randomStart: false } }],
    ["the S&P 500", sp500Bars, { window: 4, initialCash: 5000 }],
  ] as const)("on %s", (_name, makeBars, fields) => {
    const options = sampleOptions(makeBars(), { environment: single({ actions }), ...fields }, 5);
    const environment = createVectorEnvironment({ ...options, seed: 8 });
    const twins = Array.from({ length: 5 }, (_, index) => new SlowEnvironment(options, index, 8));
    const size = environment.observationNames.length;
    const random = new Random(9);
    let choice: Float32Array | undefined;
    let ended = 0;
    for (let step = 0; step < 400; step++) {
      choice = actionsFor(environment, random, choice);
      environment.step(choice);
      for (const [index, twin] of twins.entries()) {
        twin.step(choice[index]!);
        const row = (values: Float32Array) => Array.from(values.subarray(index * size, (index + 1) * size));
        const actual = {
          reward: environment.rewards[index],
          terminated: environment.terminated[index],
          truncated: environment.truncated[index],
          observation: row(environment.observations),
        };
        expect(actual).toEqual({
          reward: Math.fround(twin.reward),
          terminated: Number(twin.terminated),
          truncated: Number(twin.truncated),
          observation: twin.observation,
        });
        const account = environment.accounts[index]!;
        expect([account.cash, account.position, account.equity, account.borrowPaid]).toEqual([
          twin.cash,
          twin.position,
          twin.equity,
          twin.borrow,
        ]);
        if (!twin.terminated && !twin.truncated) continue;
        ended++;
        expect(row(environment.finalObservations)).toEqual(twin.finalObservation);
      }
    }
    if (makeBars !== sp500Bars) expect(ended).toBeGreaterThan(0);
  });
});

describe("conservation", () => {
  /** Steps one vector environment and holds its books to the bars; returns what is wrong. */
  function books(bars: Bars, actions: string, seed: number, count: number, steps: number): string[] {
    const options = sampleOptions(
      bars,
      {
        environment: single({ actions, maxDrawdown: 1 }),
        reward: { name: "simple-return" },
        costs: { feeBps: 7, feeFixed: 0.5, slippageBps: 3 },
        episode: { maxSteps: steps },
      },
      count,
    );
    const environment = createVectorEnvironment({ ...options, seed });
    const rowAt = new Map(Array.from(bars.closeTime, (time, row) => [time, row]));
    const random = new Random(seed, 99);
    const initialCash = environment.accounts[0]!.initialCash;
    const lanes = Array.from({ length: count }, () => ({ paid: 0, position: 0, fees: 0, rewards: 0, live: true }));
    const wrong: string[] = [];
    let choice: Float32Array | undefined;
    for (let step = 0; step < steps - 1; step++) {
      choice = actionsFor(environment, random, choice);
      environment.step(choice);
      for (const [index, lane] of lanes.entries()) {
        lane.live &&= environment.terminated[index] === 0;
        if (!lane.live) continue;
        const account = environment.accounts[index]!;
        const lots = account.position - lane.position;
        const open = toTicks(bars.instrument, bars.open[rowAt.get(environment.observedAt[index]!)!]!);
        const slippage = Number((BigInt(open) * 3n + 9_999n) / 10_000n);
        const price = lots > 0 ? open + slippage : open - slippage;
        lane.paid += lots * price;
        lane.fees += lots === 0 ? 0 : Number((BigInt(Math.abs(lots)) * BigInt(price) * 7n + 9_999n) / 10_000n) + 50_000;
        lane.position = account.position;
        lane.rewards += environment.rewards[index]!;
        const at = `seed ${seed}, environment ${index}, step ${step}`;
        if (account.cash !== initialCash - lane.paid - account.feesPaid - account.borrowPaid) wrong.push(`${at}: cash`);
        if (account.feesPaid !== lane.fees) wrong.push(`${at}: fees`);
        if (account.position > 0 && account.cash < 0) wrong.push(`${at}: cash below zero`);
        if (!Object.values(account.save()).every(Number.isSafeInteger)) wrong.push(`${at}: not whole`);
        if (Math.abs(lane.rewards - (account.equity - initialCash) / initialCash) > 1e-6) wrong.push(`${at}: rewards`);
      }
    }
    return wrong;
  }

  test("holds at every step of 10,000 random action sequences", () => {
    const markets = [walk(21), sp500Bars()];
    const property = fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.constantFrom(...modes),
      fc.constantFrom(...markets),
      (seed, actions, bars) => {
        expect(books(bars, actions, seed, 50, 40)).toEqual([]);
      },
    );
    fc.assert(property, { seed: 2, numRuns: 200, endOnFailure: true });
  });
});

describe("endings", () => {
  const rising = (factors: readonly number[]) => {
    let price = 100;
    const rows = Array.from({ length: 200 }, (_, row) => {
      price *= row < 150 ? 1 + 0.01 * Math.sin(row) : (factors[row - 150] ?? 1.001);
      return { closeTime: (row + 1) * 86_400_000, open: price, high: price * 1.01, low: price * 0.99, close: price, volume: 1000 + row };
    });
    return barsFrom({ symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 0.01 }, rows);
  };
  const run = (bars: Bars, fields: Record<string, unknown>, action: number) => {
    const environment = createVectorEnvironment({ ...sampleOptions(bars, { episode: { randomStart: false }, ...fields }, 1), from: 150 });
    for (let step = 1; step < 100; step++) {
      environment.step(Int32Array.of(action));
      if (environment.terminated[0] || environment.truncated[0]) return { environment, step };
    }
    throw new Error("no end");
  };

  test("the end of the data is a truncation", () => {
    const { environment, step } = run(rising([]), {}, 2);
    expect([step, environment.terminated[0], environment.truncated[0]]).toEqual([49, 0, 1]);
  });

  test("so is the limit of steps", () => {
    const { environment, step } = run(rising([]), { episode: { randomStart: false, maxSteps: 5 } }, 2);
    expect([step, environment.terminated[0], environment.truncated[0]]).toEqual([5, 0, 1]);
  });

  test("a drawdown is a termination", () => {
    const { environment, step } = run(rising([1, 1, 1, 0.7]), { environment: single({ maxDrawdown: 0.25 }) }, 2);
    expect([step, environment.terminated[0], environment.truncated[0]]).toEqual([3, 1, 0]);
    const size = environment.observationNames.length;
    const last = environment.finalObservations.subarray(0, size);
    expect(last[environment.observationNames.indexOf("account.drawdown")]).toBeCloseTo(0.3, 2);
    expect(environment.observations[environment.observationNames.indexOf("account.drawdown")]).toBe(0);
  });

  test("a termination in an episode's last step is no truncation", () => {
    const fields = { environment: single({ maxDrawdown: 0.25 }), episode: { randomStart: false, maxSteps: 3 } };
    const { environment, step } = run(rising([1, 1, 1, 0.7]), fields, 2);
    expect([step, environment.terminated[0], environment.truncated[0]]).toEqual([3, 1, 0]);
  });

  test("ruin is one whatever the drawdown allowed, and its reward is finite", () => {
    const { environment } = run(rising([1, 1, 5]), { environment: single({ maxDrawdown: 1 }) }, 0);
    expect(environment.terminated[0]).toBe(1);
    expect(environment.finalEquity[0]).toBeLessThan(0);
    expect(Number.isFinite(environment.rewards[0])).toBe(true);
  });
});

describe("state", () => {
  const play = (environment: TradingEnvironment, steps: number, seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: steps }, () => {
      environment.step(actionsFor(environment, random));
      return snapshot(environment);
    });
  };
  const fields = (reward: string) => ({ reward: { name: reward }, episode: { maxSteps: 30 } });

  test.each(["log-return", "sharpe", "risk-adjusted", "differential-sharpe"])(
    "saved in the middle with %s it goes on the same, a JSON trip included",
    (reward) => {
      const options = sampleOptions(walk(), fields(reward), 4);
      const first = createVectorEnvironment({ ...options, seed: 1 });
      play(first, 47, 5);
      const state = JSON.parse(JSON.stringify(first.save())) as unknown;
      const expected = play(first, 60, 6);
      const second = createVectorEnvironment({ ...options, seed: 2 });
      play(second, 13, 7);
      second.restore(state);
      // What an ended episode left behind is no part of the state.
      const without = ({ finalObservations: _rows, finalEquity: _money, ...rest }: ReturnType<typeof snapshot>) => rest;
      expect(play(second, 60, 6).map(without)).toEqual(expected.map(without));
    },
  );

  test("saved late in a long episode it goes on the same", () => {
    const options = sampleOptions(sp500Bars(), { environment: single({ maxDrawdown: 1 }), episode: { randomStart: false } }, 3);
    const first = createVectorEnvironment(options);
    play(first, 3000, 5);
    const second = createVectorEnvironment(options);
    second.restore(first.save());
    expect(second.save()).toEqual(first.save());
    expect(play(second, 20, 6)).toEqual(play(first, 20, 6));
    expect(second.save()).toEqual(first.save());
  });

  test("reset equals a fresh environment, and a seed repeats itself", () => {
    const options = sampleOptions(walk(), fields("sharpe"), 4);
    const used = createVectorEnvironment({ ...options, seed: 3 });
    play(used, 55, 1);
    used.reset(8);
    const fresh = createVectorEnvironment({ ...options, seed: 8 });
    expect(snapshot(used)).toEqual(snapshot(fresh));
    expect(play(used, 70, 2)).toEqual(play(fresh, 70, 2));
    expect(play(createVectorEnvironment({ ...options, seed: 9 }), 1, 2)).not.toEqual(
      play(createVectorEnvironment({ ...options, seed: 8 }), 1, 2),
    );
  });

  test.each([
    ["nothing", () => null],
    ["another environment", (state: object) => ({ ...state, observationSchema: "other" })],
    [
      "a damaged start",
      (state: object) => ({ ...state, environments: [{ random: { words: [1, 2, 3, 4], spare: null }, startRow: 1e6, actions: "" }] }),
    ],
    [
      "an episode longer than there are bars",
      (state: object) => ({
        ...state,
        environments: [{ random: { words: [1, 2, 3, 4], spare: null }, startRow: 397, actions: "AAAAAAAAAAA=" }],
      }),
    ],
    [
      "cut actions",
      (state: object) => ({ ...state, environments: [{ random: { words: [1, 2, 3, 4], spare: null }, startRow: 100, actions: "AAA=" }] }),
    ],
    [
      "impossible actions",
      (state: object) => ({
        ...state,
        environments: [{ random: { words: [1, 2, 3, 4], spare: null }, startRow: 100, actions: "AADAfw==" }],
      }),
    ],
  ])("a state of %s is refused", (_name, damage) => {
    const environment = createVectorEnvironment(sampleOptions(walk(), {}, 1));
    expect(() => environment.restore(damage(environment.save() as object))).toThrow(
      expect.objectContaining({ code: "checkpoint/invalid" }),
    );
  });
});

describe("misuse", () => {
  test("an action that is none is refused", () => {
    const refused = (message: string) =>
      expect.objectContaining({ code: "environment/invalid-action", message: expect.stringContaining(message) });
    const discrete = createVectorEnvironment(sampleOptions(walk(), {}, 1));
    for (const action of [-1, 3, 0.5, NaN])
      expect(() => discrete.step(Float32Array.of(action))).toThrow(refused(`${action} is not an action`));
    const box = createVectorEnvironment(sampleOptions(walk(), { environment: single({ actions: "target-position" }) }, 1));
    for (const action of [NaN, Infinity]) expect(() => box.step(Float32Array.of(action))).toThrow(refused(`${action} is not an action`));
    expect(() => box.step(new Float32Array(2))).toThrow(refused("2 numbers for 1 actions of 1"));
  });

  test.each([
    ["an unknown environment", { environment: { name: "two-assets" } }, "environment.name"],
    ["a misspelt parameter", { environment: single({ maxDrawDown: 0.2 }) }, "environment.params.maxDrawDown"],
    ["an unknown reward", { reward: { name: "profit" } }, "reward.name"],
    ["a reward's parameter out of range", { reward: { name: "sharpe", params: { period: 1 } } }, "reward.params.period"],
  ])("%s is named by its path", (_name, fields, path) => {
    expect(() => createVectorEnvironment(sampleOptions(walk(), fields))).toThrow(expect.objectContaining({ code: "config/invalid", path }));
  });

  test("too little data and data with holes are refused", () => {
    expect(() => createVectorEnvironment({ ...sampleOptions(walk()), to: 50 })).toThrow(
      expect.objectContaining({ code: "data/too-short" }),
    );
    const options = sampleOptions(walk());
    for (const change of [() => (options.bars.open[300] = NaN), () => (options.bars.open[300] = -4)]) {
      change();
      expect(() => createVectorEnvironment(options)).toThrow(expect.objectContaining({ code: "data/invalid-value" }));
    }
    const holed = sampleOptions(walk());
    holed.features.values[300 * holed.features.width + 2] = NaN;
    expect(() => createVectorEnvironment(holed)).toThrow(UserError);
  });
});

test("the schema tells pipelines, windows, environments and parameters apart, and nothing else", () => {
  const schema = (fields: Record<string, unknown>, pipelineHash = "a") =>
    createVectorEnvironment({ ...sampleOptions(walk(), fields), pipelineHash }).observationSchema;
  const different = [
    schema({}),
    schema({}, "b"),
    schema({ window: 3 }),
    schema({ environment: single({ allowShort: false }) }),
    schema({ environment: single({ maxDrawdown: 0.4 }) }),
  ];
  expect(new Set(different).size).toBe(different.length);
  expect(schema({ costs: { feeBps: 9 }, reward: { name: "sharpe" }, initialCash: 5, episode: { maxSteps: 9 } })).toBe(schema({}));
});

test("an episode's costs for a constraint add up to its deepest drawdown, restored half-way or not", () => {
  const options = sampleOptions(walk(8), { episode: { maxSteps: 60 } }, 2);
  const environment = createVectorEnvironment({ ...options, seed: 3 });
  const copy = createVectorEnvironment({ ...options, seed: 4 });
  const random = new Random(5);
  const track = Array.from({ length: 2 }, () => ({ peak: options.initialCash, deepest: 0, costs: 0 }));
  let ended = 0;
  for (let step = 1; step <= 150; step++) {
    if (step === 90) copy.restore(environment.save());
    const actions = actionsFor(environment, random);
    environment.step(actions);
    if (step >= 90) {
      copy.step(actions);
      expect(copy.constraintCosts).toEqual(environment.constraintCosts);
    }
    track.forEach((episode, index) => {
      const over = environment.truncated[index] === 1 || environment.terminated[index] === 1;
      const equity = over ? environment.finalEquity[index]! : environment.accounts[index]!.equity;
      const money = options.initialCash * (equity / environment.accounts[index]!.initialCash);
      episode.peak = Math.max(episode.peak, money);
      episode.deepest = Math.max(episode.deepest, 1 - money / episode.peak);
      episode.costs += environment.constraintCosts![index]!;
      expect(environment.constraintCosts![index]).toBeGreaterThanOrEqual(0);
      if (!over) return;
      expect(episode.costs).toBeCloseTo(episode.deepest, 5);
      expect(episode.costs).toBeGreaterThan(0);
      ended++;
      track[index] = { peak: options.initialCash, deepest: 0, costs: 0 };
    });
  }
  expect(ended).toBeGreaterThanOrEqual(4);
});
