import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { emptyBar, type Lots, lotsToReach, readBar, type TimeMs, toMoney } from "../domain/index.ts";
import { BarExchange, calmMarket, conditionsAt, type MarketSeries, sampleScenarios, seenBars, stress } from "../market/index.ts";
import { createVectorEnvironment } from "./batched-environment.ts";
import { sampleOptions, samplePipeline, walk } from "./testing/sample-market.ts";

const bars = walk(4);
/** One environment from the first bar to the last, over a market under conditions. */
const environmentOf = (series: Pick<MarketSeries, "bars"> & Partial<MarketSeries>, fields: Record<string, unknown> = {}) =>
  createVectorEnvironment({
    ...sampleOptions(
      series.bars,
      { environment: { name: "single-asset", params: { maxDrawdown: 1 } }, episode: { randomStart: false }, ...fields },
      1,
    ),
    features: samplePipeline.batch(series.conditions ? seenBars({ bars: series.bars, conditions: series.conditions }) : series.bars),
    ...(series.conditions && { conditions: series.conditions }),
  });

/** The account after every bar, by its closing time, with what was observed there. */
function live(series: Parameters<typeof environmentOf>[0], seed: number, fields: Record<string, unknown> = {}) {
  const environment = environmentOf(series, fields);
  const random = new Random(seed);
  const moments = new Map<number, { account: string; observation: string }>();
  for (;;) {
    const account = JSON.stringify(environment.accounts[0]!.save());
    moments.set(environment.observedAt[0]!, { account, observation: environment.observations.join() });
    environment.step(Int32Array.of(random.below(3)));
    if (environment.terminated[0] || environment.truncated[0]) return moments;
  }
}

test("ordinary conditions change nothing, and factors are what other costs would be", () => {
  const [calm] = calmMarket([bars]);
  const costs = { feeBps: 4, slippageBps: 3, feeFixed: 0.5 };
  expect(live(calm!, 1, { costs })).toEqual(live({ bars }, 1, { costs }));
  const [dear] = stress([bars], [{ scenario: "fee-change", params: { feeFactor: 2 }, onsetMs: 0 }]);
  expect(live(dear!, 1, { costs })).toEqual(live(calm!, 1, { costs: { ...costs, feeBps: 8, feeFixed: 1 } }));
  const [dry] = stress(
    [bars],
    [{ scenario: "liquidity-drought", params: { volumeFactor: 1, slippageFactor: 3, durationBars: null }, onsetMs: 0 }],
  );
  expect(live(dry!, 1, { costs })).toEqual(live(calm!, 1, { costs: { ...costs, slippageBps: 9 } }));
});

test("whatever befalls a market, observations and accounts up to the onset stay as they were, byte for byte", () => {
  const [calm] = calmMarket([bars]);
  const undisturbed = live(calm!, 2);
  const random = new Random(3);
  let changed = 0;
  for (let draw = 0; draw < 40; draw++) {
    const specifications = sampleScenarios(random, [bars], { probability: 1 });
    const [series] = stress([bars], specifications);
    const disturbed = live(series!, 2);
    for (const [time, moment] of undisturbed) {
      if (time <= specifications[0]!.onsetMs) expect(disturbed.get(time), specifications[0]!.scenario).toEqual(moment);
      else if (JSON.stringify(disturbed.get(time)) !== JSON.stringify(moment)) changed++;
    }
  }
  expect(changed).toBeGreaterThan(1000);
});

test("environment and venue bear the same conditions, tolerance zero", () => {
  const onsetMs = bars.closeTime[150]!;
  const [series] = stress(
    [bars],
    [
      { scenario: "exchange-halt", params: { durationBars: 7 }, onsetMs },
      { scenario: "flash-crash", params: { depth: 0.2 }, onsetMs: bars.closeTime[200]! },
      { scenario: "fee-change", params: { feeFactor: 3, durationBars: 90 }, onsetMs },
    ],
  );
  const options = sampleOptions(series!.bars, { environment: { name: "single-asset", params: { maxDrawdown: 1 } } });
  const environment = environmentOf(series!);
  const { instrument } = series!.bars;
  const venue = new BarExchange({ instrument, costs: options.costs, initialCash: toMoney(instrument, options.initialCash) });
  const random = new Random(6);
  const first = series!.bars.closeTime.indexOf(environment.observedAt[0]!);
  let halted = 0;
  for (let row = 0; row < series!.bars.close.length; row++) {
    venue.onBar(readBar(series!.bars, row, emptyBar()), conditionsAt(series!, row));
    if (row < first) continue;
    expect({ row, account: venue.account.save() }).toEqual({ row, account: environment.accounts[0]!.save() });
    if (series!.conditions.halted[row]) halted++;
    if (row === series!.bars.close.length - 2) break;
    const action = random.below(3);
    const target = action - 1;
    const lots = target === Math.sign(venue.account.position) ? 0 : lotsToReach(venue.account, target);
    const [id, side, quantity] = [`o${row}`, lots > 0 ? "buy" : "sell", Math.abs(lots) as Lots] as const;
    const decidedAt = series!.bars.closeTime[row]! as TimeMs;
    if (lots !== 0) venue.submit({ id, instrument, side, quantity, type: "market", timeInForce: "day", decidedAt });
    environment.step(Int32Array.of(action));
  }
  expect(halted).toBe(7);
  expect(venue.account.fillCount).toBeGreaterThan(50);
});
