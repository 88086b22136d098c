export { BarExchange, quietBar, type BarExchangeOptions, type BarOutcome } from "./bar-exchange.ts";
export { type BarMatch, type MatchedOrder, matchBar, type Moment, type TickBar } from "./bar-matching.ts";
export * from "./book/index.ts";
export { bookAction, bookPortfolioAction } from "./corporate-actions.ts";
export {
  borrowOn,
  closeBar,
  closeBarAt,
  Costs,
  costsFor,
  feeOn,
  type InstrumentCosts,
  scaledCosts,
  settle,
  slippedTicks,
} from "./costs.ts";
export { constantFunding, type Funding } from "./funding.ts";
export {
  type Activity,
  ActivityMeter,
  almgren,
  almgrenImpact,
  Impact,
  impactOf,
  type PriceImpact,
  squareRootImpact,
  volumeShareImpact,
} from "./impact.ts";
export * from "./flow/index.ts";
export { generateBars, GeneratorSpecification } from "./generate.ts";
export { generators } from "./generators/index.ts";
export { interestOn, liquidationTicks, Margin, marginLots } from "./margin.ts";
export * from "./optimal/index.ts";
export { closePortfolioBar, liquidatePortfolio, settlePortfolio } from "./portfolio-settlement.ts";
export * from "./replay/index.ts";
export {
  calmMarket,
  type ConditionColumns,
  conditionsAt,
  costsUnder,
  type MarketSeries,
  type ScenarioKind,
  ScenarioSpecification,
  seenBars,
} from "./scenario.ts";
export { scenarios } from "./scenarios/index.ts";
export type { Interval, Schedule } from "./schedule.ts";
export { sampleScenarios, type ScenarioSampling, stress } from "./stress.ts";
export { geometricWalk, type GeometricWalk } from "./synthetic.ts";
export { type BarConditions, ordinary, VenueTerms } from "./venue-terms.ts";
