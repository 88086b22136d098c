import { describe, expect, test } from "vitest";
import { fromLots, signOf, toTicks } from "../../domain/index.ts";
import { roundTripsOf } from "../trades.ts";
import {
  attributeDecisions,
  capacityOf,
  implementationShortfall,
  profitLedger,
  profitOf,
  rankDecisions,
  tradeExcursions,
  type TradedStretch,
} from "./index.ts";
import { randomOrders, randomSignals, stretchOf } from "./testing/traded.ts";

const start = Date.UTC(2024, 0, 1);
const closeOf = (row: number): number => start + (row + 1) * 3_600_000;

const prices = [
  [1000, 1000, 1000, 1000],
  [1010, 1060, 1000, 1050],
  [1040, 1045, 990, 1000],
  [990, 1030, 980, 1020],
  [1020, 1025, 1015, 1015],
] as const;
const trades = [
  [1, 10, 1012, 5],
  [2, -15, 1038, 9],
  [3, 5, 991, 2],
] as const;
const byHand = () => stretchOf(prices, trades, [0, 0, 3, 0, 0]);

describe("decisions", () => {
  test("by hand", () => {
    const { before, decisions } = attributeDecisions(byHand());
    expect(before).toBe(0);
    expect(decisions).toEqual([
      // 10 lots from 1010 to 1040, against staying flat.
      {
        decidedAt: closeOf(0),
        filledAt: closeOf(1),
        lotsBefore: 0,
        lotsAfter: 10,
        bars: 1,
        costs: 25,
        carry: 0,
        profit: 275,
        still: 0,
        advantage: 275,
      },
      // −5 lots from 1040 to 990, against keeping ten.
      {
        decidedAt: closeOf(1),
        filledAt: closeOf(2),
        lotsBefore: 10,
        lotsAfter: -5,
        bars: 1,
        costs: 39,
        carry: 3,
        profit: 208,
        still: -500,
        advantage: 708,
      },
      // Flat from 990 to the end at 1015, against −5.
      {
        decidedAt: closeOf(2),
        filledAt: closeOf(3),
        lotsBefore: -5,
        lotsAfter: 0,
        bars: 2,
        costs: 7,
        carry: 0,
        profit: -7,
        still: -125,
        advantage: 118,
      },
    ]);
    const { best, worst } = rankDecisions(decisions, "profit", 1);
    expect([best.map(({ profit }) => profit), worst.map(({ profit }) => profit)]).toEqual([[275], [-7]]);
    expect(rankDecisions(decisions).best.map(({ advantage }) => advantage)).toEqual([708, 275, 118]);
    expect(rankDecisions(decisions).worst).toEqual([]);
  });

  /** Profits by another road: equity just before the first fill of each decision, from the track alone. */
  function checkDecisions(stretch: TradedStretch): void {
    const { track, fills, instrument, initialCash } = stretch;
    const { before, decisions } = attributeDecisions(stretch);
    const last = track.time.length - 1;
    const rowOf = new Map(Array.from(track.time, (time, row) => [time, row]));
    const firsts = [...new Set(fills.map(({ filledAt }) => rowOf.get(filledAt)!))];
    const open = (row: number) => toTicks(instrument, track.open[row]!);
    const close = (row: number) => toTicks(instrument, track.close[row]!);
    const values = firsts.map((row) =>
      row === 0 ? initialCash : track.equity[row - 1]! + track.position[row - 1]! * (open(row) - close(row - 1)),
    );
    const ends = [...values.slice(1), track.equity[last]!];
    expect(decisions.map(({ profit }) => profit)).toEqual(values.map((value, index) => ends[index]! - value));
    expect(before).toBe((values[0] ?? track.equity[last]!) - initialCash);
    for (const [index, { lotsBefore, lotsAfter, still, filledAt, decidedAt }] of decisions.entries()) {
      const row = firsts[index]!;
      const until = firsts[index + 1];
      expect([filledAt, decidedAt]).toEqual([track.time[row], row === 0 ? null : track.time[row - 1]]);
      expect([lotsBefore, lotsAfter]).toEqual([row === 0 ? 0 : track.position[row - 1], track.position[row]]);
      expect(still).toBe(lotsBefore * ((until === undefined ? close(last) : open(until)) - open(row)) + 0);
    }
  }

  test("over random stretches their profits add up to the change in equity", () => {
    for (let seed = 1; seed <= 150; seed++) checkDecisions(randomSignals(seed));
    for (let seed = 1; seed <= 80; seed++) checkDecisions(randomOrders(seed));
  });

  test("none is none", () => {
    expect(attributeDecisions(stretchOf(prices, [], [4]))).toEqual({ before: -4, decisions: [] });
    expect(rankDecisions([])).toEqual({ best: [], worst: [] });
  });
});

describe("excursions", () => {
  test("by hand: what followed the exit is not lived through", () => {
    expect(tradeExcursions(byHand())).toEqual([
      // Bought at 1012: from 1000 to 1060 while held, then out at 1038.
      {
        side: "long",
        openedAt: closeOf(1),
        closedAt: closeOf(2),
        profit: 260,
        adverse: -120,
        favourable: 480,
        adverseShare: -120 / 10_100,
        favourableShare: 480 / 10_100,
        kept: 260 / 480,
      },
      // Sold at 1038: from 1045 to 990 while held, out at 991 where the market was at 990.
      {
        side: "short",
        openedAt: closeOf(2),
        closedAt: closeOf(3),
        profit: 235,
        adverse: -35,
        favourable: 240,
        adverseShare: -35 / 5200,
        favourableShare: 240 / 5200,
        kept: 235 / 240,
      },
    ]);
  });

  test("an open trip is valued at the last close, and a trip that never was ahead kept nothing", () => {
    const falling = [
      [100, 100, 100, 100],
      [100, 100, 90, 90],
      [80, 85, 70, 75],
    ] as const;
    expect(tradeExcursions(stretchOf(falling, [[1, 2, 100, 0]]))).toMatchObject([
      { side: "long", closedAt: null, profit: -50, adverse: -60, favourable: 0, adverseShare: -0.3, kept: null },
    ]);
    expect(tradeExcursions(stretchOf([], []))).toEqual([]);
  });

  test("over random stretches they hold the profit between them, and of plain trips they are the extremes of price", () => {
    let plain = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const stretch = seed % 3 === 0 ? randomOrders(seed) : randomSignals(seed);
      const { track, fills, instrument } = stretch;
      const trips = tradeExcursions(stretch);
      const closed = trips.filter(({ closedAt }) => closedAt !== null);
      expect(closed.map(({ profit, side }) => [side, profit])).toEqual(
        roundTripsOf(fills).map(({ profit, fees, side }) => [side, profit + fees]),
      );
      for (const { profit, adverse, favourable, openedAt, closedAt } of trips) {
        expect(adverse <= Math.min(0, profit) && favourable >= Math.max(0, profit)).toBe(true);
        const within = fills.filter(({ filledAt }) => filledAt >= openedAt && filledAt <= (closedAt ?? Infinity));
        const [entry, exit] = within;
        if (within.length !== 2 || closedAt === null || seed % 3 === 0 || entry!.quantity !== exit!.quantity) continue;
        plain++;
        const rows = Array.from(track.time, (_, row) => row).filter((row) => track.time[row]! >= openedAt && track.time[row]! < closedAt);
        const exitRow = rows.at(-1)! + 1;
        const seen = [
          ...rows.flatMap((row) => [track.high[row]!, track.low[row]!]).map((price) => toTicks(instrument, price)),
          toTicks(instrument, track.open[exitRow]!),
          exit!.priceTicks,
        ];
        const signed = signOf(entry!.side) * entry!.quantity;
        const profits = seen.map((ticks) => signed * (ticks - entry!.priceTicks));
        expect([adverse, favourable]).toEqual([Math.min(0, ...profits), Math.max(0, ...profits)]);
      }
    }
    expect(plain).toBeGreaterThan(30);
  });
});

describe("implementation shortfall", () => {
  test("by hand", () => {
    const { fills, bps, ...totals } = implementationShortfall(byHand());
    expect(fills.map(({ delay, execution, fee, shortfall }) => [delay, execution, fee, shortfall])).toEqual([
      [10 * 10, 10 * 2, 5, 125],
      [-15 * -10, -15 * -2, 9, 189],
      [5 * -10, 5 * 1, 2, -43],
    ]);
    expect(totals).toEqual({ delay: 200, execution: 55, fees: 16, shortfall: 271, decidedValue: 10_000 + 15_750 + 5000 });
    expect(bps).toBeCloseTo((1e4 * 271) / 30_750, 12);
    const given = implementationShortfall(byHand(), { decisionTicks: [1012, 1038, 991], marketTicks: [1012, 1038, 991] });
    expect([given.delay, given.execution, given.shortfall]).toEqual([0, 0, 16]);
  });

  test("execution is what slippage costs, and no fills have no rate", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const stretch = seed % 2 === 0 ? randomOrders(seed) : randomSignals(seed);
      const { execution, fees, shortfall, fills } = implementationShortfall(stretch);
      const { slippage, fees: paid } = profitOf(profitLedger(stretch));
      expect([execution, fees]).toEqual([slippage, paid]);
      expect(fills.reduce((sum, fill) => sum + fill.shortfall, 0)).toBe(shortfall);
    }
    expect(implementationShortfall(stretchOf(prices, []))).toMatchObject({ shortfall: 0, bps: null });
    expect(() => implementationShortfall(byHand(), { decisionTicks: [1] })).toThrow(/1 decision prices for 3 fills/);
  });
});

describe("capacity", () => {
  test("by hand", () => {
    const volume = [1000, 100, 300, 50, 10];
    // 10 of 100, 15 of 300, 5 of 50: a tenth, a twentieth, a tenth.
    const { capacity, ...shares } = capacityOf(byHand(), { volume, tolerance: 0 });
    expect(shares).toEqual({ bars: 3, meanParticipation: (0.1 + 0.05 + 0.1) / 3, highParticipation: 0.1, mostParticipation: 0.1 });
    expect(capacity).toBe(Math.min(100_000, byHand().track.equity[2]!));
    expect(capacityOf(byHand(), { volume, tolerance: 0, limit: 0.05 }).capacity).toBeCloseTo(capacity! / 2, 9);
  });

  test("as many times the volume, as many times the capacity", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const result = randomSignals(seed);
      const volume = Float64Array.from(result.bars.volume, (value) => 1e6 * value);
      const [once, thrice] = [1, 3].map((factor) => capacityOf(result, { volume: volume.map((value) => factor * value) }));
      if (result.fills.length === 0) continue;
      expect(thrice!.capacity! / once!.capacity!).toBeCloseTo(3, 9);
      const row = result.trades.row[0]!;
      const share = fromLots(result.instrument, Math.abs(result.trades.signedLots[0]!)) / volume[row]!;
      expect(once!.mostParticipation).toBeGreaterThanOrEqual(share);
    }
  });

  test("trades without volume leave none, no trades leave it open, odd volumes are refused", () => {
    expect(capacityOf(byHand(), { volume: [1, 0, 1, 1, 1], tolerance: 0 })).toEqual({
      bars: 3,
      meanParticipation: null,
      highParticipation: null,
      mostParticipation: null,
      capacity: 0,
    });
    expect(capacityOf(stretchOf(prices, []), { volume: [1, 1, 1, 1, 1] })).toMatchObject({
      bars: 0,
      mostParticipation: null,
      capacity: null,
    });
    const code = "data/invalid-value";
    expect(() => capacityOf(byHand(), { volume: [1, 1] })).toThrow(expect.objectContaining({ code, path: "volume" }));
    expect(() => capacityOf(byHand(), { volume: [1, NaN, 1, 1, 1] })).toThrow(expect.objectContaining({ code, path: "volume.1" }));
  });
});
