import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import type { Bars, Money } from "../domain/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import type { Agent } from "../trading/index.ts";
import { backtest, type BacktestRequest } from "./backtest.ts";
import { measure } from "./metrics.ts";
import { backtestSignals } from "./signal-backtest.ts";

const initialCash = 100_000_000 as Money;

/** An agent that decides what is written down, bar by bar. */
function scripted(exposures: Float64Array): Agent {
  let row = -1;
  return {
    update: () => void row++,
    decide: () => (Number.isNaN(exposures[row]!) ? null : exposures[row]!),
  };
}

/** Exposures at random: some bars keep, some repeat, some turn over, a few ask for more than there is. */
function randomPath(random: Random, rows: number): Float64Array {
  const keep = random.uniform();
  const most = random.uniform() < 0.2 ? 3 : 1;
  return Float64Array.from({ length: rows }, () =>
    random.uniform() < keep ? NaN : random.uniform() < 0.2 ? 0 : most * (2 * random.uniform() - 1),
  );
}

type Timing = Pick<BacktestRequest, "tradeOn" | "finalise">;

const same = async (bars: Bars, exposures: Float64Array, costs: Costs, timing: Timing = {}) => {
  const signals = backtestSignals({ bars, exposures, costs, initialCash, ...timing });
  const events = await backtest({ agent: scripted(exposures), bars, from: 0, to: bars.close.length, costs, initialCash, ...timing });
  expect(signals.track.points).toEqual(events.points);
  expect(signals.account.save()).toEqual(events.account.save());
  const plain = ({ side, quantity, priceTicks, fee, filledAt }: (typeof events.fills)[number]) => [
    side,
    quantity,
    priceTicks,
    fee,
    filledAt,
  ];
  expect(signals.fills.map(plain)).toEqual(events.fills.map(plain));
  expect(measure(signals)).toEqual(events.metrics);
};

describe("signals known beforehand do what an agent does that decides just so", () => {
  test("over a thousand random paths, markets, costs and times of trading, to the last tick", async () => {
    const random = new Random(1);
    for (let round = 0; round < 1000; round++) {
      const bars = geometricWalk({ bars: 2 + random.below(60), volatility: 0.001 + 0.1 * random.uniform(), seed: round });
      const costs = Costs.parse({
        feeBps: random.below(30),
        feeFixed: random.below(3),
        feeMinimum: random.below(5),
        slippageBps: random.below(20),
        slippageTicks: random.below(3),
        borrowBpsPerYear: random.below(2000),
      });
      const timing: Timing = round % 2 === 0 ? {} : { tradeOn: round % 4 === 1 ? "close" : "open", finalise: random.uniform() < 0.5 };
      await same(bars, randomPath(random, bars.close.length), costs, timing);
    }
  });

  test("ruined, too", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), async (seed) => {
        const bars = geometricWalk({ bars: 80, volatility: 0.3, seed });
        await same(bars, new Float64Array(80).fill(-2), Costs.parse({ feeBps: 50, borrowBpsPerYear: 5000 }));
      }),
      { seed: 2, numRuns: 40 },
    );
  });
});

test("what does not fit is refused", () => {
  const bars = geometricWalk({ bars: 5, volatility: 0.01, seed: 1 });
  const run = (...exposures: number[]) => backtestSignals({ bars, exposures, costs: Costs.parse({}), initialCash });
  expect(() => run(1, 1)).toThrow(/2 exposures for 5 bars/);
  expect(() => run(0, Infinity, 0, 0, 0)).toThrow(/exposure of Infinity at bar 1/);
});
