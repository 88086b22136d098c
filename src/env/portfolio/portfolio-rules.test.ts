import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { type Bars, barsFrom, type CorporateAction } from "../../domain/index.ts";
import { equalWeightWealth } from "./benchmark.ts";
import { marketTables, type PortfolioAsset } from "./market-tables.ts";
import { createPortfolioEnvironment, type PortfolioEnvironment } from "./portfolio-environment.ts";
import { plainFeatures, portfolioOptions, randomAssets } from "./testing/sample-assets.ts";

const dayMs = 86_400_000;
const sizeOf = ({ actionSpace }: PortfolioEnvironment) => (actionSpace.kind === "box" ? actionSpace.size : NaN);
const draw = (environment: PortfolioEnvironment, random: Random) =>
  Float32Array.from({ length: environment.count * sizeOf(environment) }, () => 2 * random.uniform() - 1);
const hasEnded = (environment: PortfolioEnvironment, index: number) =>
  environment.terminated[index] === 1 || environment.truncated[index] === 1;
const at = (environment: PortfolioEnvironment, name: string, index = 0) =>
  environment.observations[index * environment.observationNames.length + environment.observationNames.indexOf(name)];

/** An asset that opens and closes at the given prices, a day after the other, `null` where it has no bar. */
function quoted(
  symbol: string,
  quotes: readonly ([open: number, close: number] | null)[],
  currency = "USD",
): PortfolioAsset & { bars: Bars } {
  const rows = quotes.flatMap((quote, day) => {
    if (quote === null) return [];
    const [open, close] = quote;
    return [{ closeTime: (day + 1) * dayMs, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 1 }];
  });
  const bars = barsFrom({ symbol, currency, tickSize: 0.01, lotSize: 1 }, rows);
  const values = Float32Array.from(bars.close);
  return { bars, features: { names: ["close"], width: 1, rows: values.length, values, firstReady: 0 } };
}

const allInto = { actions: { kind: "long-only", sharpness: 100 }, minimumChange: 0, initialCash: 1000, episode: { randomStart: false } };
const free = { costs: { feeBps: 0, slippageBps: 0 } };

describe("by hand", () => {
  test("sized at the close, filled at the next open, sells first, buys no more than cash pays for with the fee", () => {
    const first = quoted("A", [
      [10, 10],
      [10.5, 11],
      [10, 10],
      [10, 10],
    ]);
    const second = quoted("B", [
      [20, 20],
      [20, 20],
      [21, 22],
      [22, 22],
    ]);
    const options = portfolioOptions([first, second], { ...allInto, costs: { feeBps: 10, slippageBps: 0 } }, 1);
    const environment = createPortfolioEnvironment(options);
    environment.step(Float32Array.of(1, -1, -1));
    // 100 lots at the close of 10.00; 95 of them at 10.50 with a fee of 100 are what 1,000.00 pays for.
    expect(environment.ledger(0)).toMatchObject({ cash: 150, positions: [95, 0], fees: 100, equity: 150 + 95 * 1100, bought: 99_750 });
    expect(environment.rewards[0]).toBeCloseTo(Math.log(1046.5 / 1000), 6);
    environment.step(Float32Array.of(-1, 1, -1));
    // 95 lots sold at 10.00 with a fee of 95, then 45 of 52 wished bought at 21.00 with a fee of 95.
    const cash = 150 + 95_000 - 95 - 94_500 - 95;
    expect(environment.ledger(0)).toMatchObject({ cash, positions: [0, 45], fees: 290, equity: cash + 45 * 2200, sold: 95_000 });
    expect(environment.rewards[0]).toBeCloseTo(Math.log(994.6 / 1046.5), 6);
    expect(environment.constraintCosts[0]).toBeCloseTo(1 - 994.6 / 1046.5, 6);
    environment.step(Float32Array.of(-1, -1, 1));
    expect([environment.terminated[0], environment.truncated[0]]).toEqual([0, 1]);
    expect(environment.finalEquity[0]).toBe(cash + 45 * 2200 - 99);
    expect(environment.ledger(0)).toMatchObject({ cash: 100_000, positions: [0, 0], fees: 0 });
  });

  test("another currency is converted at the rate known when trading, and marked at the one known at the close", () => {
    const euros = quoted(
      "E",
      [
        [20, 20],
        [20, 20],
        [20, 20],
      ],
      "EUR",
    );
    const assets = [
      quoted("A", [
        [10, 10],
        [10, 10],
        [10, 10],
      ]),
      euros,
    ];
    const rates = { EUR: { times: Float64Array.of(0, 2 * dayMs), values: Float64Array.of(1.25, 1.5) } };
    const options = { ...portfolioOptions(assets, { ...allInto, ...free }, 1), rates };
    const environment = createPortfolioEnvironment(options);
    environment.step(Float32Array.of(-1, 1, -1));
    const { cash, equity, positions, initialCash } = environment.ledger(0);
    expect(positions).toEqual([0, 40]); // 1,000 USD are 800 EUR.
    expect([cash / initialCash, equity / initialCash]).toEqual([0, 1.2]);
    expect(() => createPortfolioEnvironment({ ...options, rates: {} })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "rates.EUR" }),
    );
  });

  test("a delisted holding is paid out as the action says, one without bars is given up with the haircut, a short one without", () => {
    const stays = quoted(
      "A",
      Array.from({ length: 7 }, () => [10, 10] as [number, number]),
    );
    const ends = quoted("B", [[20, 20], [20, 20], null, null, null, null, null]);
    const into = Float32Array.of(-1, 1, -1);
    const delisting: CorporateAction = { kind: "delisting", timeMs: 2.5 * dayMs, price: 15 };
    const paid = createPortfolioEnvironment(portfolioOptions([stays, { ...ends, actions: [delisting] }], { ...allInto, ...free }, 1));
    paid.step(into);
    expect(paid.ledger(0)).toMatchObject({ positions: [0, 50], equity: 100_000 });
    paid.step(into);
    expect(paid.ledger(0)).toMatchObject({ positions: [0, 0], cash: 75_000, equity: 75_000 });
    expect([at(paid, "B.seen"), at(paid, "B.close"), at(paid, "B.weight")]).toEqual([0, 0, 0]);

    const fields = { ...allInto, ...free, missing: { giveUpAfter: 2, haircut: 0.4 } };
    const lost = createPortfolioEnvironment(portfolioOptions([stays, ends], fields, 1));
    for (let step = 0; step < 2; step++) lost.step(into);
    expect(lost.ledger(0)).toMatchObject({ positions: [0, 50], equity: 100_000 });
    lost.step(into);
    expect(lost.ledger(0)).toMatchObject({ positions: [0, 0], cash: 60_000 });

    const shorting = { ...fields, actions: { kind: "long-short" }, costs: { feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 } };
    const bought = createPortfolioEnvironment(portfolioOptions([stays, ends], shorting, 1));
    for (let step = 0; step < 3; step++) bought.step(Float32Array.of(0, -1));
    expect(bought.ledger(0)).toMatchObject({ positions: [0, 0], cash: 100_000 });
  });

  test("targets of long-short actions keep to gross and net limits", () => {
    const assets = ["A", "B", "C"].map((symbol) =>
      quoted(
        symbol,
        Array.from({ length: 4 }, () => [10, 10] as [number, number]),
      ),
    );
    const actions = { kind: "long-short", maxWeight: 1, maxGross: 1.5, maxNet: 0.3 };
    const environment = createPortfolioEnvironment(portfolioOptions(assets, { ...allInto, ...free, actions }, 1));
    environment.step(Float32Array.of(1, 1, -1)); // Scaled to 0.5, 0.5, −0.5; then the longs to 0.8 together.
    expect(environment.ledger(0).positions).toEqual([40, 40, -50]);
  });

  test("wealth counted in a series earns nothing where it is that series", () => {
    const asset = quoted("A", [
      [10, 10],
      [10, 11],
      [11, 9],
      [9, 12],
    ]);
    const fields = { ...allInto, ...free, initialCash: 1_000_000, benchmark: "series" };
    const benchmarkSeries = { times: asset.bars.closeTime, values: asset.bars.close };
    const environment = createPortfolioEnvironment({ ...portfolioOptions([asset], fields, 1), benchmarkSeries });
    for (let step = 0; step < 3; step++) {
      environment.step(Float32Array.of(1, -1));
      expect(environment.rewards[0]).toBeCloseTo(0, 6);
    }
    environment.reset(0);
    environment.step(Float32Array.of(-1, 1));
    expect(environment.rewards[0]).toBeCloseTo(-Math.log(1.1), 6);
  });

  test("equal weights: listings count from their second bar, and delistings, dividends, splits and losses count", () => {
    const assets = [
      quoted("A", [
        [10, 10],
        [10, 11],
        [11, 11],
        [11, 11],
        [5, 5.5],
        [5, 5.5],
      ]),
      quoted("B", [[20, 20], [20, 18], [18, 18], null, null, null]),
      quoted("C", [null, null, [50, 50], [50, 60], [60, 60], [60, 60]]),
    ];
    const [first, second, third] = assets as [PortfolioAsset, PortfolioAsset, PortfolioAsset];
    const split: CorporateAction = { kind: "split", timeMs: 4.5 * dayMs, numerator: 2, denominator: 1 };
    const dividend: CorporateAction = { kind: "dividend", timeMs: 5.5 * dayMs, amount: 0.55 };
    const delisting: CorporateAction = { kind: "delisting", timeMs: 3.5 * dayMs, price: 9 };
    const listed = [{ ...first, actions: [split, dividend] }, { ...second, actions: [delisting] }, third];
    const wealth = equalWeightWealth(
      marketTables(listed, null),
      listed.map(({ bars }) => bars.instrument),
      0.3,
      () => 1,
    );
    const growth = [1, (1.1 + 0.9) / 2, 1, (1 + 0.5 + 1.2) / 3, 1, (1.1 + 1) / 2];
    let level = 1;
    growth.forEach((factor, row) => expect(wealth[row]).toBeCloseTo((level *= factor), 12));
  });
});

const modes = [
  { kind: "long-only" },
  { kind: "long-short", maxWeight: 0.6, maxGross: 1.5, maxNet: 0.5 },
  { kind: "orders", maxChange: 0.5, allowShort: true },
] as const;

test("10,000 seeds: cash is what was paid and received, in whole numbers, and never below nothing without short positions", () => {
  let lives = 0;
  const property = fc.property(fc.nat(1e6), fc.constantFrom(...modes), (seed, actions) => {
    const fields = { actions, maxDrawdown: 1, costs: { feeBps: 20, slippageBps: 9, borrowBpsPerYear: 500 }, initialCash: 9000 };
    const options = portfolioOptions(randomAssets(seed, 4, 30), { ...fields, episode: { maxSteps: 12 } }, 50);
    const environment = createPortfolioEnvironment({ ...options, seed });
    const random = new Random(seed, 5);
    for (let step = 0; step < 11; step++) {
      environment.step(draw(environment, random));
      for (let index = 0; index < 50; index++) {
        const { initialCash, cash, equity, positions, marks, bought, sold, fees, borrow, dividends } = environment.ledger(index);
        const whole = [cash, equity, bought, sold, fees, borrow, dividends, ...positions, ...marks].every(Number.isSafeInteger);
        const isExact =
          cash === initialCash - bought + sold - fees - borrow + dividends &&
          equity === positions.reduce((sum, lots, asset) => sum + lots * marks[asset]!, cash);
        const isPaid = actions.kind !== "long-only" || (cash >= 0 && positions.every((lots) => lots >= 0));
        if (!whole || !isExact || !isPaid) throw new Error(`seed ${seed}, ${step}, ${index}: ${JSON.stringify(environment.ledger(index))}`);
      }
    }
    lives += 50;
  });
  fc.assert(property, { seed: 4, numRuns: 200, endOnFailure: true });
  expect(lives).toBeGreaterThanOrEqual(10_000);
});

test("an asset is neither seen nor held before its listing and after its delisting, and trades in its own bars only", () => {
  let [unseen, moved] = [0, 0];
  for (let seed = 1; seed <= 60; seed++) {
    const assets = randomAssets(seed, 4, 40);
    const options = portfolioOptions(assets, { actions: { kind: "long-short" }, maxDrawdown: 1, missing: { giveUpAfter: null } }, 1);
    const environment = createPortfolioEnvironment({ ...options, seed });
    const random = new Random(seed);
    let before = environment.ledger(0).positions;
    for (let step = 0; step < 38; step++) {
      environment.step(draw(environment, random));
      if (hasEnded(environment, 0)) break;
      const time = environment.observedAt[0]!;
      const { positions } = environment.ledger(0);
      for (const [index, { bars, actions = [], conditions }] of assets.entries()) {
        const { symbol } = bars.instrument;
        const bar = bars.closeTime.indexOf(time);
        const delisted = actions.some(({ kind, timeMs }) => kind === "delisting" && timeMs < time);
        const happens = actions.some(({ timeMs }) => timeMs < time && timeMs >= time - 5 * dayMs);
        if (bar <= 0)
          expect([at(environment, `${symbol}.seen`), at(environment, `${symbol}.return`), at(environment, `${symbol}.volume`)]).toEqual([
            0, 0, 0,
          ]);
        if (time < bars.closeTime[1]! || delisted) {
          unseen++;
          expect([positions[index], at(environment, `${symbol}.weight`)]).toEqual([0, 0]);
        }
        const trades = bar >= 0 && !conditions?.halted[bar];
        if (positions[index] !== before[index]) moved++;
        if (!trades && !happens) expect(positions[index]).toBe(before[index]);
      }
      before = positions;
    }
  }
  expect(unseen).toBeGreaterThan(500);
  expect(moved).toBeGreaterThan(1000);
});

/** The same assets with everything after a time changed: prices, which bars there are, what is to happen, and listings to come. */
function changedAfter(assets: readonly PortfolioAsset[], timeMs: number, random: Random): PortfolioAsset[] {
  return assets.map(({ bars, actions = [], conditions }) => {
    const rows = Array.from(bars.closeTime, (closeTime, row) => ({ closeTime, row })).filter(
      ({ closeTime }, index) => closeTime <= timeMs || index === 0 || random.below(3) > 0,
    );
    const price = (value: number, closeTime: number) => (closeTime <= timeMs ? value : Math.max(0.5, value * Math.exp(random.normal())));
    const kept = rows.map(({ closeTime, row }) => {
      const [open, close] = [price(bars.open[row]!, closeTime), price(bars.close[row]!, closeTime)];
      const volume = closeTime <= timeMs ? bars.volume[row]! : random.below(3000);
      return { closeTime, open, high: Math.max(open, close), low: Math.min(open, close), close, volume };
    });
    const changed = barsFrom(bars.instrument, kept);
    const pick = <Column extends Float64Array | Uint8Array>(column: Column) =>
      column.filter((_, row) => rows.some((each) => each.row === row)) as Column;
    const conditionsKept = conditions && {
      feeFactor: pick(conditions.feeFactor),
      slippageFactor: pick(conditions.slippageFactor),
      halted: pick(conditions.halted).map((value, row) => (rows[row]!.closeTime <= timeMs ? value : random.below(2))),
      stale: pick(conditions.stale),
    };
    const actionsKept = actions.filter((action) => action.timeMs < timeMs);
    return { bars: changed, features: plainFeatures(changed), actions: actionsKept, ...(conditionsKept && { conditions: conditionsKept }) };
  });
}

test("nothing that becomes known after a time changes anything up to it, to the byte", () => {
  let [compared, different] = [0, 0];
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed, 11);
    const assets = randomAssets(seed, 4, 40);
    const timeMs = (8 + random.below(28)) * dayMs;
    const fields = {
      actions: modes[seed % 3],
      benchmark: seed % 2 === 0 ? "equal-weight" : "money",
      missing: { giveUpAfter: 3 },
      episode: { randomStart: false },
    };
    const [left, right] = [assets, changedAfter(assets, timeMs, random)].map((each) =>
      createPortfolioEnvironment(portfolioOptions(each, fields, 2)),
    ) as [PortfolioEnvironment, PortfolioEnvironment];
    expect(right.observationSchema).toBe(left.observationSchema);
    for (let step = 0; step < 36; step++) {
      if (left.observedAt[0]! > timeMs) {
        if (left.observations.join() !== right.observations.join()) different++;
        break;
      }
      compared++;
      expect(right.observations).toEqual(left.observations);
      expect(right.ledger(1)).toEqual(left.ledger(1));
      expect([...right.rewards]).toEqual([...left.rewards]);
      const actions = draw(left, random);
      left.step(actions);
      right.step(actions);
      if (hasEnded(left, 0)) break;
    }
  }
  expect(compared).toBeGreaterThan(800);
  expect(different).toBeGreaterThan(30);
});

describe("state", () => {
  const options = portfolioOptions(randomAssets(3, 5, 60), { window: 2, episode: { maxSteps: 13 }, reward: { name: "sharpe" } }, 4);
  const play = (environment: PortfolioEnvironment, steps: number, seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: steps }, () => {
      environment.step(draw(environment, random));
      const { observations, rewards, constraintCosts, terminated, truncated, observedAt } = environment;
      const ledgers = [0, 1, 2, 3].map((index) => environment.ledger(index));
      return JSON.stringify([
        [observations, rewards, constraintCosts, terminated, truncated, observedAt].map((column) => [...column]),
        ledgers,
      ]);
    });
  };

  test("saved in the middle it goes on the same, a JSON trip included", () => {
    const first = createPortfolioEnvironment({ ...options, seed: 1 });
    play(first, 30, 2);
    const state = JSON.parse(JSON.stringify(first.save())) as unknown;
    const second = createPortfolioEnvironment({ ...options, seed: 9 });
    second.restore(state);
    expect(second.save()).toEqual(first.save());
    expect(play(second, 40, 3)).toEqual(play(first, 40, 3));
  });

  test("a reset environment is a fresh one, and a seed repeats itself", () => {
    const used = createPortfolioEnvironment({ ...options, seed: 1 });
    play(used, 17, 2);
    used.reset(8);
    const expected = play(createPortfolioEnvironment({ ...options, seed: 8 }), 40, 3);
    expect(play(used, 40, 3)).toEqual(expected);
    expect(play(createPortfolioEnvironment({ ...options, seed: 9 }), 40, 3)).not.toEqual(expected);
  });

  test.each([
    ["nothing", () => null],
    ["another environment", (state: object) => ({ ...state, observationSchema: "other" })],
    ["fewer environments", (state: { environments: unknown[] }) => ({ ...state, environments: state.environments.slice(1) })],
    [
      "cut actions",
      (state: { environments: object[] }) => ({
        ...state,
        environments: state.environments.map((each) => ({ ...each, actions: "AACAPw==" })),
      }),
    ],
    [
      "a start beyond the end",
      (state: { environments: object[] }) => ({ ...state, environments: state.environments.map((each) => ({ ...each, startRow: 1e6 })) }),
    ],
  ])("a state of %s is refused", (_name, damage) => {
    const environment = createPortfolioEnvironment(options);
    expect(() => environment.restore(damage(environment.save() as never))).toThrow(expect.objectContaining({ code: "checkpoint/invalid" }));
  });

  test("the schema tells actions, windows, pipelines and assets apart", () => {
    const schema = (fields: Record<string, unknown>, count = 3, pipelineHash = "plain") =>
      createPortfolioEnvironment({ ...portfolioOptions(randomAssets(3, count, 60), fields, 1), pipelineHash }).observationSchema;
    const all = [schema({}), schema({ window: 2 }), schema({ actions: { kind: "orders" } }), schema({}, 4), schema({}, 3, "other")];
    expect(new Set(all).size).toBe(all.length);
    expect(schema({ maxDrawdown: 0.2, costs: { feeBps: 9 } })).toBe(schema({}));
  });
});

describe("misuse", () => {
  const good = quoted("A", [
    [10, 10],
    [10, 11],
    [11, 9],
  ]);
  const make = (assets: readonly PortfolioAsset[], more: object = {}) =>
    createPortfolioEnvironment({ ...portfolioOptions(assets, { episode: { randomStart: false } }, 1), ...more });
  const spoilt = (change: (bars: Bars) => void) => {
    const asset = quoted("B", [
      [10, 10],
      [10, 11],
      [11, 9],
    ]);
    change(asset.bars);
    return asset;
  };

  test.each<[string, () => readonly PortfolioAsset[]]>([
    ["an asset twice", () => [good, good]],
    ["a price of nothing", () => [good, spoilt((bars) => (bars.close[1] = 0))]],
    ["a price that is no number", () => [good, spoilt((bars) => (bars.open[2] = NaN))]],
    ["time that stands still", () => [good, spoilt((bars) => (bars.closeTime[2] = bars.closeTime[1]!))]],
    ["a bar after a delisting", () => [{ ...good, actions: [{ kind: "delisting", timeMs: dayMs, price: 1 }] }]],
    [
      "other features",
      () => [
        good,
        {
          ...quoted("B", [
            [1, 1],
            [1, 1],
            [1, 1],
          ]),
          features: { ...good.features, names: ["other"] },
        },
      ],
    ],
  ])("%s is refused", (_name, assets) => {
    expect(() => make(assets())).toThrow(expect.objectContaining({ code: "data/invalid-value" }));
  });

  test("so are too few rows, a benchmark that is missing or nothing, and fields that do not exist", () => {
    expect(() => make([good], { toMs: 2 * dayMs })).toThrow(expect.objectContaining({ code: "data/too-short" }));
    expect(() => make([good], { benchmark: "series" })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "benchmarkSeries" }),
    );
    for (const series of [
      { times: [2 * dayMs], values: [1] },
      { times: [0], values: [NaN] },
      { times: [0, 0], values: [1, 1] },
      { times: [0], values: [] },
    ]) {
      const benchmarkSeries = { times: Float64Array.from(series.times), values: Float64Array.from(series.values) };
      expect(() => make([good], { benchmark: "series", benchmarkSeries })).toThrow(expect.objectContaining({ code: "data/invalid-value" }));
    }
    expect(() => portfolioOptions([good], { minimumchange: 1 })).toThrow(/minimumchange/);
  });

  test("an action that is none is refused", () => {
    const refused = (message: string) =>
      expect.objectContaining({ code: "environment/invalid-action", message: expect.stringContaining(message) });
    const environment = make([good]);
    expect(() => environment.step(Float32Array.of(NaN, 0))).toThrow(refused("NaN is not an action"));
    expect(() => environment.step(Float32Array.of(1))).toThrow(refused("1 numbers for 1 actions of 2"));
  });
});
