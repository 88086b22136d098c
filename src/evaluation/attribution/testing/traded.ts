import { Random } from "../../../base/index.ts";
import {
  type Bars,
  barsFrom,
  type Fill,
  type Instrument,
  type Lots,
  type Money,
  type PriceTicks,
  type TimeMs,
} from "../../../domain/index.ts";
import { Costs, geometricWalk } from "../../../market/index.ts";
import { riskEngine } from "../../../risk/index.ts";
import { barsFeed, noJournal, runSessionAtOnce, simulatedVenue, strategy, type TrackedOrder } from "../../../trading/index.ts";
import { backtestSignals, type SignalResult } from "../../signal-backtest.ts";
import type { TradedStretch } from "../profit-walk.ts";

// Of cents and whole units: a money unit is a cent.
const testInstrument: Instrument = { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 1 };

const hourMs = 3_600_000;

/** A stretch by hand: bars [open, high, low, close] in ticks, an hour each; fills [bar, signed lots, ticks, fee]; carry by bar. */
export function stretchOf(
  prices: readonly (readonly [open: number, high: number, low: number, close: number])[],
  trades: readonly (readonly [row: number, signedLots: number, priceTicks: number, fee: number])[],
  carry: readonly number[] = [],
  initialCash = 100_000,
): TradedStretch {
  const start = Date.UTC(2024, 0, 1);
  const rows = prices.map(([open, high, low, close], row) => ({
    closeTime: start + (row + 1) * hourMs,
    open: open / 100,
    high: high / 100,
    low: low / 100,
    close: close / 100,
    volume: 1000,
  }));
  const bars = barsFrom(testInstrument, rows);
  const [equity, position] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  let cash = initialCash,
    lots = 0;
  for (let row = 0; row < rows.length; row++) {
    for (const [at, signedLots, ticks, fee] of trades) {
      if (at !== row) continue;
      cash -= signedLots * ticks + fee;
      lots += signedLots;
    }
    cash -= carry[row] ?? 0;
    equity[row] = cash + lots * prices[row]![3];
    position[row] = lots;
  }
  const fills = trades.map(([row, signedLots, priceTicks, fee], index): Fill => ({
    id: `${index}/fill`,
    orderId: `${index}`,
    side: signedLots > 0 ? "buy" : "sell",
    quantity: Math.abs(signedLots) as Lots,
    priceTicks: priceTicks as PriceTicks,
    fee,
    filledAt: bars.closeTime[row]! as TimeMs,
  }));
  const { closeTime: time, open, high, low, close } = bars;
  return { instrument: testInstrument, initialCash, track: { time, open, high, low, close, equity, position }, fills };
}

const randomCosts = (random: Random): Costs =>
  Costs.parse({
    feeBps: random.below(30),
    feeFixed: random.below(3),
    slippageBps: random.below(20),
    slippageTicks: random.below(3),
    borrowBpsPerYear: random.below(2000),
  });

const randomBars = (random: Random): Bars =>
  geometricWalk({
    bars: 3 + random.below(90),
    volatility: 0.001 + 0.06 * random.uniform(),
    intervalMs: [hourMs, 24 * hourMs][random.below(2)]!,
    startTimeMs: Date.UTC(2023, 10, 20),
    seed: random.below(1e9),
  });

/** A backtest of random exposures on a random walk with random costs, among them turns and bars that keep what is held. */
export function randomSignals(seed: number): SignalResult & { readonly costs: Costs; readonly bars: Bars } {
  const random = new Random(seed, 1);
  const bars = randomBars(random);
  const costs = randomCosts(random);
  const keep = random.uniform();
  const exposures = Float64Array.from(bars.close, () =>
    random.uniform() < keep ? NaN : random.uniform() < 0.2 ? 0 : 2.4 * random.uniform() - 1.2,
  );
  return Object.assign(backtestSignals({ bars, exposures, costs, initialCash: 100_000_000 as Money }), { costs, bars });
}

/** A session of random orders of every kind, so that several may fill in one bar and inside it; the costs are random unless given. */
export function randomOrders(seed: number, costs?: Costs): TradedStretch & { readonly orders: readonly TrackedOrder[] } {
  const random = new Random(seed, 2);
  const bars = randomBars(random);
  const wild = strategy({
    name: "wild",
    params: {},
    start: () => ({
      onBar: ({ bar, orders }) => {
        for (let count = random.below(3); count > 0; count--) {
          const side = random.below(2) === 0 ? "buy" : "sell";
          const nearby = () => Math.max(0.01, bar.close * (1 + 0.02 * (random.uniform() - 0.5)));
          const kind = random.below(5);
          const request = {
            ...((kind === 1 || kind === 3) && { limit: nearby() }),
            ...((kind === 2 || kind === 3) && { stop: nearby() }),
            ...(kind === 4 && { trail: { by: "bps", offset: 50 } as const }),
          };
          const timeInForce = kind === 0 && random.below(2) === 0 ? "at-close" : "gtc";
          orders.place({ side, lots: 1 + random.below(500), ...request, timeInForce });
        }
      },
    }),
  });
  const [{ instrument }, initialCash] = [bars, 100_000_000 as Money];
  const venue = simulatedVenue({
    feed: barsFeed(bars, 0, bars.close.length),
    instrument,
    initialCash,
    costs: costs ?? randomCosts(random),
  });
  const { track, fills, orders } = runSessionAtOnce({
    ...venue,
    agent: wild.agent({}),
    risk: riskEngine([]),
    journal: noJournal,
    instrument,
    initialCash,
    knownBars: bars,
  });
  return { instrument, initialCash, track, fills, orders };
}
