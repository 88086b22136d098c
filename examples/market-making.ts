import { systemClock } from "tradewind/base";
import { avellanedaStoikovPolicy, createMarketMaking, type Policy } from "tradewind/env";
import { evaluatePolicy, train } from "tradewind/rl";

/** Quoting one lot on each side of a synthetic order book for a minute, four decisions a second, at most five lots either way. */
const market = (count: number) =>
  createMarketMaking(
    { session: { stepMs: 250, steps: 240, market: { warmUpMs: 1000 } }, maxInventoryLots: 5, inventoryPenalty: 0.02 },
    { count },
  );

const { policy } = await train({
  algorithm: "ppo",
  params: { nSteps: 128, batchSize: 512, learningRate: 1e-3, logStdInit: -0.5 },
  environment: market(16),
  totalSteps: 30_000, // A few seconds: enough to see it learn, not to see it learn well.
  seed: 1,
  clock: systemClock,
});

const judge = market(20);
const closedForm = avellanedaStoikovPolicy(judge, { riskAversion: 0.02, volatility: 1.2, decay: 0.8 });
const tell = (name: string, each: Policy) => {
  const { meanReturn, returnDeviation } = evaluatePolicy(each, judge, 100, 7);
  console.log(`${name}: ${meanReturn.toFixed(1)} ± ${returnDeviation.toFixed(1)} ticks × lots a session`);
};
tell("PPO after 30,000 steps", policy);
tell("Avellaneda–Stoikov", closedForm);
