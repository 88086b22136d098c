import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Bar, type BrokerEvent, type Lots, type Money, type Order, type PriceTicks, signOf, type TimeMs } from "../domain/index.ts";
import { BarExchange, type BarExchangeOptions } from "./bar-exchange.ts";
import { Costs } from "./costs.ts";
import { constantFunding } from "./funding.ts";

const dayMs = 86_400_000;
const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };
const free = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 });
const exchange = (options: Partial<BarExchangeOptions> = {}) =>
  new BarExchange({ instrument, costs: free, initialCash: 100_000 as Money, ...options });
/** A bar that closes at the end of a day; prices in ticks. */
const bar = (day: number, open: number, high = open, low = open, close = open, volume = 1000): Bar => ({
  closeTime: day * dayMs,
  open: open / 100,
  high: high / 100,
  low: low / 100,
  close: close / 100,
  volume,
});
const order = (id: string, side: Order["side"], quantity: number, day: number, rest: Partial<Order> = {}): Order => ({
  id,
  instrument,
  side,
  quantity: quantity as Lots,
  type: "market",
  timeInForce: "gtc",
  decidedAt: (day * dayMs) as TimeMs,
  ...rest,
});
const told = (events: readonly BrokerEvent[]): string[] =>
  events.map((event) => {
    if (event.kind === "fill") return `${event.fill.orderId} ${event.fill.side} ${event.fill.quantity}@${event.fill.priceTicks}`;
    return event.kind === "charge" ? event.id : `${event.orderId} ${event.kind}: ${event.reason}`;
  });

test("fees fall with turnover, by tiers", () => {
  const venue = exchange({
    costs: Costs.parse({ feeBps: 100, slippageBps: 0 }),
    terms: {
      feeTiers: [
        { turnover: 100, feeBps: 50 },
        { turnover: 200, feeBps: 10, makerFeeBps: 0 },
      ],
    },
  });
  venue.onBar(bar(1, 1000));
  const fees = [1, 2, 3, 4].map((day) => {
    venue.submit(order(`o${day}`, "buy", 10, day));
    const [event] = venue.onBar(bar(day + 1, 1000)).events;
    return event?.kind === "fill" ? event.fill.fee : NaN;
  });
  expect(fees).toEqual([100, 50, 10, 10]);
  venue.submit(order("rested", "buy", 10, 5, { type: "limit", limitTicks: 900 as PriceTicks }));
  expect(venue.onBar(bar(6, 1000, 1000, 800, 1000)).events[0]).toMatchObject({ fill: { fee: 0 } });
});

test("margin lets twice the equity be held at a half, long or short, and no more", () => {
  for (const [side, sign] of [
    ["buy", 1],
    ["sell", -1],
  ] as const) {
    const venue = exchange({ terms: { margin: { initial: 0.5, maintenance: 0.25, interestBpsPerYear: 0 } } });
    venue.onBar(bar(1, 1000));
    venue.submit(order("a", side, 500, 1));
    expect(told(venue.onBar(bar(2, 1000)).events)).toEqual([`a ${side} 200@1000`, "a cancelled: insufficient margin"]);
    expect(venue.account.position).toBe(sign * 200);
    const back = side === "buy" ? "sell" : "buy";
    venue.submit(order("b", back, 900, 2));
    expect(told(venue.onBar(bar(3, 1000)).events), "closing is free, reversing needs margin again").toEqual([
      `b ${back} 400@1000`,
      "b cancelled: insufficient margin",
    ]);
  }
});

test("a loan costs interest, own cash earns it, the proceeds of a short sale do not", () => {
  const margin = { initial: 0.5, maintenance: 0.25, interestBpsPerYear: 730, cashBpsPerYear: 365 };
  const venue = exchange({ terms: { margin } });
  venue.onBar(bar(1, 1000));
  expect(venue.onBar(bar(2, 1000)).interest, "100,000 at 0.01 % a day").toBe(-10);
  venue.submit(order("a", "buy", 200, 2));
  expect(venue.onBar(bar(3, 1000)).interest, "99,990 of loan at 0.02 % a day is 19.998").toBe(20);
  venue.submit(order("b", "sell", 300, 3));
  const { interest } = venue.onBar(bar(4, 1000));
  expect(interest, "own cash is 99,990 without the 100,000 of proceeds").toBe(-Math.floor(9.999));
  expect(venue.account.interestPaid).toBe(-10 + 20 - 9);
});

test("below maintenance everything is sold: where that is inside the bar, or at the open beyond it", () => {
  const margin = { initial: 0.5, maintenance: 0.25, interestBpsPerYear: 0 };
  const long = () => {
    const venue = exchange({ terms: { margin } });
    venue.onBar(bar(1, 1000));
    venue.submit(order("a", "buy", 200, 1));
    venue.onBar(bar(2, 1000));
    venue.submit(order("target", "sell", 200, 2, { type: "limit", limitTicks: 1100 as PriceTicks }));
    return venue;
  };
  // −100,000 + 200·P < 0.25 · 200 · P below P = 666.67.
  const inside = long();
  const { events } = inside.onBar(bar(3, 900, 1200, 600, 1150));
  expect(told(events)).toEqual(["liquidation-1 sell 200@666", "target cancelled: liquidated"]);
  expect(events[0]).toMatchObject({ kind: "fill", fill: { forced: "liquidation" } });
  expect(inside.account).toMatchObject({ position: 0, cash: 33_200 });
  const gap = long();
  expect(told(gap.onBar(bar(3, 400, 500, 300, 450)).events)).toEqual(["liquidation-1 sell 200@400", "target cancelled: liquidated"]);
  expect(gap.account.cash, "the documented gap: the open was beyond what the account could bear").toBe(-20_000);
  const above = long();
  expect(told(above.onBar(bar(3, 900, 950, 667, 900)).events)).toEqual([]);

  const short = exchange({ terms: { margin } });
  short.onBar(bar(1, 1000));
  short.submit(order("a", "sell", 200, 1));
  short.onBar(bar(2, 1000));
  // 300,000 − 200·P < 0.25 · 200 · P above P = 1200.
  expect(told(short.onBar(bar(3, 1000, 1200, 900, 1000)).events)).toEqual([]);
  expect(told(short.onBar(bar(4, 1000, 1201, 900, 1000)).events)).toEqual(["liquidation-1 buy 200@1201"]);
});

test("a stop above the liquidation price comes first", () => {
  const venue = exchange({ terms: { margin: { initial: 0.5, maintenance: 0.25 } } });
  venue.onBar(bar(1, 1000));
  venue.submit(order("a", "buy", 200, 1));
  venue.onBar(bar(2, 1000));
  venue.submit(order("stop", "sell", 200, 2, { type: "stop", stopTicks: 800 as PriceTicks }));
  expect(told(venue.onBar(bar(3, 900, 900, 500, 600)).events)).toEqual(["stop sell 200@800"]);
});

test("maintenance above the initial margin, and tiers out of order, are refused", () => {
  expect(() => exchange({ terms: { margin: { initial: 0.2, maintenance: 0.3 } } })).toThrow(/terms\.margin\.maintenance/);
  expect(() =>
    exchange({
      terms: {
        feeTiers: [
          { turnover: 5, feeBps: 1 },
          { turnover: 5, feeBps: 0 },
        ],
      },
    }),
  ).toThrow(/feeTiers\.1/);
});

test("a split changes lots and prices but not the value, and pays fractions out", () => {
  const venue = exchange({
    actions: [
      { kind: "split", timeMs: 2.5 * dayMs, numerator: 2, denominator: 1 },
      { kind: "split", timeMs: 3.5 * dayMs, numerator: 1, denominator: 10 },
    ],
  });
  venue.onBar(bar(1, 1000));
  venue.submit(order("a", "buy", 7, 1));
  venue.onBar(bar(2, 1000));
  venue.submit(order("far", "sell", 7, 2, { type: "limit", limitTicks: 2000 as PriceTicks }));
  expect(told(venue.onBar(bar(3, 500)).events)).toEqual(["far cancelled: split"]);
  expect(venue.account).toMatchObject({ position: 14, costBasis: 7000, equity: 100_000 });
  venue.onBar(bar(4, 5000));
  // 14 lots become 1.4: 0.4 of a lot at 5,000 is paid out.
  expect(venue.account).toMatchObject({ position: 1, cash: 93_000 + 2000, costBasis: 5000, realised: 0, equity: 100_000 });
});

test("a dividend goes to who holds, and is paid by who is short", () => {
  const actions = [{ kind: "dividend", timeMs: 2.5 * dayMs, amount: 0.255 }] as const;
  const outcomes = (["buy", "sell"] as const).map((side) => {
    const venue = exchange({ actions });
    venue.onBar(bar(1, 1000));
    venue.submit(order("a", side, 7, 1));
    venue.onBar(bar(2, 1000));
    return venue.onBar(bar(3, 1000)).dividends;
  });
  expect(outcomes, "7 · 25.5 = 178.5 ticks").toEqual([178, -179]);
});

test("a delisting closes the position at its price and nothing trades any more", () => {
  const venue = exchange({ actions: [{ kind: "delisting", timeMs: 2.5 * dayMs, price: 1.5 }] });
  venue.onBar(bar(1, 1000));
  venue.submit(order("a", "buy", 7, 1));
  venue.onBar(bar(2, 1000));
  venue.submit(order("b", "buy", 7, 2));
  const { events } = venue.onBar(bar(3, 100));
  expect(told(events)).toEqual(["b cancelled: delisting", "delisting sell 7@150"]);
  expect(events[1]).toMatchObject({ kind: "fill", fill: { forced: "delisting" } });
  expect(venue.account).toMatchObject({ position: 0, cash: 93_000 + 1050 });
  expect(venue.submit(order("c", "buy", 1, 3))).toMatchObject({ status: "rejected", reason: "the instrument is delisted" });
});

test("corporate actions that mean nothing are refused", () => {
  for (const actions of [
    [{ kind: "split", timeMs: 1, numerator: 0, denominator: 1 }],
    [{ kind: "dividend", timeMs: 1, amount: NaN }],
    [
      { kind: "dividend", timeMs: 2, amount: 1 },
      { kind: "dividend", timeMs: 1, amount: 1 },
    ],
  ] as const)
    expect(() => exchange({ actions })).toThrow(/corporate action/);
});

/** One random life of a venue with everything that moves money switched on or off by the seed. */
function life(seed: number) {
  const random = new Random(seed);
  const chance = (share: number) => random.uniform() < share;
  const pick = <Value>(values: readonly Value[]): Value => values[random.below(values.length)]!;
  const days = 12;
  const margin = chance(0.5)
    ? { initial: 0.2 + 0.3 * random.uniform(), maintenance: 0.1 + 0.1 * random.uniform(), interestBpsPerYear: 900, cashBpsPerYear: 200 }
    : undefined;
  const split = chance(0.3)
    ? { kind: "split" as const, timeMs: 6.5 * dayMs, numerator: 1 + random.below(4), denominator: 1 + random.below(4) }
    : undefined;
  const venue = exchange({
    initialCash: 200_000 as Money,
    costs: Costs.parse({
      feeBps: pick([0, 5, 30]),
      feeFixed: pick([0, 0.1]),
      slippageBps: pick([0, 10]),
      slippageTicks: pick([0, 1]),
      borrowBpsPerYear: 900,
      ...(chance(0.3) && { makerFeeBps: 0 }),
      ...(chance(0.3) && { feePerUnit: 0.005, feeMinimum: 0.5 }),
    }),
    terms: {
      ...(margin && { margin }),
      ...(chance(0.5) && { participation: 0.2 }),
      ...(chance(0.3) && { impact: { model: "square-root", barsPerDay: 1 } as const }),
      ...(chance(0.3) && { feeTiers: [{ turnover: 1000, feeBps: 2 }] }),
    },
    ...(chance(0.3) && { funding: constantFunding(0.0003 * random.normal(), 0, days * dayMs) }),
    actions: [
      ...(chance(0.3) ? [{ kind: "dividend" as const, timeMs: 4.5 * dayMs, amount: 0.1 * random.uniform() }] : []),
      ...(split ? [split] : []),
      ...(chance(0.1) ? [{ kind: "delisting" as const, timeMs: 9.5 * dayMs, price: random.below(12) }] : []),
    ],
    schedule: chance(0.2) ? { halts: [{ from: 5.2 * dayMs, to: 5.4 * dayMs }] } : {},
  });
  return { venue, random, days, pick, margin, split };
}

/** Lots after a split, and what the fraction of a lot that it leaves is worth at the close before it, rounded down. */
function splitOf(position: number, closeTicks: number, { numerator, denominator }: { numerator: number; denominator: number }) {
  const lots = Math.trunc((position * numerator) / denominator);
  const fraction = position * numerator - lots * denominator; // In lots / denominator; a new tick price is close · denominator / numerator.
  return { lots, paidOut: Math.floor((fraction * closeTicks) / numerator) };
}

test("10,000 lives: cash = start + sales − purchases − fees − borrow − funding − interest + dividends, to the unit", () => {
  const seen = { fills: 0, liquidations: 0, negativeAfterGap: 0, splits: 0, expired: 0 };
  for (let seed = 1; seed <= 10_000; seed++) {
    const { venue, random, days, pick, margin, split } = life(seed);
    const { account } = venue;
    const must = (condition: boolean, what: string) => {
      if (!condition) throw new Error(`seed ${seed}: ${what}`);
    };
    let price = 1000;
    let [cash, position, fees, charges] = [account.initialCash as number, 0, 0, 0];
    const filled = new Map<string, number>();
    const quantities = new Map<string, number>();
    const ids = new Set<string>();
    for (let day = 1; day <= days; day++) {
      const before = { position, cash };
      if (split && day === 7) {
        const { lots, paidOut } = splitOf(position, price, split);
        cash += paidOut;
        position = lots;
        price = Math.round((price * split.denominator) / split.numerator);
        seen.splits++;
      }
      const open = Math.max(20, Math.round(price * Math.exp(0.1 * random.normal())));
      const close = Math.max(20, Math.round(open * Math.exp(0.1 * random.normal())));
      const high = Math.max(open, close) + random.below(60);
      const low = Math.max(10, Math.min(open, close) - random.below(60));
      price = close;
      const { events, borrow, funding, interest, dividends } = venue.onBar(bar(day, open, high, low, close, random.below(800)));
      cash += dividends;
      for (const [index, event] of events.entries()) {
        if (event.kind === "expired") seen.expired++;
        if (event.kind !== "fill") continue;
        const { id, orderId, side, quantity, priceTicks, fee } = event.fill;
        const signed = signOf(side) * quantity;
        must(
          [priceTicks, quantity, fee].every(Number.isSafeInteger) && quantity > 0 && fee >= 0 && !ids.has(id),
          JSON.stringify(event.fill),
        );
        const opening = position === 0 || position > 0 === signed > 0;
        cash -= signed * priceTicks + fee;
        position += signed;
        fees += fee;
        ids.add(id);
        filled.set(orderId, (filled.get(orderId) ?? 0) + quantity);
        seen.fills++;
        if (!margin && signed > 0 && opening) must(cash >= 0, `day ${day}: a cash account bought on credit`);
        if (!orderId.startsWith("liquidation")) continue;
        seen.liquidations++;
        must(position === 0, "a liquidation left a position");
        // Inside a bar it comes where equity is at maintenance, well above nothing; only a bar that opens beyond can take more.
        if (cash < 0) {
          const atOpen =
            events.findIndex(({ kind }) => kind === "fill") === index && Math.abs(priceTicks - open) <= 1 + Math.ceil(open / 1000);
          must(atOpen, `day ${day}: a liquidation inside the bar left ${cash}`);
          seen.negativeAfterGap++;
        }
      }
      cash -= borrow + funding + interest;
      charges += borrow + funding + interest - dividends;
      const { realised, costBasis, feesPaid, borrowPaid, fundingPaid, interestPaid, dividendsReceived } = account;
      must(account.position === position, `day ${day}: ${account.position} lots for ${position}, from ${before.position}`);
      must(account.cash === cash, `day ${day}: cash ${account.cash} for ${cash}, from ${before.cash}`);
      must(feesPaid === fees && borrowPaid + fundingPaid + interestPaid - dividendsReceived === charges, `day ${day}: charges`);
      const profit = realised + (position * account.markTicks - costBasis);
      must(Number.isSafeInteger(profit) && account.markTicks === close, `day ${day}: a profit of ${profit} at ${account.markTicks}`);
      must(account.equity === account.initialCash + profit - fees - charges, `day ${day}: equity ${account.equity}`);
      for (const [id, quantity] of filled) must(quantity <= (quantities.get(id) ?? Infinity), `order ${id} filled ${quantity}`);
      const type = pick(["market", "market", "limit", "stop", "stop-limit", "trailing-stop"] as const);
      const timeInForce = type === "trailing-stop" ? "gtc" : pick(["gtc", "gtc", "day", "ioc", "fok", "gtd"] as const);
      const quantity = 1 + random.below(400);
      quantities.set(`o${day}`, quantity);
      venue.submit(
        order(`o${day}`, pick(["buy", "sell"] as const), quantity, day, {
          type,
          timeInForce,
          limitTicks: Math.max(1, price + random.below(100) - 50) as PriceTicks,
          stopTicks: Math.max(1, price + random.below(100) - 50) as PriceTicks,
          ...(type === "trailing-stop" && { trail: { by: pick(["ticks", "bps"] as const), offset: 50 } }),
          ...(timeInForce === "gtd" && { expiresAt: ((day + 1.5) * dayMs) as TimeMs }),
        }),
      );
    }
  }
  console.log("10,000 lives:", JSON.stringify(seen));
  expect(seen.fills).toBeGreaterThan(50_000);
  expect(seen.liquidations).toBeGreaterThan(100);
  expect(seen.splits).toBeGreaterThan(500);
});
