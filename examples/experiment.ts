import { defineExperiment } from "tradewind";

/** A smaller agent on Apple's shares: long or flat, weekly memory, dearer trading. */
export default defineExperiment({
  name: "aapl-long-flat",
  data: "aapl",
  features: [
    { indicator: "log-return", params: { period: 1 } },
    { indicator: "log-return", params: { period: 20 } },
    { indicator: "rsi" },
    { indicator: "rolling-volatility" },
  ],
  environment: {
    environment: { name: "single-asset", params: { actions: "short-flat-long", allowShort: false } },
    reward: { name: "differential-sharpe" },
    window: 5,
    costs: { feeBps: 2, slippageBps: 2 },
    episode: { maxSteps: 126 },
  },
  totalSteps: 30_000,
  seeds: [1, 2, 3],
  walkForward: { folds: 2, totalSteps: 30_000 },
});
