export { auditLookahead, type Garbage, type LookaheadFinding } from "./audit.ts";
export { type ChartPoint, chartShapes, findChartPatterns, type FoundPattern } from "./chart-patterns/find-chart-patterns.ts";
export { type DerivedColumn, withDerived } from "./derived.ts";
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
export { checkRegimes, fitRegime, Regime, regimeColumns, RegimeSpec, withRegimes } from "./regimes/regime.ts";
export { turbulence, turbulenceIndex } from "./regimes/turbulence.ts";
export { fitScaler, leastDeviation, scaled, Scaler } from "./scaler.ts";
