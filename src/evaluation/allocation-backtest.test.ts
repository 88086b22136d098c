import { describe, expect, test } from "vitest";
import { parseParams, Random } from "../base/index.ts";
import { type Bars, barsFrom, type CorporateAction } from "../domain/index.ts";
import { Costs } from "../market/index.ts";
import { backtestAllocation } from "./allocation-backtest.ts";
import type { Allocation } from "./allocation-definition.ts";
import { allocations } from "./allocations/index.ts";

const dayMs = 86_400_000;

/** Opens and closes by day, null where there is no bar. */
function asset(symbol: string, quotes: readonly (readonly [open: number, close: number] | null)[]): Bars {
  const rows = quotes.flatMap((quote, day) => {
    if (quote === null) return [];
    const [open, close] = quote;
    return [{ closeTime: (day + 1) * dayMs, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 1 }];
  });
  return barsFrom({ symbol, currency: "USD", tickSize: 0.01, lotSize: 1 }, rows);
}

function walk(symbol: string, seed: number, days: number, listed = 0): Bars {
  const random = new Random(seed);
  let price = 50;
  const quotes = Array.from({ length: days }, (_, day) => {
    const open = Math.round(100 * price) / 100;
    price = Math.max(1, price * (1 + 0.01 * (1 + (seed % 3)) * random.normal()));
    return day < listed ? null : ([open, Math.round(100 * price) / 100] as const);
  });
  return asset(symbol, quotes);
}

const free = Costs.parse({ feeBps: 0, slippageBps: 0 });
const equal = { weigh: ({ assets }: { assets: number }) => new Float64Array(assets).fill(1 / assets), needed: 0 };
const flat = (price: number, days: number) => Array.from({ length: days }, () => [price, price] as const);

function started(kind: Allocation) {
  const params = parseParams(
    kind.params,
    { ...("lookback" in kind.params && { lookback: 20 }), ...("viewBars" in kind.params && { viewBars: 20 }) },
    kind.name,
  );
  return { weigh: kind.start(params), needed: kind.needed(params) };
}

const four = (days = 90) => [1, 2, 3, 4].map((seed) => ({ bars: walk(`A${seed}`, seed, days) }));

describe("by hand", () => {
  test("equal weights of two assets, rebalanced after one has doubled", () => {
    const up = asset("UP", [
      [10, 10],
      [10, 10],
      [20, 20],
      [20, 20],
      [20, 20],
    ]);
    const still = asset("STILL", flat(10, 5));
    const result = backtestAllocation({ assets: [{ bars: up }, { bars: still }], ...equal, costs: free, initialCash: 1000 });
    // 50 lots each; then 1,500.00, so 37 of 20.00 and 75 of 10.00 are wished for.
    expect([...result.equity]).toEqual([100_000, 100_000, 150_000, 150_000, 150_000]);
    expect([...result.weights.subarray(0, 6)]).toEqual([0, 0, 0.5, 0.5, (50 * 2000) / 150_000, (50 * 1000) / 150_000]);
    expect([...result.weights.subarray(6, 8)]).toEqual([(37 * 2000) / 150_000, (75 * 1000) / 150_000]);
    expect([...result.turnover]).toEqual([0, 1, 0, (13 * 2000 + 25 * 1000) / 150_000, 0]);
    expect([...result.returns]).toEqual([0, 0, 0.5, 0, 0]);
    expect(result.symbols).toEqual(["UP", "STILL"]);
  });

  test("fees are those of the ledger and come out of equity", () => {
    const result = backtestAllocation({
      assets: [{ bars: asset("A", flat(10, 4)) }],
      weigh: () => Float64Array.of(0.5),
      needed: 0,
      costs: Costs.parse({ feeBps: 10, slippageBps: 0 }),
      initialCash: 1000,
      rebalanceEvery: 10,
    });
    expect([...result.fees]).toEqual([0, 50, 0, 0]);
    expect([...result.turnover]).toEqual([0, 0.5, 0, 0]); // Of the equity before the fee.
    expect([...result.equity]).toEqual([100_000, 99_950, 99_950, 99_950]);
  });

  test("between decisions nothing trades, whatever prices do", () => {
    const request = { assets: four(), ...equal, costs: Costs.parse({}), initialCash: 100_000 };
    const monthly = backtestAllocation({ ...request, rebalanceEvery: 21 });
    const trading = [...monthly.turnover].flatMap((value, bar) => (value > 0 ? [bar] : []));
    expect(trading).toEqual([1, 22, 43, 64, 85]);
    expect(Math.max(...backtestAllocation({ ...request, minimumChange: 0.5 }).turnover.subarray(2))).toBe(0);
  });

  test("a split is no loss to the rule, and a dividend is a gain", () => {
    const actions: CorporateAction[] = [
      { kind: "split", timeMs: 2.5 * dayMs, numerator: 2, denominator: 1 },
      { kind: "dividend", timeMs: 3.5 * dayMs, amount: 0.5 },
    ];
    const seen: number[][] = [];
    const weigh = ({ values }: { values: Float64Array }) => {
      seen.push([...values]);
      return Float64Array.of(0);
    };
    const bars = asset("A", [
      [10, 10],
      [10, 10],
      [5, 5],
      [4.5, 4.5],
      [4.5, 4.5],
    ]);
    backtestAllocation({ assets: [{ bars, actions }], weigh, needed: 3, costs: free, initialCash: 1000 });
    expect(seen).toHaveLength(1);
    expect(seen[0]!.map((value) => Math.abs(value) < 1e-12)).toEqual([true, true, true]);
  });
});

test("what is stuck in an asset without a bar is left alone, and the others share the rest", () => {
  const holed = asset("B", [[10, 10], [10, 10], null, [10, 10], [10, 10]]);
  const assets = [{ bars: asset("A", flat(10, 5)) }, { bars: holed }, { bars: asset("C", flat(10, 5)) }];
  const { weights, turnover } = backtestAllocation({ assets, ...equal, costs: free, initialCash: 3000 });
  expect([...turnover]).toEqual([0, 1, 0, 0, 0]);
  expect(weights.subarray(12)).toEqual(Float64Array.of(1 / 3, 1 / 3, 1 / 3));
});

test("equal weights are the uniform constantly rebalanced portfolio: their wealth is the product of mean growths", () => {
  const assets = four();
  const { equity, initialCash } = backtestAllocation({ assets, ...equal, costs: free, initialCash: 1e9 });
  let wealth = 1;
  for (let day = 2; day < 90; day++)
    // Filled at the second day's opens, which are the first one's closes but for a tick.
    wealth *= assets.reduce((sum, { bars: { open, close } }) => sum + close[day]! / open[day]! / 4, 0);
  const first = assets.reduce((sum, { bars: { open, close } }) => sum + close[1]! / open[1]! / 4, 0);
  expect(equity.at(-1)! / initialCash / (first * wealth)).toBeCloseTo(1, 3);
});

test("an asset is given weight once it has returns enough and while it is quoted", () => {
  const late = walk("LATE", 2, 60, 25);
  const halfGone = walk("GONE", 3, 40);
  const assets = [{ bars: walk("A", 1, 60) }, { bars: late }, { bars: halfGone }];
  const counts: number[] = [];
  const weigh = ({ assets: count, rows }: { assets: number; rows: number }) => {
    expect(rows).toBeGreaterThanOrEqual(10);
    counts.push(count);
    return new Float64Array(count).fill(1 / count);
  };
  const { time } = backtestAllocation({ assets, weigh, needed: 10, costs: free, initialCash: 100_000 });
  expect(time[0]).toBe(11 * dayMs);
  // From day 10 two, from day 35 the late one too, from day 40 without the one that ended.
  expect(counts).toEqual([...Array<number>(25).fill(2), ...Array<number>(5).fill(3), ...Array<number>(19).fill(2)]);
});

describe.each(Object.entries<Allocation>(allocations))("%s", (_name, kind) => {
  test("holds what it says, and nothing later changes anything before", () => {
    const assets = four();
    const request = { costs: Costs.parse({}), initialCash: 1_000_000, rebalanceEvery: 5 };
    const whole = backtestAllocation({ assets, ...request, ...started(kind) });
    const bars = whole.time.length;
    for (let bar = 1; bar < bars; bar++) {
      const weights = whole.weights.subarray(bar * 4, bar * 4 + 4);
      for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(1);
      if (bar % 5 === 1) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeGreaterThan(0.9);
    }
    const cut = 60;
    const changed = assets.map(({ bars: own }) => ({
      bars: {
        ...own,
        open: own.open.map((value, row) => (row > cut ? value * 2 : value)),
        high: own.high.map((value, row) => (row > cut ? value * 2 : value)),
        low: own.low.map((value, row) => (row > cut ? value * 2 : value)),
        close: own.close.map((value, row) => (row > cut ? value * 2 : value)),
      },
    }));
    const other = backtestAllocation({ assets: changed, ...request, ...started(kind) });
    const same = cut + 1 - (90 - bars);
    for (const column of ["time", "equity", "returns", "turnover", "fees"] as const)
      expect(other[column].subarray(0, same)).toEqual(whole[column].subarray(0, same));
    expect(other.weights.subarray(0, 4 * same)).toEqual(whole.weights.subarray(0, 4 * same));
    expect(other.equity[same + 1]).not.toBe(whole.equity[same + 1]);
  });
});

test("too little data is told", () => {
  expect(() => backtestAllocation({ assets: [{ bars: walk("A", 1, 5) }], ...equal, needed: 5, costs: free, initialCash: 1000 })).toThrow(
    expect.objectContaining({ code: "data/too-short" }) as Error,
  );
});
