export { type CoverageTests, coverageTests, type LikelihoodRatio } from "./coverage-tests.ts";
export { type ExcessTail, fitExcesses, type ParetoFit } from "./extreme-value-tail.ts";
export { cornishFisherHolds } from "./gaussian-tail.ts";
export { paretoByLikelihood, paretoByMoments, type ParetoTail } from "./generalised-pareto.ts";
export { type AssetRisk, gaussianPortfolioRisk, historicalPortfolioRisk, type PortfolioRisk, type RiskParts } from "./portfolio-risk.ts";
export { blockPaths, garchPaths, type PathSource } from "./return-paths.ts";
export {
  type HistoricalWindow,
  historicalWindows,
  type NamedReturns,
  stressWindows,
  trackStressWindows,
  type WindowOutcome,
  type WindowResult,
} from "./stress-windows.ts";
export type { TailRisk } from "./tail.ts";
export { type Bounds, type TailInterval, tailInterval } from "./tail-interval.ts";
export { rollingValueAtRisk, type TailInput, type TailParams, tailParams, tailRisk } from "./tail-risk.ts";
export { type Distribution, type Probability, simulateWealth, type WealthRequest, type WealthSimulation } from "./wealth-simulation.ts";
