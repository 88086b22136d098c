import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fill, Instrument, Lots, PriceTicks, TimeMs } from "../domain/index.ts";
import { figureOf, type Metric } from "./metric-definition.ts";
import { metricInfo } from "./metric.ts";
import { measure, simpleReturns } from "./metrics.ts";
import { metrics } from "./metrics/index.ts";
import type { Metrics } from "./report/document.ts";
import { roundTripsOf } from "./trades.ts";

const registered: Readonly<Partial<Record<keyof Metrics, Metric>>> = {
  totalReturn: metrics["total-return"],
  annualReturn: metrics["annual-return"],
  annualVolatility: metrics["annual-volatility"],
  sharpe: metrics.sharpe,
  sortino: metrics.sortino,
  calmar: metrics.calmar,
  maxDrawdown: metrics["max-drawdown"],
  winRate: metrics["win-rate"],
  profitFactor: metrics["profit-factor"],
};

const instrument: Instrument = { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 };
const barsPerYear = 252;

const bar = fc.record({
  change: fc.oneof(fc.constant(0), fc.double({ min: -0.4, max: 0.4, noNaN: true }), fc.constant(-1)),
  lots: fc.constantFrom(0, 0, 1, -1, 3, -4),
  price: fc.integer({ min: 50, max: 150 }),
});

describe("a report's figures", () => {
  test("are those of the registry, taken together in one pass", () => {
    fc.assert(
      fc.property(fc.array(bar, { minLength: 1, maxLength: 60 }), (bars) => {
        let value = 10_000;
        const equity = Float64Array.from(bars, ({ change }) => (value = Math.round(value * (1 + change))));
        const time = Float64Array.from(bars, (_, row) => row + 1);
        const fills = bars.flatMap(({ lots, price }, row): Fill[] => {
          if (lots === 0) return [];
          const [quantity, priceTicks] = [Math.abs(lots) as Lots, price as PriceTicks];
          return [
            {
              id: `${row}`,
              orderId: `${row}`,
              side: lots > 0 ? "buy" : "sell",
              quantity,
              priceTicks,
              fee: 1,
              filledAt: (row + 1) as TimeMs,
            },
          ];
        });
        const figures = measure({
          instrument,
          initialCash: 10_000,
          track: { time, equity, position: new Float64Array(bars.length) },
          fills,
          barsPerYear,
        });
        const input = { returns: simpleReturns(equity, 10_000), barsPerYear, trips: roundTripsOf(fills) };
        for (const [name, kind] of Object.entries(registered)) {
          const [own, other] = [figures[name as keyof Metrics], figureOf(kind, input)];
          if (own === null || other === null) expect([name, own]).toEqual([name, other]);
          else expect(Math.abs(own - other), name).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(other)));
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test("are called and explained as the registry does", () => {
    for (const [name, { label, unit, formula }] of Object.entries(registered)) {
      expect(metricInfo[name as keyof Metrics]).toEqual({ label, unit, formula });
    }
  });
});
