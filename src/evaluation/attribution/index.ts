export { assetColumnsOf, type LedgerPath } from "./asset-columns.ts";
export { type AssetAttribution, type AssetColumns, type AssetFills, profitByAsset } from "./asset-profit.ts";
export { type BrinsonAttribution, type BrinsonEffects, brinsonFachler, linkedBrinson, type SectorPeriod } from "./brinson.ts";
export { type Capacity, capacityOf, type CapacityOptions } from "./capacity.ts";
export { type CostSplit, costSplit } from "./cost-split.ts";
export { attributeDecisions, type Decision, type DecisionAttribution, rankDecisions } from "./decisions.ts";
export { type Excursion, tradeExcursions } from "./excursions.ts";
export {
  type Coefficient,
  type FactorRegression,
  factorRegression,
  type RegressionOptions,
  rollingFactorRegression,
} from "./factor-regression.ts";
export { marketTicksOf } from "./market-ticks.ts";
export {
  profitByLabel,
  profitByPeriod,
  profitBySide,
  profitByTrip,
  type ProfitGroup,
  type ProfitPeriod,
  type TripProfit,
} from "./profit-groups.ts";
export { type Profit, type ProfitLedger, profitLedger, profitOf } from "./profit-ledger.ts";
export type { FillFacts, TradedStretch } from "./profit-walk.ts";
export { type FillShortfall, type ImplementationShortfall, implementationShortfall, type ShortfallFacts } from "./shortfall.ts";
