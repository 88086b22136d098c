import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Bars, copyBars, type Money, sliceBars } from "../domain/index.ts";
import { calmMarket, Costs, geometricWalk } from "../market/index.ts";
import { type Agent, buyAndHold, strategy } from "../trading/index.ts";
import { backtest, type BacktestRequest } from "./backtest.ts";
import { roundTripsOf } from "./trades.ts";

const initialCash = 100_000_000 as Money;
const walk = geometricWalk({ bars: 60, volatility: 0.02, seed: 3 });
const costs = Costs.parse({ feeBps: 10, slippageBps: 0 });
const base = { bars: walk, from: 0, to: 60, costs, initialCash };
const ticksOf = (bars: Bars, price: number) => Math.round(price / bars.instrument.tickSize);

/** Does something else at every bar, by what it has seen of closes: exposures, and orders with prices. */
const restless = strategy({
  name: "restless",
  params: {},
  start() {
    const random = new Random(8);
    return {
      onBar({ bar, orders }) {
        const asked = random.uniform();
        if (asked < 0.2) orders.place({ side: "buy", lots: 100, limit: bar.close * 0.99, exits: { stop: bar.close * 0.97 } });
        else if (asked < 0.3) orders.place({ side: "sell", lots: 50, stop: bar.close * 0.99 });
        else if (asked < 0.7) return Math.sin(1e6 * bar.close);
      },
    };
  },
});

test("on the close an order fills in the auction of the bar that it was decided on, else at the next open", async () => {
  const at = async (tradeOn: "open" | "close") => (await backtest({ ...base, agent: buyAndHold(0.5), tradeOn })).fills[0]!;
  expect(await at("close")).toMatchObject({ priceTicks: ticksOf(walk, walk.close[0]!), filledAt: walk.closeTime[0] });
  expect(await at("open")).toMatchObject({ priceTicks: ticksOf(walk, walk.open[1]!), filledAt: walk.closeTime[1] });
});

test("finalised, what is left is sold at the last close under costs, and is a round trip", async () => {
  const [left, closed] = [
    await backtest({ ...base, agent: buyAndHold(0.5) }),
    await backtest({ ...base, agent: buyAndHold(0.5), finalise: true }),
  ];
  const last = closed.fills.at(-1)!;
  expect(last).toMatchObject({ side: "sell", priceTicks: ticksOf(walk, walk.close[59]!), filledAt: walk.closeTime[59] });
  expect([roundTripsOf(left.fills).length, roundTripsOf(closed.fills).length]).toEqual([0, 1]);
  expect([left.account.position > 0, closed.account.position, closed.track.position[59]]).toEqual([true, 0, 0]);
  // Nothing but the fee tells the two apart.
  expect(closed.track.equity[59]).toBe(left.track.equity[59]! - last.fee);
  expect([...closed.track.equity.slice(0, 59)]).toEqual([...left.track.equity.slice(0, 59)]);
  expect(closed.metrics.trades).toBe(2);
  expect([closed.tradeOn, closed.finalised, left.finalised]).toEqual(["open", true, false]);
});

test("flat at the end there is nothing to finalise", async () => {
  const never: Agent = { update() {}, decide: () => 0 };
  expect((await backtest({ ...base, agent: never, finalise: true })).fills).toEqual([]);
});

test("an agent is shown every bar once, as it is at its close, and asked once before the last", async () => {
  const [shown, asked] = [[] as number[][], [] as number[]];
  const watcher: Agent = {
    update: ({ closeTime, open, high, low, close, volume }) => void shown.push([closeTime, open, high, low, close, volume]),
    decide: () => (asked.push(shown.length), null),
  };
  await backtest({ ...base, from: 10, agent: watcher, tradeOn: "close", finalise: true });
  const { closeTime, open, high, low, close, volume } = walk;
  expect(shown).toEqual(Array.from(close, (_, row) => [closeTime, open, high, low, close, volume].map((column) => column[row])));
  expect(asked).toEqual(Array.from({ length: 49 }, (_, index) => 11 + index));
});

test.each(["open", "close"] as const)("what trades on the %s knows nothing of later bars", async (tradeOn) => {
  const until = 30;
  const changed = copyBars(walk);
  for (const column of [changed.open, changed.high, changed.low, changed.close])
    column.forEach((price, row) => row >= until && (column[row] = price * 2));
  const lived = async (bars: Bars) => {
    const { fills, track } = await backtest({ ...base, bars, agent: restless.agent({}), tradeOn });
    return { fills: fills.filter(({ filledAt }) => filledAt <= walk.closeTime[until - 1]!), equity: [...track.equity.subarray(0, until)] };
  };
  const as = await lived(walk);
  expect(as.fills.length).toBeGreaterThan(5);
  expect(await lived(changed)).toEqual(as);
});

test("a stretch alone trades as within longer bars, also under conditions, and where it is halted nothing trades at the close", async () => {
  const request: Omit<BacktestRequest, "agent" | "bars" | "from" | "to"> = { costs, initialCash, tradeOn: "close", finalise: true };
  const whole = await backtest({ ...request, bars: walk, from: 20, to: 50, agent: restless.agent({}) });
  const { conditions } = calmMarket([walk])[0]!;
  const same = await backtest({ ...request, bars: walk, conditions, from: 20, to: 50, agent: restless.agent({}) });
  expect(same.fills).toEqual(whole.fills);
  conditions.halted[20] = 1;
  const halted = await backtest({ ...request, bars: walk, conditions, from: 20, to: 50, agent: buyAndHold(0.5), finalise: false });
  expect(halted.fills).toEqual([]);
  expect(sliceBars(walk, 20, 50).closeTime[0]).toBe(whole.track.time[0]);
});
