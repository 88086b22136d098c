export {
  type AllocationBacktestRequest,
  backtestAllocation,
  backtestWeights,
  calendarOf,
  type WeightBacktestRequest,
} from "./allocation-backtest.ts";
export * from "./attribution/index.ts";
export type { Allocation } from "./allocation-definition.ts";
export { allocationStrategies } from "./allocation-strategies.ts";
export { allocations } from "./allocations/index.ts";
export { renderAuditHtml } from "./audit-html.ts";
export type { TradeOn } from "./closing-auction.ts";
export { backtest, type BacktestRequest, type BacktestResult } from "./backtest.ts";
export { type Baselines, type BaselinesRequest, runBaselines } from "./baselines.ts";
export { automaticBlockLength } from "./block-length.ts";
export { type BootstrapOptions, sharpeDifference, stationaryIndices } from "./bootstrap.ts";
export { renderChartPatternsHtml } from "./chart-pattern-html.ts";
export * from "./collusion/index.ts";
export * from "./comparison/index.ts";
export * from "./explanation/index.ts";
export { figureOf, figuresOf, type Metric, type MetricInput, type MetricUnit } from "./metric-definition.ts";
export { metrics } from "./metrics/index.ts";
export { type MetricInfo, metricInfo, metricNames, metricText } from "./metric.ts";
export {
  annualReturn,
  annualVolatility,
  calmar,
  drawdowns,
  exposure,
  maxDrawdown,
  measure,
  type Performance,
  profitFactor,
  returnsOf,
  sharpe,
  simpleReturns,
  sortino,
  totalReturn,
  turnoverPerBar,
  winRate,
} from "./metrics.ts";
export { backtestPortfolio, benchmarkReturns, type PortfolioBacktest, type PortfolioBacktestRequest } from "./portfolio-backtest.ts";
export * from "./replay/index.ts";
export * from "./report/index.ts";
export { backtestSignals, type FillColumns, type SignalRequest, type SignalResult } from "./signal-backtest.ts";
export * from "./risk/index.ts";
export { type RollingFigures, rollingFigures, type RollingWindow } from "./rolling-figures.ts";
export * from "./significance/index.ts";
export { judgeRuleWalk, type RuleWalkJudgement } from "./rule-walk-judgement.ts";
export { columnsOf, joinSweeps, sweep, type SweepColumns, sweepCombinations, type SweepResult, type SweepStretch } from "./sweep.ts";
export { type Combination, combinationsOf, type Grid } from "./sweep-grid.ts";
export { judgeSweep, type SweepJudgement } from "./sweep-judgement.ts";
export { type RoundTrip, roundTripsOf, tradesOf } from "./trades.ts";
export { underStress } from "./under-stress.ts";
export { type MeanInterval, meanInterval, quantileOf } from "./statistics/index.ts";
export * from "./validation/index.ts";
export type { AllocatedAsset, WeightMarket, WeightTrack } from "./weight-walk.ts";
