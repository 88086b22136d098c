import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bar, type Lots, type Money, type Order, type TimeMs } from "../domain/index.ts";
import { BarExchange } from "./bar-exchange.ts";
import { Costs } from "./costs.ts";
import { ActivityMeter, almgrenImpact, squareRootImpact, volumeShareImpact } from "./impact.ts";
import type { VenueTerms } from "./venue-terms.ts";

test("volume share: a tenth of the share's square", () => {
  expect(volumeShareImpact(0.2, 0.1)).toBeCloseTo(0.004, 15);
  expect(volumeShareImpact(3, 0.1), "a share is at most all").toBe(0.1);
});

test("square root: a day's volatility for a day's volume", () => {
  expect(squareRootImpact(1_000_000, 1_000_000, 0.02, 1)).toBe(0.02);
  expect(squareRootImpact(10_000, 1_000_000, 0.02, 0.5)).toBeCloseTo(0.001, 15);
});

test("Almgren et al. (2005), by hand and as published for 10 % of IBM's daily volume in half a day", () => {
  // Q = 100,000 of V = 1,000,000 over T = 1 day: ν = 0.1, ν^0.891 = 10^−0.891 = 0.128528666, ν^0.6 = 0.251188643; Θ = V, so
  // (Θ/V)^0.267 = 1; permanent = 0.314 · 0.02 · 0.128528666 = 8.0716002e-4, temporary = 0.142 · 0.02 · 0.251188643 = 7.1337575e-4.
  const byHand = almgrenImpact({ quantity: 100_000, volume: 1_000_000, volatility: 0.02, sharesOutstanding: 1_000_000, days: 1 });
  expect(byHand.permanent).toBeCloseTo(8.0716002e-4, 10);
  expect(byHand.temporary).toBeCloseTo(7.1337575e-4, 10);
  expect(byHand.cost).toBeCloseTo(11.1695576e-4, 10);
  // The paper's example: IBM, V = 6.561 M shares, Θ = 1,728 M, σ = 1.57 %, Q/V = 0.1, for T = 0.1, 0.2, 0.5 days: temporary impact
  // of 22, 15 and 8 bp. (Its permanent impact of 20 bp is with α and δ rounded to 1 and 1/4, which we do not do.)
  const ibm = (days: number) =>
    almgrenImpact({ quantity: 656_100, volume: 6_561_000, volatility: 0.0157, sharesOutstanding: 1_728_000_000, days });
  expect([0.1, 0.2, 0.5].map((days) => Math.round(ibm(days).temporary * 1e4))).toEqual([22, 15, 8]);
});

test("activity is of the bars that have closed, the latest only", () => {
  const meter = new ActivityMeter(2, 4);
  expect([meter.barVolume, meter.dayVolume, meter.dayVolatility]).toEqual([0, 0, 0]);
  meter.push({ open: 100, close: 110, volume: 10 });
  expect(meter.barVolume).toBe(10);
  expect(meter.dayVolatility).toBeCloseTo(Math.log(1.1) * 2, 12);
  meter.push({ open: 0.5, close: 121, volume: 30 });
  meter.push({ open: 0.5, close: 121, volume: 50 });
  expect([meter.barVolume, meter.dayVolume]).toEqual([40, 160]);
  expect(meter.dayVolatility).toBeCloseTo(Math.log(1.1) * Math.SQRT2, 12);
});

const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };
const bar = (closeTime: number, price: number, volume = 1000): Bar => ({
  closeTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume,
});
const order = (id: string, side: Order["side"], quantity: number, decidedAt: number): Order => ({
  id,
  instrument,
  side,
  quantity: quantity as Lots,
  type: "market",
  timeInForce: "gtc",
  decidedAt: decidedAt as TimeMs,
});
const venueWith = (impact: NonNullable<VenueTerms["impact"]>) =>
  new BarExchange({
    instrument,
    costs: Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 }),
    initialCash: 1_000_000_000 as Money,
    terms: { impact },
  });
const priceOf = (venue: BarExchange, id: string, side: Order["side"], quantity: number, closeTime: number, next: Bar): number => {
  venue.submit(order(id, side, quantity, closeTime));
  const [event] = venue.onBar(next).events;
  return event?.kind === "fill" ? event.fill.priceTicks : NaN;
};

test("a fill pays its share of the volume before it, and no field of its own bar but the open moves its price", () => {
  const run = (next: Bar) => {
    const venue = venueWith({ model: "volume-share", coefficient: 0.1, lookbackBars: 20 });
    venue.onBar(bar(1, 100));
    return priceOf(venue, "a", "buy", 200, 1, next);
  };
  expect(run(bar(2, 100))).toBe(10_040);
  expect(run({ ...bar(2, 100, 5), high: 150, low: 50, close: 70 })).toBe(10_040);
});

test("permanent impact is borne by whoever goes on, and never gains by turning round", () => {
  const impact = { model: "almgren", sharesOutstanding: 1_000_000, days: 1, lookbackBars: 1, barsPerDay: 1 } as const;
  const venue = venueWith(impact);
  venue.onBar({ ...bar(1, 100), open: 98, low: 98 });
  const first = priceOf(venue, "a", "buy", 100, 1, { ...bar(2, 100), open: 100, low: 98, close: 98 });
  const again = priceOf(venue, "b", "buy", 100, 2, { ...bar(3, 100), close: 98, low: 98 });
  const [before, after] = [Math.abs(Math.log(100 / 98)), Math.abs(Math.log(0.98))];
  const impactAt = (volatility: number) =>
    almgrenImpact({ quantity: 100, volume: 1000, volatility, sharesOutstanding: 1_000_000, days: 1 });
  expect(first).toBe(10_000 + Math.ceil(10_000 * impactAt(before).cost));
  expect(again).toBe(10_000 + Math.ceil(10_000 * (impactAt(after).cost + impactAt(before).permanent)));
});

test("with flat prices no sequence of trades makes money against its own impact", () => {
  const trades = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 900 })), { minLength: 1, maxLength: 15 });
  const impacts = fc.constantFrom<NonNullable<VenueTerms["impact"]>>(
    { model: "almgren", sharesOutstanding: 1e6, days: 1, lookbackBars: 5, barsPerDay: 1 },
    { model: "square-root", coefficient: 1, lookbackBars: 5, barsPerDay: 1 },
    { model: "volume-share", coefficient: 0.1, lookbackBars: 5 },
  );
  fc.assert(
    fc.property(trades, impacts, (list, impact) => {
      const venue = venueWith(impact);
      let time = 0;
      venue.onBar({ ...bar(++time, 100), open: 95, low: 95 });
      const trade = (side: Order["side"], quantity: number) => {
        venue.submit(order(`o${time}`, side, quantity, time));
        venue.onBar(bar(++time, 100));
      };
      for (const [buy, quantity] of list) trade(buy ? "buy" : "sell", quantity);
      const { position } = venue.account;
      if (position !== 0) trade(position > 0 ? "sell" : "buy", Math.abs(position));
      expect(venue.account.position).toBe(0);
      expect(venue.account.cash).toBeLessThan(venue.account.initialCash);
    }),
    { seed: 8, numRuns: 500 },
  );
});
