import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import {
  type Bars,
  copyBars,
  type Lots,
  type Money,
  type Order,
  readBar,
  emptyBar,
  sliceBars,
  type TimeMs,
  toTicks,
} from "../domain/index.ts";
import { BarExchange } from "./bar-exchange.ts";
import { Costs } from "./costs.ts";
import { conditionsAt, type MarketSeries, seenBars } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";
import { sampleScenarios, stress } from "./stress.ts";
import { geometricWalk } from "./synthetic.ts";

const rows = 120;
const walk = (seed: number, bars = rows): Bars => geometricWalk({ bars, volatility: 0.02, startPrice: 50, seed });
const several = (seed: number): Bars[] => [walk(3 * seed + 1), walk(3 * seed + 2), walk(3 * seed + 3)];
const bytes = (columns: object): string =>
  JSON.stringify(
    Object.entries(columns).map(([name, column]) => (ArrayBuffer.isView(column) ? [name, ...(column as Float64Array)] : name)),
  );
const prefix = ({ bars, conditions }: MarketSeries, end: number): string =>
  bytes(sliceBars(bars, 0, end)) +
  bytes(Object.fromEntries(Object.entries(conditions).map(([name, column]) => [name, (column as Float64Array).subarray(0, end)])));

function expectBars({ bars, conditions }: MarketSeries, times: Float64Array) {
  const { instrument, closeTime, open, high, low, close, volume } = bars;
  expect([...closeTime]).toEqual([...times]);
  for (let row = 0; row < close.length; row++) {
    for (const price of [open[row]!, high[row]!, low[row]!, close[row]!])
      if (!(price >= instrument.tickSize && Math.abs(price / 0.01 - toTicks(instrument, price)) < 1e-6))
        throw new Error(`row ${row}: ${price}`);
    if (!(low[row]! <= Math.min(open[row]!, close[row]!) && high[row]! >= Math.max(open[row]!, close[row]!) && volume[row]! >= 0))
      throw new Error(`row ${row} is no bar`);
    if (!(conditions.feeFactor[row]! >= 0 && conditions.slippageFactor[row]! >= 0)) throw new Error(`row ${row} has negative costs`);
  }
}

describe.each(Object.keys(scenarios))("%s", (name) => {
  test("changes nothing up to its onset, leaves its input alone, gives bars, and repeats itself", () => {
    const property = fc.property(fc.nat(1000), fc.integer({ min: -1, max: rows + 1 }), (seed, onset) => {
      const bars = several(seed);
      const originals = bars.map(copyBars);
      const [first] = bars;
      const times = first!.closeTime;
      const onsetMs = onset < 0 ? -Infinity : (times[onset - 1] ?? (onset === 0 ? times[0]! - 1 : times.at(-1)!));
      const params = scenarios[name as keyof typeof scenarios].sample(new Random(seed));
      const specification = { scenario: name, params, onsetMs: onsetMs === -Infinity ? 0 : onsetMs, seed };
      const after = stress(bars, [specification]);
      const calm = stress(bars, []);
      const end = Math.min(Math.max(0, onset), rows);
      for (const [index, series] of after.entries()) {
        expect(prefix(series, end)).toBe(prefix(calm[index]!, end));
        expect(bytes(sliceBars(seenBars(series), 0, end))).toBe(bytes(sliceBars(bars[index]!, 0, end)));
        expectBars(series, times);
      }
      expect(bars).toEqual(originals);
      expect(stress(bars, [JSON.parse(JSON.stringify(specification))])).toEqual(after);
    });
    fc.assert(property, { seed: 1, numRuns: 60 });
  });

  test("refuses what it does not know", () => {
    expect(() => stress(several(1), [{ scenario: name, params: { nonsense: 1 }, onsetMs: 0 }])).toThrow(/scenarios\.0\.params\.nonsense/);
  });
});

const onsetRow = 40;
const onsetMs = walk(1).closeTime[onsetRow - 1]!;
/** One instrument after one scenario, beside what it was. */
function after(scenario: string, params: Record<string, unknown>, bars = walk(1)) {
  const [series] = stress([bars], [{ scenario, params, onsetMs }]);
  const ratio = (column: "open" | "close", row: number) => series!.bars[column][row]! / bars[column][row]!;
  return { ...series!, ratio, source: bars };
}

test("a flash crash falls, recovers in part, and stays there", () => {
  const { ratio, conditions, bars, source } = after("flash-crash", {
    depth: 0.2,
    crashBars: 2,
    recovery: 0.5,
    recoveryBars: 4,
    stressBars: 6,
  });
  expect(ratio("close", onsetRow)).toBeCloseTo(Math.sqrt(0.8), 3);
  expect(ratio("close", onsetRow + 1)).toBeCloseTo(0.8, 3);
  expect(ratio("close", onsetRow + 3)).toBeCloseTo(Math.sqrt(0.8 * 0.9), 3);
  for (const row of [onsetRow + 5, onsetRow + 6, rows - 1]) expect(ratio("close", row)).toBeCloseTo(0.9, 3);
  expect([...conditions.slippageFactor.slice(onsetRow - 1, onsetRow + 8)]).toEqual([1, 4, 4, 4, 4, 4, 4, 1, 1]);
  expect(bars.volume[onsetRow]).toBe(source.volume[onsetRow]! * 5);
});

test("a drought takes volume and widens spreads, and leaves prices", () => {
  const { bars, source, conditions } = after("liquidity-drought", { volumeFactor: 0.1, slippageFactor: 7, durationBars: 3 });
  expect([...bars.close]).toEqual([...source.close]);
  expect(bars.volume[onsetRow + 2]).toBeCloseTo(source.volume[onsetRow + 2]! / 10, 9);
  expect(bars.volume[onsetRow + 3]).toBe(source.volume[onsetRow + 3]);
  expect([...conditions.slippageFactor.slice(onsetRow + 1, onsetRow + 5)]).toEqual([7, 7, 1, 1]);
});

test("a volatility regime multiplies every move, then the old moves go on", () => {
  const { bars, source } = after(
    "volatility-regime",
    { factor: 3, durationBars: 30, volumeFactor: 1 },
    geometricWalk({ bars: rows, volatility: 0.01, startPrice: 5000, seed: 2 }),
  );
  const move = ({ close }: Bars, row: number) => Math.log(close[row]! / close[row - 1]!);
  for (let row = onsetRow; row < rows; row++) expect(move(bars, row)).toBeCloseTo((row < onsetRow + 30 ? 3 : 1) * move(source, row), 4);
});

test("a correlation break gives the correlation that is asked for, and keeps each one's deviation", () => {
  const long = Array.from({ length: 3 }, (_, index) =>
    geometricWalk({ bars: 6000, volatility: 0.01 * (index + 1), startPrice: 1000, seed: index }),
  );
  for (const correlation of [0, 0.5, 0.95]) {
    const changed = stress(long, [
      { scenario: "correlation-break", params: { correlation, durationBars: 5000 }, onsetMs: long[0]!.closeTime[499]!, seed: 5 },
    ]);
    const returns = (bars: Bars, from = 500) =>
      Array.from({ length: 4999 }, (_, index) => Math.log(bars.close[from + 1 + index]! / bars.close[from + index]!));
    const columns = changed.map(({ bars }) => returns(bars));
    for (const [left, right] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      expect(Math.abs(correlationOf(columns[left]!, columns[right]!) - correlation)).toBeLessThan(0.05);
    for (const [index, column] of columns.entries()) expect(deviationOf(column) / deviationOf(returns(long[index]!))).toBeCloseTo(1, 1);
    for (const [index, { bars }] of changed.entries()) {
      const move = (each: Bars) => Math.log(each.close[5800]! / each.close[5700]!);
      expect(move(bars), "and then goes on").toBeCloseTo(move(long[index]!), 1);
    }
  }
  expect(() => stress([walk(1)], [{ scenario: "correlation-break", onsetMs: 0 }])).toThrow(/takes 2 instruments/);
  expect(() => stress([walk(1), walk(1, 50)], [{ scenario: "correlation-break", onsetMs: 0 }])).toThrow(/other times/);
});

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviationOf = (values: number[]) => Math.sqrt(meanOf(values.map((value) => (value - meanOf(values)) ** 2)));
function correlationOf(left: number[], right: number[]): number {
  const [atLeft, atRight] = [meanOf(left), meanOf(right)];
  return meanOf(left.map((value, index) => (value - atLeft) * (right[index]! - atRight))) / (deviationOf(left) * deviationOf(right));
}

test("a gap opens away and may fill", () => {
  const gap = after("gap-open", { size: -0.1 });
  expect([gap.ratio("open", onsetRow), gap.ratio("close", rows - 1)]).toEqual([expect.closeTo(0.9, 3), expect.closeTo(0.9, 3)]);
  const filled = after("gap-open", { size: 0.1, filled: 1, fillBars: 4 });
  expect(filled.ratio("open", onsetRow)).toBeCloseTo(1.1, 3);
  expect(filled.ratio("close", onsetRow + 3)).toBeCloseTo(1, 3);
});

test("a halt stands still without volume and reopens where the market is", () => {
  const { bars, source, conditions } = after("exchange-halt", { durationBars: 3 });
  const last = source.close[onsetRow - 1]!;
  for (const row of [onsetRow, onsetRow + 1, onsetRow + 2])
    expect(readBar(bars, row, emptyBar())).toMatchObject({ open: last, high: last, low: last, close: last, volume: 0 });
  expect(readBar(bars, onsetRow + 3, emptyBar())).toEqual(readBar(source, onsetRow + 3, emptyBar()));
  expect([...conditions.halted.slice(onsetRow - 1, onsetRow + 4)]).toEqual([0, 1, 1, 1, 0]);
});

test("a stale feed shows its last price while the market goes on", () => {
  const series = after("stale-feed", { durationBars: 2 });
  const seen = seenBars(series);
  expect([...series.bars.close]).toEqual([...series.source.close]);
  const last = series.source.close[onsetRow - 1]!;
  expect([...seen.close.slice(onsetRow - 1, onsetRow + 3)]).toEqual([last, last, last, series.source.close[onsetRow + 2]]);
  expect([...seen.volume.slice(onsetRow, onsetRow + 2)]).toEqual([0, 0]);
});

test("scenarios follow one another, and befall the instruments that are named", () => {
  const bars = several(2);
  const symbol = bars[1]!.instrument.symbol;
  const [first, second] = stress(bars, [
    { scenario: "exchange-halt", params: { durationBars: 5 }, onsetMs },
    { scenario: "flash-crash", onsetMs, instruments: [symbol] },
    { scenario: "fee-change", params: { feeFactor: 2 }, onsetMs },
    { scenario: "fee-change", params: { feeFactor: 3, durationBars: 2 }, onsetMs },
  ]);
  expect(first!.bars.close[rows - 1]).toBe(bars[0]!.close[rows - 1]);
  expect(second!.bars.close[rows - 1]).toBeLessThan(bars[1]!.close[rows - 1]!);
  expect(second!.bars.volume[onsetRow + 4], "still halted").toBe(0);
  expect([...first!.conditions.feeFactor.slice(onsetRow - 1, onsetRow + 3)]).toEqual([1, 6, 6, 2]);
  expect(() => stress(bars, [{ scenario: "fee-change", onsetMs, instruments: ["NOBODY"] }])).toThrow(/instruments/);
  expect(() => stress(bars, [{ scenario: "flood", onsetMs }])).toThrow(/no scenario "flood"/);
});

test("a venue bears the conditions: halts, dearer fees, wider spreads", () => {
  const [series] = stress(
    [walk(1)],
    [
      { scenario: "exchange-halt", params: { durationBars: 2 }, onsetMs },
      { scenario: "fee-change", params: { feeFactor: 4 }, onsetMs },
      { scenario: "liquidity-drought", params: { slippageFactor: 10 }, onsetMs },
    ],
  );
  const { instrument } = series!.bars;
  const venue = new BarExchange({ instrument, costs: Costs.parse({ feeBps: 10, slippageBps: 10 }), initialCash: 1e12 as Money });
  const fills: { row: number; cost: number; fee: number }[] = [];
  for (let row = 0; row < rows; row++) {
    const bar = readBar(series!.bars, row, emptyBar());
    for (const event of venue.onBar(bar, conditionsAt(series!, row)).events) {
      if (event.kind !== "fill") continue;
      const { quantity, priceTicks, fee } = event.fill;
      fills.push({ row, cost: priceTicks / toTicks(instrument, bar.open) - 1, fee: fee / (quantity * priceTicks) });
    }
    const order: Order = {
      id: `o${row}`,
      instrument,
      side: "buy",
      quantity: 1000 as Lots,
      type: "market",
      timeInForce: "ioc",
      decidedAt: bar.closeTime as TimeMs,
    };
    if (row === onsetRow - 5 || row >= onsetRow - 1) venue.submit(order);
  }
  expect(fills.slice(0, 2).map(({ row }) => row)).toEqual([onsetRow - 4, onsetRow + 2]);
  expect([fills[0]!.cost, fills[0]!.fee]).toEqual([expect.closeTo(0.001, 3), expect.closeTo(0.001, 5)]);
  expect([fills[1]!.cost, fills[1]!.fee]).toEqual([expect.closeTo(0.01, 3), expect.closeTo(0.004, 5)]);
});

test("sampling states what it drew, as often as it should, and the same seed draws the same", () => {
  const bars = [walk(1)];
  const draw = (seed: number) => sampleScenarios(new Random(seed), bars, { probability: 0.5, draws: 2 });
  const drawn = Array.from({ length: 2000 }, (_, seed) => draw(seed));
  const all = drawn.flat();
  expect(all.length / 4000).toBeCloseTo(0.5, 1);
  expect(new Set(all.map(({ scenario }) => scenario))).toEqual(
    new Set(Object.keys(scenarios).filter((name) => name !== "correlation-break")),
  );
  expect(draw(7)).toEqual(drawn[7]);
  for (const specifications of drawn.slice(0, 100)) expectBars(stress(bars, specifications)[0]!, bars[0]!.closeTime);
  expect(() => sampleScenarios(new Random(1), bars, { probability: 1, names: ["flood"] })).toThrow(/no scenario "flood"/);
});
