export type { AsOfSeries } from "./as-of.ts";
export { type MarketTables, marketTables, type PortfolioAsset } from "./market-tables.ts";
export { createPortfolioEnvironment, type PortfolioEnvironment, type PortfolioLedger } from "./portfolio-environment.ts";
export type { PortfolioOptions } from "./portfolio-market.ts";
export { Rebalancing, type RebalancingTerms } from "./rebalancing.ts";
export { PortfolioSpecification } from "./specification.ts";
export type { PortfolioActions } from "./targets.ts";
