export { distinctSeries, overfittingWhereTold } from "./distinct-series.ts";
export { benjaminiHochberg, holm } from "./multiple-tests.ts";
export { backtestOverfitting, choices, type Overfitting } from "./overfitting.ts";
export {
  deflatedSharpe,
  expectedBestSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  type SharpeFacts,
  sharpeFacts,
} from "./probabilistic-sharpe.ts";
export { type RandomEntry, randomEntryTest } from "./random-entry.ts";
export { type RealityCheck, realityCheck } from "./reality-check.ts";
export { interquartileMean, interquartileSpread, probabilityOfImprovement, type SeedSpread } from "./seed-spread.ts";
