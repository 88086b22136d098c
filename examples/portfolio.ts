import { systemClock } from "tradewind/base";
import { sliceBars } from "tradewind/domain";
import { createPortfolioEnvironment, PortfolioSpecification } from "tradewind/env";
import { featurePipeline } from "tradewind/features";
import { generateBars } from "tradewind/market";
import { evaluatePolicy, train } from "tradewind/rl";

// Six correlated assets on one calendar: the fifth is listed two years late, the sixth leaves for good after five years and its
// holders get half of its last price. PPO chooses weights; its reward is wealth counted in an equally weighted portfolio.

const pipeline = featurePipeline([
  { indicator: "log-return", params: { period: 1 } },
  { indicator: "log-return", params: { period: 20 } },
  { indicator: "rolling-volatility", params: { period: 20 } },
]);
const drifts = [0.02, 0.04, 0.06, 0.08, 0.25, 0.1];
const all = generateBars({
  generator: "correlated",
  params: { assets: drifts.map((drift) => ({ drift, volatility: 0.15 })), correlation: 0.4 },
  bars: 2000,
  seed: 5,
});
const assets = all.map((every, asset) => {
  const bars = sliceBars(every, asset === 4 ? 500 : 0, asset === 5 ? 1250 : 2000);
  const leaves = asset === 5 && { kind: "delisting" as const, timeMs: bars.closeTime.at(-1)!, price: bars.close.at(-1)! / 2 };
  return { bars, features: pipeline.batch(bars), ...(leaves && { actions: [leaves] }) };
});

const splitMs = all[0]!.closeTime[1400]!;
const market = (count: number, stretch: { fromMs: number } | { toMs: number }) =>
  createPortfolioEnvironment({
    ...PortfolioSpecification.parse({ benchmark: "equal-weight", costs: { feeBps: 5, slippageBps: 5 }, episode: { maxSteps: 125 } }),
    assets,
    pipelineHash: pipeline.hash,
    count,
    ...stretch,
  });

const { policy } = await train({
  algorithm: "ppo",
  params: { nSteps: 128, batchSize: 512, learningRate: 1e-3, gamma: 0.9 },
  environment: market(16, { toMs: splitMs }),
  totalSteps: 30_000, // A few seconds.
  seed: 1,
  clock: systemClock,
});
const { meanReturn, returnDeviation } = evaluatePolicy(policy, market(20, { fromMs: splitMs }), 200, 7);
console.log(
  `in the years after: ${meanReturn.toFixed(4)} ± ${returnDeviation.toFixed(4)} of log wealth beyond equal weights in half a year`,
);
