import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { optimalQuotes, optimalSpread, reservationPrice } from "./index.ts";

const paper = { volatility: 2, decay: 1.5 }; // σ and k of the paper's simulation; A = 140, T = 1, dt = 0.005.

test("reservation price and spread to the digits", () => {
  const problem = { ...paper, riskAversion: 0.1 };
  expect(reservationPrice(100, 3, 0.5, problem)).toBeCloseTo(100 - 3 * 0.1 * 4 * 0.5, 12);
  expect(optimalSpread(0, problem)).toBeCloseTo(1.290770422751423, 12); // 20·ln(16/15)
  expect(optimalSpread(1, problem)).toBeCloseTo(1.690770422751423, 12);
  const { reservation, bid, ask } = optimalQuotes(100, -2, 0.25, problem);
  expect(reservation).toBeCloseTo(100.2, 12);
  expect([bid, ask].map((quote) => quote - reservation)).toEqual(
    [-0.6953852113757115, 0.6953852113757115].map((half) => expect.closeTo(half, 9)),
  );
});

test("without aversion to speak of the spread is 2/k", () => {
  expect(optimalSpread(1, { ...paper, riskAversion: 1e-9 })).toBeCloseTo(2 / 1.5, 7);
});

/** Final wealth and inventory over many paths of the paper's simulation. */
function simulate(riskAversion: number, skews: boolean, paths: number) {
  const random = new Random(17);
  const [rate, step] = [140, 0.005];
  const wealths: number[] = [];
  const inventories: number[] = [];
  let spread = 0;
  for (let path = 0; path < paths; path++) {
    let [mid, inventory, cash] = [100, 0, 0];
    for (let tick = 0; tick < 200; tick++) {
      const { bid, ask } = optimalQuotes(mid, skews ? inventory : 0, 1 - tick * step, { ...paper, riskAversion });
      spread += (ask - bid) / (200 * paths);
      const reached = (distance: number) => random.uniform() < rate * Math.exp(-paper.decay * distance) * step;
      if (reached(mid - bid)) {
        inventory++;
        cash -= bid;
      }
      if (reached(ask - mid)) {
        inventory--;
        cash += ask;
      }
      mid += (random.uniform() < 0.5 ? -1 : 1) * paper.volatility * Math.sqrt(step);
    }
    wealths.push(cash + inventory * mid);
    inventories.push(inventory);
  }
  return { spread, wealth: moments(wealths), inventory: moments(inventories) };
}

function moments(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

describe("the paper's simulation with γ = 0.1 (its table 1, 1,000 paths)", () => {
  // Average spread, profit, std(profit), std(final q). The paper's figures carry the error of 1,000 paths, ours of 4,000.
  test.each([
    ["inventory", true, 1.49, 65.0, 6.6, 2.9],
    ["symmetric", false, 1.49, 68.4, 12.7, 8.4],
  ])("the %s strategy", (_name, skews, spread, profit, deviation, inventoryDeviation) => {
    const ours = simulate(0.1, skews, 4000);
    expect(ours.spread).toBeCloseTo(spread, 2);
    const error = deviation * Math.sqrt(1 / 1000 + 1 / 4000);
    expect(Math.abs(ours.wealth.mean - profit)).toBeLessThan(3 * error);
    expect(Math.abs(ours.wealth.deviation / deviation - 1)).toBeLessThan(3 * Math.sqrt(0.5 / 1000 + 0.5 / 4000) + 0.005);
    expect(Math.abs(ours.inventory.mean)).toBeLessThan(0.5);
    expect(ours.inventory.deviation / inventoryDeviation).toBeCloseTo(1, 0);
  });
});
