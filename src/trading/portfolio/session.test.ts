import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { type Bars, barsFrom, toMoney } from "../../domain/index.ts";
import { Costs, geometricWalk } from "../../market/index.ts";
import { riskEngine, type RiskSpec } from "../../risk/index.ts";
import { barsFeed } from "../feeds.ts";
import { noJournal } from "../journal.ts";
import type { OrderRequest } from "../order-desk.ts";
import { runSessionAtOnce } from "../session.ts";
import { simulatedVenue } from "../brokers/simulated.ts";
import { strategy } from "../strategy.ts";
import { type PortfolioSessionRequest, runPortfolioSession, usualMissing } from "./run.ts";
import { type PortfolioMoment, portfolioStrategy, type TargetWeights } from "./strategy.ts";
import { pick, quoted, randomMarket, stock, toEnd } from "./testing/quotes.ts";

const free = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 });

/** Runs what is done at each moment, counted from 0. */
function run(
  bars: readonly Bars[],
  onMoment: (moment: PortfolioMoment, count: number) => TargetWeights | null | void,
  request: Partial<PortfolioSessionRequest> = {},
) {
  let count = -1;
  const kind = portfolioStrategy({
    name: "test-rule",
    summary: "",
    params: {},
    start: () => ({ onMoment: (moment) => onMoment(moment, ++count) }),
  });
  const agent = kind.portfolioAgent(
    {},
    bars.map(({ instrument }) => instrument),
  );
  return toEnd(runPortfolioSession({ bars, agent, costs: free, initialCash: 1000, ...request }));
}

describe("by hand", () => {
  test("weights are sized at the closes and filled at the next opens, sells before buys", () => {
    const up = quoted(stock("UP"), [10, 10, 20, 20, 20]);
    const still = quoted(stock("STILL"), [10, 10, 10, 10, 10]);
    const { track, fills, findings } = run([still, up], (_, count) =>
      count === 0 || count === 2 ? [0.5, 0.5] : count === 3 ? [1, 0] : null,
    );
    // 50 lots each; then 1,500.00, so 37 of 20.00 and 75 of 10.00; then all into the first, paid for by the second.
    expect(fills.map(({ place, side, quantity, priceTicks }) => [place, side, quantity, priceTicks])).toEqual([
      [0, "buy", 50, 1000],
      [1, "buy", 50, 1000],
      [0, "buy", 25, 1000],
      [1, "sell", 13, 2000],
      [0, "buy", 75, 1000],
      [1, "sell", 37, 2000],
    ]);
    expect([...track.equity]).toEqual([100_000, 100_000, 150_000, 150_000, 150_000]);
    expect([...track.traded]).toEqual([0, 100_000, 0, 25 * 1000 + 13 * 2000, 75 * 1000 + 37 * 2000]);
    expect(findings).toEqual([]);
  });

  test("a bar is shown when it has closed, and a hole is a hole", () => {
    const seen: string[] = [];
    const bars = [quoted(stock("A"), [1, null, 3]), quoted(stock("B"), [null, 2, 4])];
    run(bars, ({ fresh, latest }) => {
      seen.push([fresh, latest].map((each) => each.map((bar) => bar?.close ?? "-").join(" ")).join(" | "));
    });
    expect(seen).toEqual(["1 - | 1 -", "- 2 | 1 2", "3 4 | 3 4"]);
  });

  const a = quoted(stock("A"), [10, 10, 10, 10, 10, 10]);
  const holed = quoted(stock("B"), [10, null, null, [30, 30], 30, 30]);

  test("an order waits for its instrument's own next bar, or is void with the moment", () => {
    const ask = (_: PortfolioMoment, count: number) => (count === 0 ? [0.5, 0.5] : null);
    const times = ({ fills }: { readonly fills: readonly { place: number; filledAt: number; priceTicks: number }[] }) =>
      fills.map(({ place, filledAt, priceTicks }) => [place, filledAt / 86_400_000, priceTicks]);
    expect(times(run([a, holed], ask))).toEqual([
      [0, 2, 1000],
      [1, 4, 3000],
    ]);
    expect(times(run([a, holed], ask, { unfilled: "void" }))).toEqual([[0, 2, 1000]]);
  });

  test("a weight asked for without a bar is ordered at the next one's close and filled after it", () => {
    const ask = (_: PortfolioMoment, count: number) => (count === 1 ? [0, 0.9] : null);
    expect(run([a, holed], ask).fills.map(({ place, filledAt, quantity }) => [place, filledAt / 86_400_000, quantity])).toEqual([
      [1, 5, 30],
    ]);
    expect(run([a, holed], ask, { unfilled: "void" }).fills).toEqual([]);
  });

  test("on another exchange's hours, a bar that is under way when the rule decides fills nothing", () => {
    const hours = (closes: number[], price: number) =>
      barsFrom(
        stock(`AT${price}`),
        closes.map((hour) => ({ closeTime: hour * 3_600_000, open: price, high: price, low: price, close: price, volume: 1 })),
      );
    const bars = [hours([1, 3, 5], 10), hours([2, 4, 6, 8], 20)];
    const { fills } = run(bars, ({ orders }, count) => {
      if (count === 2) orders[1]!.place({ side: "buy", lots: 1 }); // At hour 3, between the second's closes of 2 and 4.
    });
    expect(fills.map(({ filledAt }) => filledAt / 3_600_000)).toEqual([6]);
  });

  test("a holding whose bars stay away is given up at a loss, and said", () => {
    const gone = quoted(stock("GONE"), [10, 10, null, null, null, null]);
    const { track, findings } = run([a, gone], (_, count) => (count === 0 ? [0, 1] : null), { missing: { giveUpAfter: 3, haircut: 0.25 } });
    expect([...track.equity]).toEqual([100_000, 100_000, 100_000, 100_000, 75_000, 75_000]);
    expect(findings).toMatchObject([{ code: "DELISTING" }]);
    expect(run([a, gone], (_, count) => (count === 0 ? [0, 1] : null), { missing: { giveUpAfter: null, haircut: 0 } }).findings).toEqual(
      [],
    );
  });

  test("how long is told by the bars: 20 of days, those of 20 days of shorter ones", () => {
    const every = (symbol: string, ms: number) => {
      const rows = Array.from({ length: 30 }, (_, row) => ({ closeTime: (row + 1) * ms, open: 1, high: 1, low: 1, close: 1, volume: 1 }));
      return barsFrom(stock(symbol), rows);
    };
    expect(usualMissing([every("A", 86_400_000), every("B", 86_400_000)])).toEqual({ giveUpAfter: 20, haircut: 0.3 });
    expect(usualMissing([every("A", 300_000), quoted(stock("B"), [1])]).giveUpAfter).toBe(20 * 288);
    expect(usualMissing([every("A", 7 * 86_400_000)]).giveUpAfter).toBe(20);
  });

  test("a short leg's proceeds are cash, and its borrowing is paid", () => {
    const costs = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 365 });
    const { track, findings } = run([a, quoted(stock("B"), [10, 10, 8, 8, 8, 8])], (_, count) => (count === 0 ? [0.5, -0.5] : null), {
      costs,
    });
    // 50 lots of 10.00 and then 8.00 at 1 bp a day, rounded up.
    expect([...track.equity]).toEqual([100_000, 99_995, 109_991, 109_987, 109_983, 109_979]);
    expect(findings).toEqual([]);
  });

  test("any order of one instrument, and what cash cannot pay for", () => {
    const { fills, orders } = run([a, quoted(stock("B"), [10, [10, 9], [9, 12], 12, 12, 12])], ({ orders: desks }, count) => {
      if (count === 0) desks[1]!.place({ side: "buy", lots: 40, limit: 9.5, exits: { target: 11 } });
      if (count === 1) desks[0]!.place({ side: "buy", lots: 100 });
    });
    expect(fills.map(({ orderId, quantity, priceTicks }) => [orderId, quantity, priceTicks])).toEqual([
      ["session-B-1", 40, 950],
      ["session-A-1", 62, 1000], // Before the target has brought its cash.
      ["session-B-1/target", 40, 1100],
    ]);
    expect(orders.find(({ order }) => order.id === "session-A-1")).toMatchObject({ state: "cancelled", reason: "insufficient cash" });
  });

  test("limits of risk are shares of the whole, and one that is passed leaves the instrument", () => {
    const risk: RiskSpec = [{ rule: "max-drawdown", params: { maxDrawdown: 0.1 } }];
    const falling = quoted(stock("B"), [10, 10, 9, 7, 7, 7]);
    const { fills, exits } = run([a, falling], (_, count) => (count === 0 ? [0.5, 0.5] : null), { risk });
    // 5 % down after the first fall, 15 % after the second: all is left.
    expect(exits.map(({ timeMs }) => timeMs / 86_400_000)).toEqual([4, 4]);
    expect(fills.slice(2).map(({ place, side, filledAt }) => [place, side, filledAt / 86_400_000])).toEqual([
      [0, "sell", 5],
      [1, "sell", 5],
    ]);
  });
});

/** Orders at random for a bar. */
function randomRequest(random: Random, close: number): OrderRequest | number | null {
  const kind = random.below(6);
  const near = () => close * (0.97 + 0.06 * random.uniform());
  const side = pick(random, ["buy", "sell"] as const);
  const lots = 1 + random.below(60);
  if (kind === 0) return 2 * random.uniform() - 1;
  if (kind === 1) return { side, lots, limit: near() };
  if (kind === 2) return { side, lots, stop: near() };
  if (kind === 3) return { side, lots, exits: { stop: close * 0.98, target: close * 1.02 } };
  if (kind === 4) return { side, lots, trail: { by: "bps", offset: 150 } };
  return null;
}

test("with one instrument it is the session: the same orders, fills and equity over random rules", () => {
  const random = new Random(3);
  for (let round = 0; round < 150; round++) {
    const bars = geometricWalk({ bars: 30, volatility: 0.02, seed: round });
    const { instrument } = bars;
    const cash = 50_000;
    const costs = Costs.parse({
      feeBps: random.below(20),
      feeFixed: random.below(2),
      slippageBps: random.below(10),
      borrowBpsPerYear: 300,
    });
    const risk: RiskSpec = random.uniform() < 0.5 ? [] : [{ rule: "max-drawdown", params: { maxDrawdown: 0.05 } }];
    const asked = Array.from(bars.close, (close) => randomRequest(random, close));
    let count = -1;
    const one = runSessionAtOnce({
      ...simulatedVenue({ feed: barsFeed(bars), instrument, costs, initialCash: toMoney(instrument, cash) }),
      agent: strategy({
        name: "test-rule",
        params: {},
        start: () => ({
          onBar({ orders }) {
            const request = asked[++count]!;
            if (request === null || typeof request === "number") return request;
            orders.place(request);
          },
        }),
      }).agent({}),
      risk: riskEngine(risk),
      journal: noJournal,
      instrument,
      initialCash: toMoney(instrument, cash),
      id: `session-${instrument.symbol}`,
    });
    const several = run(
      [bars],
      ({ orders }, at) => {
        const request = asked[at]!;
        if (request === null || typeof request === "number") return request === null ? null : [request];
        orders[0]!.place(request);
      },
      { costs, risk, initialCash: cash },
    );
    expect(several.fills.map(({ place: _, ...fill }) => fill)).toEqual(one.fills);
    expect(several.orders).toEqual(one.orders);
    expect(several.exits).toEqual(one.exits);
    const unit = several.track.equity[0]! / one.track.equity[0]!;
    expect([...several.track.equity]).toEqual([...one.track.equity].map((equity) => equity * unit));
    expect(several.findings).toEqual(one.findings);
  }
});

test("nothing later changes anything before, and no cash is made or lost, whatever the calendars", () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = new Random(seed);
    const [days, cut] = [40, 20];
    const bars = randomMarket(random, { days, count: 3, holes: 0.2 });
    const plan = Array.from({ length: days }, () =>
      random.uniform() < 0.5 ? null : bars.map(() => (random.uniform() < 0.2 ? null : random.uniform() - 0.4)),
    );
    const options = { costs: Costs.parse({ feeBps: 7, slippageBps: 3 }), initialCash: 100_000 };
    const whole = run(bars, (_, count) => plan[count]!, options);
    expect(whole.findings.filter(({ code }) => code !== "DELISTING")).toEqual([]);
    const later = bars.map((each) => {
      const bend = (column: Float64Array) => column.map((price, row) => (each.closeTime[row]! > cut * 86_400_000 ? price * 3 : price));
      return { ...each, open: bend(each.open), high: bend(each.high), low: bend(each.low), close: bend(each.close) };
    });
    const other = run(later, (_, count) => plan[count]!, options);
    const rows = whole.track.time.findLastIndex((time) => time <= cut * 86_400_000) + 1;
    for (const column of ["time", "equity", "traded", "fees"] as const)
      expect(other.track[column].subarray(0, rows)).toEqual(whole.track[column].subarray(0, rows));
    expect(other.track.weights.subarray(0, 3 * rows)).toEqual(whole.track.weights.subarray(0, 3 * rows));
  }
});

test("an order fills only on a bar that opens after it was decided, whoever has a bar when", () => {
  let filled = 0;
  for (let seed = 0; seed < 80; seed++) {
    const random = new Random(seed, 2);
    const bars = randomMarket(random, { days: 40, count: 3, holes: 0.3 }).map((each, place) => ({
      ...each,
      closeTime: each.closeTime.map((time) => time - place * 3_600_000), // Three exchanges with hours of their own.
    }));
    const { fills, orders, findings } = run(
      bars,
      ({ orders: desks, latest }) => {
        const place = random.below(3);
        const bar = latest[place];
        const request = bar && randomRequest(random, bar.close);
        if (typeof request === "number") return bars.map((_, other) => (other === place ? request / 3 : null));
        if (request) desks[place]!.place(request);
      },
      { initialCash: 100_000, missing: { giveUpAfter: null, haircut: 0 } },
    );
    expect(findings).toEqual([]);
    const decidedAt = new Map(orders.map(({ order }) => [order.id, order.decidedAt]));
    for (const { orderId, place, filledAt } of fills) {
      const { closeTime } = bars[place]!;
      const opened = closeTime[closeTime.indexOf(filledAt) - 1]!;
      expect(opened).toBeGreaterThanOrEqual(decidedAt.get(orderId)!);
      filled++;
    }
  }
  expect(filled).toBeGreaterThan(1000);
});

describe("what goes wrong is told", () => {
  const a = quoted(stock("A"), [10, 10, 10]);
  const b = quoted(stock("B"), [10, 10, 10]);

  test.each([
    ["weights that are none", () => [0.5, NaN], /a weight of NaN in B/],
    ["weights beyond all equity", () => [2, 0], /a weight of 2 in A/],
    ["too few weights", () => [1], /1 weights for 2 instruments/],
    [
      "an order of nonsense",
      ({ orders }: PortfolioMoment) => void orders[1]!.place({ side: "buy", lots: NaN }),
      /an order cannot have NaN lots/,
    ],
  ])("%s", (_, onMoment, message) => {
    expect(() => run([a, b], (moment, count) => (count === 1 ? onMoment(moment) : null))).toThrow(
      expect.objectContaining({ code: "strategy/failed", message: expect.stringMatching(message) as string }) as Error,
    );
  });

  test("a rule that writes into what it is shown changes nothing but its own sight", () => {
    const { track } = run([a, b], ({ weights }, count) => {
      weights.fill(9);
      return count === 0 ? [0.5, 0.5] : null;
    });
    expect([...track.weights]).toEqual([0, 0, 0.5, 0.5, 0.5, 0.5]);
  });

  test("a rule that throws, with the time and its own line", () => {
    const failing = () =>
      run([a, b], (_, count) => {
        if (count === 1) throw new RangeError("out of luck");
      });
    expect(failing).toThrow(/^test-rule, at the bar that closed 1970-01-03T00:00:00.000Z: out of luck \(session\.test\.ts:\d+\)$/);
  });
});
