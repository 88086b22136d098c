import { describe, expect, test } from "vitest";
import { parseParams, Random } from "../../base/index.ts";
import { type Bars, Portfolio } from "../../domain/index.ts";
import { Costs } from "../../market/index.ts";
import { noOrders } from "../order-desk.ts";
import { SessionState } from "../session-state.ts";
import { RebalanceClock } from "./rebalance.ts";
import { runPortfolioSession } from "./run.ts";
import { slicesOf } from "./slices.ts";
import type { PortfolioStrategy } from "./strategy.ts";
import { portfolioStrategies } from "./strategies/index.ts";
import { quoted, randomMarket, stock, toEnd } from "./testing/quotes.ts";

const kinds = Object.entries<PortfolioStrategy>(portfolioStrategies as never);
const costs = Costs.parse({});

/** What a strategy wants at each moment while it holds what `held` says; NaN where an instrument is to be left as it stands. */
function wantedBy(kind: PortfolioStrategy, params: object, bars: readonly Bars[], held: (at: number) => number[] = () => []) {
  const instruments = bars.map(({ instrument }) => instrument);
  const agent = kind.portfolioAgent(parseParams(kind.params, params), instruments);
  const portfolio = new Portfolio({ instruments, initialCash: 1000 });
  const orders = instruments.map((instrument) => noOrders(new SessionState(instrument, 1000 as never).account, instrument));
  const wanted: (number[] | null)[] = [];
  for (const slice of slicesOf(bars)) {
    agent.update(slice);
    const weights = new Float64Array(instruments.length);
    weights.set(held(wanted.length));
    const target = agent.decide({ ...slice, instruments, portfolio, weights, orders });
    wanted.push(target && [...target]);
  }
  return wanted;
}

/** The same bars up to a row, and a factor at random on each price bar after it. */
function withAnotherFuture(bars: Bars, row: number, random: Random): Bars {
  const factors = Array.from(bars.close, (_, at) => (at > row ? 0.5 + random.uniform() : 1));
  const changed = (column: Float64Array) => column.map((price, at) => price * factors[at]!);
  return { ...bars, open: changed(bars.open), high: changed(bars.high), low: changed(bars.low), close: changed(bars.close) };
}

describe.each(kinds)("%s", (name, kind) => {
  const random = new Random(4);
  const bars = randomMarket(random, { days: 700, count: 2 });
  const params = { "momentum-rotation": { lookback: 40, absolute: false }, pairs: { lookback: 20, entry: 1.5, stop: 9 } }[name] ?? {};
  const run = (market: readonly Bars[]) => {
    const agent = kind.portfolioAgent(
      parseParams(kind.params, params),
      market.map(({ instrument }) => instrument),
    );
    return toEnd(runPortfolioSession({ bars: market, agent, costs, initialCash: 1_000_000 }));
  };

  test("is found under its name, trades, starts afresh each time, and leaves books that agree", () => {
    expect(kind.name).toBe(name);
    const [first, again] = [run(bars), run(bars)];
    expect(first.fills.length).toBeGreaterThan(1);
    expect(first.findings).toEqual([]);
    expect(again.fills).toEqual(first.fills);
    expect(() => parseParams(kind.params, { perod: 3 })).toThrow(expect.objectContaining({ code: "config/invalid" }));
  });

  test("does the same whatever comes later: its orders, fills and equity until then", () => {
    const whole = run(bars);
    for (const cut of [137, 400, 611]) {
      const other = run(bars.map((each) => withAnotherFuture(each, cut, random)));
      const lastMs = bars[0]!.closeTime[cut]!;
      const until = ({ fills, orders, track }: typeof whole) => ({
        fills: fills.filter(({ filledAt }) => filledAt <= lastMs),
        orders: orders.filter(({ order }) => order.decidedAt <= lastMs).map(({ order }) => order),
        equity: track.equity.subarray(0, cut + 1),
      });
      expect(until(other)).toEqual(until(whole));
      expect(other.track.equity.at(-1)).not.toBe(whole.track.equity.at(-1));
    }
  });
});

describe("momentum rotation by hand", () => {
  const market = [
    quoted(stock("A"), [10, 11, 12, 12, 9, 9]), //  two bars back: +20 %, +9 %, −25 %, −25 %
    quoted(stock("B"), [10, 10, 13, 10, 10, 10]), // +30 %, 0, −23 %, 0
    quoted(stock("C"), [10, 10, 10, 12, 15, 6]), // 0, +20 %, +50 %, −50 %
  ];
  const rule = portfolioStrategies["momentum-rotation"] as unknown as PortfolioStrategy;

  test("the best of the last bars, cash for what has not risen", () => {
    expect(wantedBy(rule, { lookback: 2, top: 2, rebalance: 1 }, market)).toEqual([
      null,
      null,
      [0.5, 0.5, 0],
      [0.5, 0, 0.5],
      [0, 0, 0.5],
      [0, 0, 0],
    ]);
  });

  test("without the filter the best of the fallen, and with bars left out", () => {
    expect(wantedBy(rule, { lookback: 2, rebalance: 1, absolute: false }, market).slice(2)).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(wantedBy(rule, { lookback: 2, skip: 1, rebalance: 1, absolute: false }, market).slice(3)).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
  });

  test("every third moment, and never one that has stopped trading", () => {
    const gone = [market[0]!, quoted(stock("B"), [10, 20, 30, null, null, null, null]), quoted(stock("C"), [10, 9, 8, 7, 6, 5, 9])];
    expect(wantedBy(rule, { lookback: 2, rebalance: 3, absolute: false }, gone)).toEqual([
      null,
      null,
      [0, 1, 0],
      null,
      null,
      [1, 0, 0],
      null,
    ]);
  });
});

describe("pairs by hand", () => {
  const rule = portfolioStrategies.pairs as unknown as PortfolioStrategy;
  const e = Math.exp(1);
  const logs = (values: readonly number[]) => values.map((value) => e ** value);
  const fine = { tickSize: 1e-9, lotSize: 1 };
  const pair = (first: readonly number[], second: readonly number[]) => [
    quoted(stock("Y", fine), logs(first)),
    quoted(stock("X", fine), logs(second)),
  ];

  test("the last residual of y on x over its standard error says when, the slope how much of each", () => {
    // x = 0, 1, 2, 3 and y = 2x + (0, 0, 0, d): slope 2 + 3d/10, residuals d (−0.1, 0.2... ): the last one is 0.3 d, of a sum of squares
    // 0.3 d²; with n − 2 = 2 the standard error is d √0.15, and the score √0.6 = 0.7746 whatever d is.
    const d = 0.5;
    const wanted = wantedBy(rule, { lookback: 4, entry: 0.77, exit: 0.1, stop: 3 }, pair([0, 2, 4, 6 + d], [0, 1, 2, 3]));
    const slope = 2 + 0.3 * d;
    expect(wanted.slice(0, 3)).toEqual([null, null, null]);
    expect(wanted[3]![0]).toBeCloseTo(-1 / (1 + slope), 9);
    expect(wanted[3]![1]).toBeCloseTo(slope / (1 + slope), 9);
    expect(wantedBy(rule, { lookback: 4, entry: 0.78, exit: 0.1, stop: 3 }, pair([0, 2, 4, 6 + d], [0, 1, 2, 3]))[3]).toBeNull();
    // The other way round, and half the size.
    const short = wantedBy(rule, { lookback: 4, entry: 0.77, exit: 0.1, stop: 3, gross: 0.5 }, pair([0, 2, 4, 6 - d], [0, 1, 2, 3]))[3]!;
    expect(short[0]).toBeGreaterThan(0);
    expect(Math.abs(short[0]!) + Math.abs(short[1]!)).toBeCloseTo(0.5, 12);
  });

  test("it leaves when the spread is back, waits after a stop, and trades no legs that fall when the other rises", () => {
    const x = Array.from({ length: 20 }, (_, row) => row % 2);
    const params = { lookback: 12, entry: 1.5, exit: 0.5, stop: 2.5 };
    const told = (spread: readonly number[], others: object) =>
      wantedBy(
        rule,
        { ...params, ...others },
        pair(
          x.map((value, row) => value + (spread[row] ?? 0)),
          x,
        ),
      )
        .slice(12, 19)
        .map((target) => (target === null ? "." : target[0] === 0 ? "0" : target[0]! > 0 ? "+" : "-"))
        .join("");
    const noise = [0, 0.01, 0.01, 0, 0, 0.01, 0.01, 0, 0, 0.01, 0.01, 0];
    // Scores by numpy's least squares: 1.772, 0.131, -0.989; and 1.772, 2.604, 1.836, 1.406, -0.241, -0.673, 1.154.
    expect(told([...noise, 0.02, 0.005], {}).slice(0, 3)).toBe("-0.");
    const wild = [...noise, 0.02, 0.05, 0.05, 0.05, 0.012, 0.005, 0.05];
    expect(told(wild, {})).toBe("-0.....");
    expect(told(wild, { stop: 9 })).toBe("-...0..");
    expect(told(wild, { entry: 1.1 })).toBe("-0....-");
    const against = wantedBy(
      rule,
      { ...params, stop: 9 },
      pair(
        x.map((value, row) => (row > 8 ? 0.2 : 0) - value),
        x,
      ),
    );
    expect(against.every((target) => target === null)).toBe(true);
  });

  test("two instruments that never close together are no pair", () => {
    const every = (from: number) =>
      quoted(
        stock(`A${from}`),
        Array.from({ length: 80 }, (_, day) => (day % 2 === from ? 10 : null)),
      );
    const market = [every(0), every(1)];
    const agent = rule.portfolioAgent(
      parseParams(rule.params, {}),
      market.map(({ instrument }) => instrument),
    );
    expect(() => toEnd(runPortfolioSession({ bars: market, agent, costs, initialCash: 1000 }))).toThrow(
      /^A0 and A1 close at the same time on 0 of 39 closes/,
    );
    expect(() => wantedBy(rule, {}, [market[0]!])).toThrow(/a pair is two instruments/);
    expect(() => wantedBy(rule, { entry: 0.2 }, market)).toThrow(/do not ascend/);
  });
});

describe("constant mix by hand", () => {
  const rule = portfolioStrategies["constant-mix"] as unknown as PortfolioStrategy;
  const market = (days: number) => ["A", "B"].map((symbol) => quoted(stock(symbol), Array<number>(days).fill(10)));

  test("by the calendar: at the first close of each month", () => {
    const wanted = wantedBy(rule, { rebalance: "month" }, market(70), () => [0.6, 0.4]);
    // Day 1 is that of 1 January 1970, whose bar closes at its end.
    expect(wanted.flatMap((target, day) => (target ? [day + 1] : []))).toEqual([1, 32, 60]);
    expect(wanted[31]).toEqual([0.6, 0.4]);
  });

  test("by the band, all at once", () => {
    const held = (at: number) => (at === 3 ? [0.66, 0.34] : [0.64, 0.36]);
    const wanted = wantedBy(rule, { rebalance: "year" }, market(6), held);
    expect(wanted.flatMap((target, day) => (target ? [day] : []))).toEqual([0, 3]);
    expect(() => wantedBy(rule, { weights: [1] }, market(3))).toThrow(/1 weights for 2 instruments/);
  });
});

test("a rebalancing is due by count and by calendar", () => {
  const dueAt = (every: ConstructorParameters<typeof RebalanceClock>[0], days: number) => {
    const clock = new RebalanceClock(every);
    return Array.from({ length: days }, (_, day) => day + 1).filter((day) => {
      clock.update(day * 86_400_000);
      if (!clock.isDue) return false;
      clock.done();
      return true;
    });
  };
  expect(dueAt(4, 12)).toEqual([1, 5, 9]);
  expect(dueAt("week", 20)).toEqual([1, 5, 12, 19]); // Mondays: 1 January 1970 was a Thursday.
  expect(dueAt("quarter", 200)).toEqual([1, 91, 182]);
  expect(dueAt("year", 400)).toEqual([1, 366]);
});
