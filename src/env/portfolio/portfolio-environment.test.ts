import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { createPortfolioEnvironment, type PortfolioEnvironment } from "./portfolio-environment.ts";
import { portfolioOptions, randomAssets } from "./testing/sample-assets.ts";
import { SlowPortfolio } from "./testing/slow-portfolio.ts";

const modes = {
  "long-only": { kind: "long-only" },
  "long-short": { kind: "long-short", maxWeight: 0.6, maxGross: 1.5, maxNet: 0.5 },
  "orders": { kind: "orders", maxChange: 0.5, allowShort: true, maxGross: 1.2, maxNet: 0.8 },
  "orders, long only": { kind: "orders", maxChange: 0.4 },
} as const;
type Mode = keyof typeof modes;
const names = Object.keys(modes) as Mode[];

/** Numbers that stay for a while, some of them beyond the bounds. */
function draw(environment: PortfolioEnvironment, random: Random, previous?: Float32Array): Float32Array {
  const { actionSpace, count } = environment;
  const size = actionSpace.kind === "box" ? actionSpace.size : NaN;
  return Float32Array.from({ length: count * size }, (_, at) =>
    previous && random.below(3) > 0 ? previous[at]! : 2.4 * random.uniform() - 1.2,
  );
}

const rowOf = (environment: PortfolioEnvironment, rows: Float32Array, index: number) =>
  Array.from(rows.subarray((index * rows.length) / environment.count, ((index + 1) * rows.length) / environment.count));

describe.each(names)("%s", (mode) => {
  test("agrees with the slow twin to the bit, whatever happens to the assets", () => {
    let [ended, given, steps] = [0, 0, 0];
    for (let seed = 1; seed <= 40; seed++) {
      const fields = {
        actions: modes[mode],
        window: 1 + (seed % 3),
        minimumChange: seed % 2 === 0 ? 0 : 0.02,
        maxDrawdown: 0.3,
        missing: { giveUpAfter: seed % 5 === 0 ? null : 2, haircut: 0.4 },
        costs: { feeBps: 12, slippageBps: 7, borrowBpsPerYear: 400 },
        initialCash: 20_000,
        episode: { maxSteps: seed % 4 === 0 ? null : 15, randomStart: seed % 7 !== 0 },
      };
      const options = portfolioOptions(randomAssets(seed, 2 + (seed % 4), 36), fields, 2);
      const environment = createPortfolioEnvironment({ ...options, seed });
      const unit = environment.ledger(0).initialCash / options.initialCash;
      const twins = [0, 1].map((index) => new SlowPortfolio(options, unit, index, seed));
      const random = new Random(seed, 3);
      let actions: Float32Array | undefined;
      for (let step = 0; step < 60; step++, steps++) {
        actions = draw(environment, random, actions);
        environment.step(actions);
        for (const [index, twin] of twins.entries()) {
          const size = actions.length / 2;
          twin.step(Array.from(actions.subarray(index * size, (index + 1) * size)));
          const { cash, equity, positions, fees, borrow, dividends } = environment.ledger(index);
          const at = `seed ${seed}, step ${step}, environment ${index}`;
          expect({ at, positions, cash, equity, fees, borrow, dividends }).toEqual({
            at,
            positions: twin.lots,
            cash: twin.cash,
            equity: twin.equity,
            fees: twin.fees,
            borrow: twin.borrow,
            dividends: twin.dividends,
          });
          expect(rowOf(environment, environment.observations, index)).toEqual(twin.observation);
          expect(environment.rewards[index]).toBe(Math.fround(twin.reward));
          expect([environment.terminated[index], environment.truncated[index]]).toEqual([Number(twin.terminated), Number(twin.truncated)]);
          if (dividends !== 0) given++;
          if (!twin.terminated && !twin.truncated) continue;
          ended++;
          expect(rowOf(environment, environment.finalObservations, index)).toEqual(twin.finalObservation);
        }
      }
    }
    expect(ended).toBeGreaterThan(100);
    expect(given).toBeGreaterThan(50);
  });
});
