import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Bar, toMoney } from "../domain/index.ts";
import { calmMarket, Costs, geometricWalk, type ScenarioSpecification, seenBars, stress } from "../market/index.ts";
import { type Agent, buyAndHold, randomAgent } from "../trading/index.ts";
import { backtest } from "./backtest.ts";
import { underStress } from "./under-stress.ts";

const bars = geometricWalk({ bars: 200, volatility: 0.01, seed: 4 });
const { instrument } = bars;
const stretch = { from: 50, to: 200, costs: Costs.parse({ feeBps: 5, slippageBps: 5 }), initialCash: toMoney(instrument, 100_000) };
const onsetRow = 120;
const restless = () => randomAgent({ changeProbability: 1, exposures: [-1, 0, 1], random: new Random(2) });

/** A backtest of an agent after one scenario. */
function after(scenario: string, params: ScenarioSpecification["params"], agent: Agent = restless()) {
  const [series] = stress([bars], [{ scenario, params, onsetMs: bars.closeTime[onsetRow - 1]! }]);
  return backtest({ ...stretch, ...series!, agent });
}

describe("a backtest under conditions", () => {
  test("that are ordinary is the one without", async () => {
    const [calm] = calmMarket([bars]);
    const [there, here] = [
      await backtest({ ...stretch, ...calm!, agent: restless() }),
      await backtest({ ...stretch, bars, agent: restless() }),
    ];
    expect(there).toEqual(here);
  });

  test.each([
    ["exchange-halt", { durationBars: 6 }],
    ["fee-change", { feeFactor: 7 }],
    ["liquidity-drought", { slippageFactor: 9 }],
    ["flash-crash", { depth: 0.3 }],
  ])("of %s differs after the onset, and not before", async (scenario, params) => {
    const [there, here] = [await after(scenario, params), await backtest({ ...stretch, bars, agent: restless() })];
    const calmBars = onsetRow - stretch.from;
    expect(there.points.slice(0, calmBars)).toEqual(here.points.slice(0, calmBars));
    expect(there.points.at(-1)!.equity).not.toBe(here.points.at(-1)!.equity);
    const before = (result: typeof here) => result.fills.filter(({ filledAt }) => filledAt < bars.closeTime[onsetRow]!);
    expect(before(there)).toEqual(before(here));
    expect(before(here).length).toBeGreaterThan(50);
  });

  test("of a halt has no fill in it", async () => {
    const { fills } = await after("exchange-halt", { durationBars: 6 });
    const inHalt = fills.filter(({ filledAt }) => filledAt >= bars.closeTime[onsetRow]! && filledAt <= bars.closeTime[onsetRow + 5]!);
    expect(inHalt).toEqual([]);
  });

  test("of dearer fees pays that much more for a fill", async () => {
    const { fills } = await after("fee-change", { feeFactor: 7 });
    const bps = ({ fee, quantity, priceTicks }: (typeof fills)[number]) => (1e4 * fee) / (quantity * priceTicks);
    for (const fill of fills) expect(bps(fill)).toBeCloseTo(fill.filledAt < bars.closeTime[onsetRow]! ? 5 : 35, 2);
  });

  test("of a stale feed shows the old price while the account is marked at the true one", async () => {
    const seen: Bar[] = [];
    const hold = buyAndHold();
    const agent: Agent = { update: (bar) => void seen.push({ ...bar }), decide: (account, orders) => hold.decide(account, orders) };
    const { points } = await after("stale-feed", { durationBars: 5 }, agent);
    const [series] = stress([bars], [{ scenario: "stale-feed", params: { durationBars: 5 }, onsetMs: bars.closeTime[onsetRow - 1]! }]);
    expect(seen.map(({ close }) => close)).toEqual([...seenBars(series!).close]);
    expect(seen[onsetRow + 2]!.close).toBe(bars.close[onsetRow - 1]);
    expect(points).toEqual((await backtest({ ...stretch, bars, agent: buyAndHold() })).points);
  });
});

test("a strategy is measured as in the report, with its worst bar, and whether anything was left", async () => {
  const gap = (size: number, exposure: number) => after("gap-open", { size }, buyAndHold(exposure));
  const [fallen, ruined] = [await gap(-0.5, 1), await gap(4, -1)];
  const [first, second] = underStress({ fallen, ruined });
  expect(first).toEqual({
    name: "fallen",
    totalReturn: fallen.metrics.totalReturn,
    maxDrawdown: fallen.metrics.maxDrawdown,
    worstBar: Math.min(...fallen.returns),
    trades: 1,
    survived: true,
  });
  expect(first!.worstBar).toBeGreaterThan(-0.55);
  expect(first!.worstBar).toBeLessThan(-0.45);
  expect([second!.survived, second!.totalReturn, second!.worstBar]).toEqual([false, -1, -1]);
});
