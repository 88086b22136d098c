export { type AsOfColumns, withAsOf } from "./as-of/as-of-columns.ts";
export { KnownSeries, seriesColumnNames, type SeriesColumnParams, seriesColumnParams, seriesColumns } from "./as-of/series-columns.ts";
export { auditLookahead, type Garbage, type LookaheadFinding } from "./audit.ts";
export { type ChartPoint, chartShapes, findChartPatterns, type FoundPattern } from "./chart-patterns/find-chart-patterns.ts";
export { type DerivedColumn, withDerived } from "./derived.ts";
export { type ColumnStatistics, columnStatistics } from "./drift/column-statistics.ts";
export { type ColumnDrift, compareWithTraining, driftThresholds, type DriftVerdict } from "./drift/compare.ts";
export { type BuiltInFeature, defaultFeatures, FeatureSpec } from "./feature-spec.ts";
export {
  barCount,
  batchIndicator,
  type Indicator,
  indicator,
  type IndicatorInput,
  indicatorInputs,
  type IndicatorStream,
  startIndicator,
  type Unit,
} from "./indicator.ts";
export { indicators } from "./indicators/index.ts";
export { type FeatureMatrix, featurePipeline, type FeaturePipeline, type FeatureStream } from "./pipeline.ts";
export { fitGarch, type Garch, type GarchFit, garchVariance } from "./regimes/garch.ts";
export { checkRegimes, fitRegime, Regime, regimeColumns, RegimeSpec, withRegimes } from "./regimes/regime.ts";
export { turbulence, turbulenceIndex } from "./regimes/turbulence.ts";
export { type FeatureScore, selectFeatures, type Selection, selectionParams } from "./selection/select-features.ts";
export { comingReturns, selectionTable } from "./selection/selection-table.ts";
export { assertFeatureSetName, FeatureSetContent, FeatureSetDocument, referenceOf } from "./store/feature-set.ts";
export { type FeatureStore, openFeatureStore, type StoredColumns } from "./store/feature-store.ts";
export { type FeatureSetRequest, fitFeatureSet, type FittedFeatureSet, type OriginatedBars } from "./store/fit-feature-set.ts";
export { type LineageNode, lineageOfColumns } from "./store/lineage.ts";
export { type LiveFeatures, liveFeatures } from "./store/live-features.ts";
export { type BarsRelation, type FeatureSetParts, openFeatureSet, relationOf } from "./store/open-feature-set.ts";
export { fitScaler, leastDeviation, scaled, Scaler } from "./scaler.ts";
export { newsColumnNames, type NewsColumnParams, newsColumnParams, newsColumns } from "./text/news-columns.ts";
export { type HeardColumns, heardHash, hearNews, type NewsCount, type NewsDeskParams, newsDeskParams, NewsWire } from "./text/news-desk.ts";
export { type Evidence, readSentiment, type Sentiment } from "./text/sentiment.ts";
export { openTextModel, type TextModelOptions } from "./text/text-model.ts";
export { givenScorer, lexiconScorer, type TextScore, type TextScorer } from "./text/text-scorer.ts";
