import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { Account, type Bar, fromTicks, lotsToReach, type Money, signOf, toMoney, toTicks } from "../domain/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import { type Agent, buyAndHold, flat, randomAgent, strategy } from "../trading/index.ts";
import { backtest } from "./backtest.ts";
import { runBaselines } from "./baselines.ts";
import { movingAverages } from "./report/sample-report.ts";

const bars = geometricWalk({ bars: 400, volatility: 0.01, seed: 3 });
const { instrument } = bars;
const initialCash = toMoney(instrument, 100_000);
const stretch = { bars, from: 100, to: 400, costs: Costs.parse({}), initialCash };

/** Writes down what it is shown and when it is asked. */
function witness(): Agent & { readonly seen: Bar[]; readonly asked: number[] } {
  const seen: Bar[] = [],
    asked: number[] = [];
  return {
    seen,
    asked,
    update: (bar) => void seen.push({ ...bar }),
    decide() {
      asked.push(seen.length);
      return null;
    },
  };
}

describe("backtest", () => {
  test("shows every bar once, those before the stretch without asking", async () => {
    const agent = witness();
    await backtest({ ...stretch, agent });
    expect(agent.seen.map(({ closeTime }) => closeTime)).toEqual([...bars.closeTime]);
    expect(agent.asked).toEqual(Array.from({ length: 300 }, (_, index) => 101 + index));
  });

  test("an agent that does nothing ends with what it began with", async () => {
    const { points, fills, metrics } = await backtest({ ...stretch, agent: flat() });
    expect(points).toHaveLength(300);
    expect(points.every(({ equity }) => equity === initialCash)).toBe(true);
    expect([fills.length, metrics.totalReturn, metrics.sharpe, metrics.trades]).toEqual([0, 0, null, 0]);
  });

  test("buy-and-hold decides on the first bar and fills at the second one's open, by hand", async () => {
    const costs = Costs.parse({ feeBps: 10, slippageBps: 5 });
    const { points, fills, returns, metrics } = await backtest({ ...stretch, costs, agent: buyAndHold(0.5) });
    const account = new Account(initialCash);
    account.mark(toTicks(instrument, bars.close[100]!));
    const lots = lotsToReach(account, 0.5);
    const open = toTicks(instrument, bars.open[101]!);
    const price = open + Math.ceil((open * 5) / 10_000);
    const fee = Math.ceil((lots * price * 10) / 10_000);
    expect(fills).toEqual([
      expect.objectContaining({ side: "buy", quantity: lots, priceTicks: price, fee, filledAt: bars.closeTime[101] }),
    ]);
    expect(points[0]!.equity).toBe(initialCash);
    const last = initialCash - lots * price - fee + lots * toTicks(instrument, bars.close[399]!);
    expect(points.at(-1)!.equity).toBe(last);
    expect(metrics.totalReturn).toBeCloseTo(last / initialCash - 1, 12);
    expect(returns).toHaveLength(300);
  });

  test("what comes later changes nothing before", async () => {
    const cut = 250;
    const changed = {
      ...bars,
      close: bars.close.map((value, row) => (row > cut ? value * 2 : value)),
      high: bars.high.map((value, row) => (row > cut ? value * 2 : value)),
    };
    const whole = await backtest({ ...stretch, agent: movingAverages(5, 20) });
    const other = await backtest({ ...stretch, bars: changed, agent: movingAverages(5, 20) });
    expect(whole.fills.length).toBeGreaterThan(4);
    expect(other.points.slice(0, cut - 99)).toEqual(whole.points.slice(0, cut - 99));
  });

  test("cash is initial cash less what was bought and paid, exactly", async () => {
    const agent = randomAgent({ changeProbability: 0.3, exposures: [-1, 0, 1], random: new Random(5) });
    const { fills, account } = await backtest({ ...stretch, agent });
    const spent = fills.reduce((sum, { side, quantity, priceTicks, fee }) => sum + signOf(side) * quantity * priceTicks + fee, 0);
    expect(account.cash).toBe(initialCash - spent - account.borrowPaid);
    expect(account.borrowPaid).toBeGreaterThan(0);
  });

  test("risk rules apply: after the largest fall allowed, the position is left and nothing is bought again", async () => {
    const agent: Agent = { update() {}, decide: () => 1 };
    const { points, denials, metrics } = await backtest({
      ...stretch,
      agent,
      risk: [{ rule: "max-drawdown", params: { maxDrawdown: 0.05 } }],
    });
    expect(points).toHaveLength(300);
    expect(metrics.maxDrawdown).toBeGreaterThan(-0.12);
    expect(points.at(-1)!.position).toBe(0);
    expect(denials.every((denial) => denial.denials.length > 0)).toBe(true);
    await expect(backtest({ ...stretch, agent, risk: [{ rule: "no-such-rule" }] })).rejects.toMatchObject({ code: "config/invalid" });
  });

  test("stops when the signal fires", async () => {
    await expect(backtest({ ...stretch, agent: flat(), signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped");
  });
});

describe("baselines", () => {
  test("random agents trade about as much as the agent, each in its own way, and repeat", async () => {
    const agent = await backtest({ ...stretch, agent: movingAverages(3, 8) });
    const baselines = await runBaselines({ ...stretch, agent, seed: 1 });
    expect(baselines.random.metrics.turnover! / agent.metrics.turnover!).toBeGreaterThan(0.6);
    expect(baselines.random.metrics.turnover! / agent.metrics.turnover!).toBeLessThan(1.6);
    expect(baselines.randomSharpes).toHaveLength(20);
    expect(new Set(baselines.randomSharpes).size).toBe(20);
    expect(baselines.randomSharpes).toEqual(baselines.randomSharpes.toSorted((left, right) => left - right));
    expect(baselines.randomSharpes[9]).toBe(baselines.random.metrics.sharpe);
    expect(baselines.random.points.every(({ position }) => position >= 0)).toBe(true);
    expect((await runBaselines({ ...stretch, agent, seed: 1 })).randomSharpes).toEqual(baselines.randomSharpes);
  });

  test("random agents go short where the agent does, and stay flat where it never trades", async () => {
    let bar = 0;
    const agent = await backtest({ ...stretch, agent: { update() {}, decide: () => (bar++ % 10 < 5 ? -1 : 0) } });
    const both = await runBaselines({ ...stretch, agent, seed: 2, randomAgents: 5 });
    expect(both.random.points.some(({ position }) => position < 0)).toBe(true);
    const idle = await backtest({ ...stretch, agent: flat() });
    const baselines = await runBaselines({ ...stretch, agent: idle, seed: 2, randomAgents: 3 });
    expect([baselines.random.fills.length, baselines.randomSharpes]).toEqual([0, [0, 0, 0]]);
    expect(baselines.buyAndHold.fills).toHaveLength(1);
    expect(fromTicks(instrument, baselines.buyAndHold.fills[0]!.priceTicks)).toBeGreaterThan(bars.open[101]!);
  });

  test("starting cash that buys nothing is no failure", async () => {
    const poor = { ...stretch, initialCash: 1 as Money };
    const agent = await backtest({ ...poor, agent: buyAndHold() });
    expect((await runBaselines({ ...poor, agent, seed: 1, randomAgents: 2 })).buyAndHold.metrics.trades).toBe(0);
  });
});

test("an exit that risk forces at the bar at which a rule orders has an id of its own", async () => {
  const eager = strategy({
    name: "eager",
    params: {},
    start: () => ({
      onBar({ bar, orders, account }) {
        if (account.position === 0) return 1;
        orders.place({ side: "buy", lots: 1, limit: bar.close * 0.9 });
      },
    }),
  });
  const risk = [{ rule: "stop-loss", params: { maxLoss: 0.005 } }];
  const { orders, account, fills } = await backtest({ ...stretch, agent: eager.agent({}), risk });
  const exits = orders.filter(({ order }) => order.side === "sell");
  expect(exits.length).toBeGreaterThan(5);
  expect(new Set(orders.map(({ order }) => order.id)).size).toBe(orders.length);
  const held = fills.reduce((sum, { side, quantity }) => sum + signOf(side) * quantity, 0);
  expect(held).toBe(account.position);
});

test("nothing of a backtest is kept by a signal that outlives it", async () => {
  const { signal } = new AbortController();
  for (let run = 0; run < 3; run++) await backtest({ ...stretch, agent: flat(), signal });
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
