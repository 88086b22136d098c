import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import type { Money } from "../domain/index.ts";
import { createObserver, EnvironmentSpecification, type Observer, type Policy, widthOf } from "../env/index.ts";
import { featurePipeline } from "../features/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import type { RiskSpec } from "../risk/index.ts";
import { type Agent, policyAgent } from "../trading/index.ts";
import { backtest, type BacktestResult } from "./backtest.ts";

const initialCash = 100_000_000 as Money;
const pipeline = featurePipeline([
  { indicator: "log-return", params: { period: 1 } },
  { indicator: "rsi", params: { period: 5 } },
]);

/** A policy that weighs an observation at random: a choice for each vector of weights, or a sum; `calls` says how many were asked about. */
function weighing({ schema, size, actionSpace }: Observer, random: Random, calls: number[]): Policy {
  const heads = actionSpace.kind === "discrete" ? actionSpace.count : widthOf(actionSpace);
  const ofAccount = random.uniform() < 0.5 ? 0 : 3 * random.uniform();
  const weights = Float64Array.from({ length: heads * size }, (_, at) => random.normal() * (at % size < size - 3 ? 5 : ofAccount));
  const head = (observations: Float32Array, row: number, choice: number) => {
    let sum = 0;
    for (let at = 0; at < size; at++) sum += weights[choice * size + at]! * observations[row * size + at]!;
    return sum;
  };
  return {
    observationSchema: schema,
    observationSize: size,
    actionSpace,
    decide(observations, count, out) {
      calls.push(count);
      for (let row = 0; row < count; row++) {
        const sums = Array.from({ length: heads }, (_, choice) => head(observations, row, choice));
        out[row] = actionSpace.kind === "discrete" ? sums.indexOf(Math.max(...sums)) : Math.tanh(sums[0]!);
      }
    },
  };
}

const lived = ({ track, fills, denials, account }: BacktestResult) => ({
  equity: [...track.equity],
  position: [...track.position],
  fills,
  denials,
  account: account.save(),
});

/** The same agent, without what it can do with bars that are at hand. */
const oneByOne = (agent: Agent): Agent => ({
  update: (bar) => agent.update(bar),
  decide: (account, orders) => agent.decide(account, orders),
});

test("a policy asked about many bars at once trades as one asked at each: over 400 policies, markets, costs and risk rules", async () => {
  let [traded, bars, asked] = [0, 0, 0];
  for (let seed = 0; seed < 400; seed++) {
    const random = new Random(seed);
    const any = <Each>(values: readonly Each[]): Each => values[random.below(values.length)]!;
    const walk = geometricWalk({ bars: 30 + random.below(400), volatility: 0.02, seed });
    const environment = { name: "single-asset", params: { actions: any(["short-flat-long", "hold-buy-sell", "target-position"]) } };
    const specification = EnvironmentSpecification.parse({ environment, window: 1 + random.below(4) });
    const observer = () => createObserver(specification, pipeline);
    const calls: number[] = [];
    const policy = weighing(observer(), random, calls);
    const request = {
      bars: walk,
      from: random.below(20),
      to: walk.close.length - random.below(5),
      costs: Costs.parse({ feeBps: any([0, 5]), slippageBps: any([0, 5]), borrowBpsPerYear: any([0, 300]) }),
      initialCash,
      risk: any<RiskSpec>([[], [{ rule: "stop-loss", params: { maxLoss: 0.05 } }]]),
    };
    const agent = policyAgent(observer(), policy);
    const ahead = await backtest({ ...request, agent });
    const isAhead = calls.length;
    expect(lived(ahead), `seed ${seed}`).toEqual(lived(await backtest({ ...request, agent: oneByOne(agent) })));
    traded += ahead.fills.length;
    bars += ahead.track.time.length;
    asked += isAhead;
  }
  expect(traded).toBeGreaterThan(5_000);
  expect(asked).toBeLessThan(bars / 2);
});

test("a stretch that begins far behind the first bar is asked about in parts too", async () => {
  const walk = geometricWalk({ bars: 5000, volatility: 0.01, seed: 1 });
  const specification = EnvironmentSpecification.parse({ environment: { name: "single-asset", params: { actions: "short-flat-long" } } });
  const calls: number[] = [];
  const still: Policy = {
    ...weighing(createObserver(specification, pipeline), new Random(1), []),
    decide(_, count, out) {
      calls.push(count);
      out.fill(2, 0, count); // Long for ever: after the first trade nothing is asked in vain.
    },
  };
  const agent = policyAgent(createObserver(specification, pipeline), still);
  const request = { bars: walk, from: 1500, to: 5000, costs: Costs.parse({}), initialCash };
  const ahead = await backtest({ ...request, agent });
  expect(Math.max(...calls)).toBe(1024);
  expect(calls.length).toBeLessThan(100);
  expect(lived(ahead)).toEqual(lived(await backtest({ ...request, agent: oneByOne(agent) })));
});
