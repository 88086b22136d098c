import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { type Instrument, Portfolio, toTicks } from "../../domain/index.ts";
import { createPortfolioEnvironment, PortfolioSpecification } from "../../env/index.ts";
import { Costs, geometricWalk } from "../../market/index.ts";
import { assetColumnsOf, profitByAsset } from "./index.ts";

const instruments: Instrument[] = [
  { symbol: "A", currency: "USD", tickSize: 0.01, lotSize: 1 },
  { symbol: "B", currency: "USD", tickSize: 0.5, lotSize: 0.1 },
  { symbol: "C", currency: "USD", tickSize: 0.001, lotSize: 10 },
];

/** A portfolio that trades at random, in columns, and what each asset's own cash came to, booked beside it. */
function randomPortfolio(seed: number, rows = 30) {
  const random = new Random(seed);
  const portfolio = new Portfolio({ instruments, initialCash: 100_000 });
  const count = instruments.length;
  const ticks = Float64Array.from(instruments, () => 100 + random.below(1000));
  const table = () => new Float64Array(rows * count);
  const [positions, marks, carry, equity] = [table(), table(), table(), new Float64Array(rows)];
  const fills = { row: [] as number[], asset: [] as number[], value: [] as number[], marketValue: [] as number[], fee: [] as number[] };
  const own = instruments.map(() => ({ cash: 0, fees: 0, slippage: 0, carry: 0 }));
  let interest = 0;
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < count; index++) {
      ticks[index] = Math.max(1, ticks[index]! + random.below(21) - 10);
      for (let trade = random.below(3); trade > 0; trade--) {
        const lots = random.below(41) - 20;
        if (lots === 0) continue;
        const [price, fee, worth] = [ticks[index]! + Math.sign(lots), random.below(30), portfolio.worth[index]!];
        portfolio.trade(index, lots, price, fee);
        const [value, marketValue] = [lots * price * worth, lots * ticks[index]! * worth];
        fills.row.push(row);
        fills.asset.push(index);
        fills.value.push(value);
        fills.marketValue.push(marketValue);
        fills.fee.push(fee);
        own[index]!.cash -= value + fee;
        own[index]!.fees += fee;
        own[index]!.slippage += value - marketValue;
      }
      if (portfolio.position[index]! < 0) {
        carry[row * count + index] = random.below(10);
        portfolio.payBorrow(carry[row * count + index]!);
        own[index]!.carry += carry[row * count + index]!;
      }
    }
    const paid = random.below(3);
    portfolio.payInterest(paid);
    interest += paid;
    portfolio.mark(ticks);
    for (let index = 0; index < count; index++) {
      positions[row * count + index] = portfolio.position[index]!;
      marks[row * count + index] = portfolio.markTicks[index]! * portfolio.worth[index]!;
    }
    equity[row] = portfolio.equity;
  }
  const columns = { symbols: ["A", "B", "C"], positions, marks, fills, carry, equity, initialCash: portfolio.initialCash };
  const profits = own.map(
    ({ cash, carry: held }, index) => cash - held + portfolio.position[index]! * ticks[index]! * portfolio.worth[index]!,
  );
  return { columns, own, profits, interest };
}

test("assets and what belongs to none make up the change of equity, exactly", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { columns, own, profits, interest } = randomPortfolio(seed);
    const { assets, byRow, unassigned } = profitByAsset(columns);
    expect(assets.map(({ profit }) => profit)).toEqual(profits);
    expect(assets.map(({ fees, slippage, carry }) => ({ fees, slippage, carry }))).toEqual(
      own.map(({ fees, slippage, carry }) => ({ fees, slippage, carry })),
    );
    expect(unassigned).toBe(0 - interest);
    const totals = [0, 0, 0];
    for (const [cell, profit] of byRow.entries()) totals[cell % 3]! += profit;
    expect(totals).toEqual(profits);
  }
});

test("carry that is not told by asset is given to none", () => {
  const { columns, profits, own, interest } = randomPortfolio(7);
  const { carry: told, ...rest } = columns;
  const { assets, unassigned } = profitByAsset(rest);
  expect(told.some((value) => value !== 0)).toBe(true);
  expect(assets.map(({ profit }) => profit)).toEqual(profits.map((profit, index) => profit + own[index]!.carry));
  expect(unassigned).toBe(-interest - own.reduce((sum, { carry }) => sum + carry, 0));
});

test("what does not fit is refused, and nothing is nothing", () => {
  const { columns } = randomPortfolio(1);
  const { fills } = columns;
  const code = "data/invalid-value";
  const refused = (change: Partial<typeof columns>, path: string) =>
    expect(() => profitByAsset({ ...columns, ...change })).toThrow(expect.objectContaining({ code, path }));
  refused({ marks: columns.marks.subarray(1) }, "marks");
  refused({ positions: columns.positions.map(() => NaN) }, "positions.0");
  refused({ equity: columns.equity.map((value, row) => (row === 4 ? Infinity : value)) }, "equity.4");
  refused({ fills: { ...fills, fee: [] } }, "fills.fee");
  refused({ fills: { ...fills, asset: fills.asset.map(() => 3) } }, "fills.asset.0");
  refused({ fills: { ...fills, row: fills.row.map(() => -1) } }, "fills.row.0");
  const empty = new Float64Array();
  const none = { row: [], asset: [], value: [], fee: [] };
  expect(profitByAsset({ symbols: [], positions: empty, marks: empty, fills: none, equity: empty, initialCash: 5 })).toEqual({
    assets: [],
    byRow: empty,
    unassigned: 0,
  });
});

/** An episode of the portfolio environment with random weights, ledger by ledger. */
function episode(seed: number) {
  const random = new Random(seed);
  const costs = Costs.parse({ feeBps: random.below(20), slippageBps: random.below(10), borrowBpsPerYear: random.below(3000) });
  const assets = instruments.map((instrument, index) => {
    const walk = geometricWalk({ bars: 40, volatility: 0.03, startPrice: 400, seed: 10 * seed + index });
    const onGrid = (column: Float64Array) => column.map((price) => toTicks(instrument, price) * instrument.tickSize);
    const { open, high, low, close } = walk;
    return { ...walk, instrument, open: onGrid(open), high: onGrid(high), low: onGrid(low), close: onGrid(close) };
  });
  const values = new Float32Array(40).fill(1);
  const environment = createPortfolioEnvironment({
    ...PortfolioSpecification.parse({
      actions: { kind: "long-short", maxWeight: 0.6, maxGross: 1.2, maxNet: 1 },
      window: 1,
      maxDrawdown: 1,
      costs,
      initialCash: 1_000_000,
      episode: { maxSteps: null, randomStart: false },
    }),
    assets: assets.map((bars) => ({ bars, features: { names: ["one"], width: 1, rows: 40, values, firstReady: 0 } })),
    pipelineHash: "none",
    count: 1,
  });
  const ledgers = [environment.ledger(0)];
  const time = [environment.observedAt[0]!];
  for (let step = 0; step < 30; step++) {
    environment.step(Float32Array.from(assets, () => 2 * random.uniform() - 1));
    ledgers.push(environment.ledger(0));
    time.push(environment.observedAt[0]!);
  }
  return { time, ledgers, assets: assets.map((bars) => ({ bars, costs })) };
}

/** What each change of position slipped, in cents: this portfolio counts in them. */
function slippageOf({ time, ledgers, assets }: ReturnType<typeof episode>, index: number): number {
  const { bars, costs } = assets[index]!;
  const worth = Math.round((bars.instrument.tickSize * bars.instrument.lotSize) / 0.01);
  return ledgers.slice(1).reduce((sum, { positions }, row) => {
    const lots = positions[index]! - ledgers[row]!.positions[index]!;
    const open = toTicks(bars.instrument, bars.open[bars.closeTime.indexOf(time[row + 1]!)]!);
    return sum + Math.abs(lots) * Math.ceil((open * costs.slippageBps) / 10_000) * worth;
  }, 0);
}

test("ledgers of the portfolio environment are split by asset, exactly", () => {
  for (let seed = 1; seed <= 25; seed++) {
    const path = episode(seed);
    const { assets, unassigned } = profitByAsset(assetColumnsOf(path));
    const last = path.ledgers.at(-1)!;
    const sum = (of: (asset: (typeof assets)[number]) => number) => assets.reduce((total, asset) => total + of(asset), 0);
    expect([sum(({ fees }) => fees), sum(({ carry }) => carry), unassigned]).toEqual([last.fees, last.borrow, 0]);
    expect(sum(({ profit }) => profit)).toBe(last.equity - last.initialCash);
    for (const [index, { slippage }] of assets.entries()) expect(slippage).toBe(slippageOf(path, index));
  }
});

test("ledgers that positions and costs do not explain are refused", () => {
  const path = episode(1);
  const costs = Costs.parse({ feeBps: 33 });
  const code = "data/invalid-value";
  expect(() => assetColumnsOf({ ...path, assets: path.assets.map(({ bars }) => ({ bars, costs })) })).toThrow(
    expect.objectContaining({ code, path: "ledgers.1" }),
  );
  expect(() => assetColumnsOf({ ...path, time: path.time.slice(1) })).toThrow(/31 ledgers for 30 closes/);
  expect(() => assetColumnsOf({ ...path, time: path.time.slice(1), ledgers: path.ledgers.slice(1) })).toThrow(/held at the start/);
  expect(() => assetColumnsOf({ ...path, time: path.time.map((time) => time + 1) })).toThrow(/where it has no bar/);
});
