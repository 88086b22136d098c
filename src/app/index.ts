export { type EnvironmentFileAudit, runEnvironmentAudit } from "./audit-environment.ts";
export { auditLearning, type LearningAudit } from "./audit-learning.ts";
export { auditLookahead, type LookaheadAudit } from "./audit-lookahead.ts";
export { backtestPortfolio, type PortfolioRuleBacktest } from "./backtest-portfolio.ts";
export { backtestStrategy, type CombinationOutcome, type StrategyBacktest, type StrategyBacktestRequest } from "./backtest-strategy.ts";
export { type ComparedRuns, compareRuns, type CompareRequest } from "./compare-runs.ts";
export { type FetchedData, fetchData, type FetchRequest } from "./data-fetch.ts";
export { type FileImport, type FolderImport, holdsSeveral, importData, importFolder, type SeriesLine } from "./data-import.ts";
export { type CleanedDataSet, cleanData, type MadeDataSet, resampleData } from "./data-making.ts";
export { checkData, type QualityCheck } from "./data-quality.ts";
export { type DataSet, listData, openDataSet } from "./data-sets.ts";
export { compactData, dataVersions, diffData, pinData, type PinChange } from "./data-store.ts";
export { fetchOptions, listSources, type SourceLine } from "./data-sources.ts";
export { eventLine, openStream, statusLine, streamData, type StreamOutcome, type StreamRequest } from "./data-stream.ts";
export { defineExperiment, Experiment, type ExperimentInput } from "./experiment.ts";
export { driftOfFeatures, type FeatureDrift } from "./feature-drift.ts";
export { type FeatureSelection, selectFromSet } from "./feature-selection.ts";
export {
  checkFeatures,
  type ExplainedFeatures,
  explainFeatures,
  type FeatureCheck,
  type FeatureSetSummary,
  listFeatureSets,
  materialiseFeatures,
  showFeatureSet,
} from "./feature-sets.ts";
export { type Home, homeAt } from "./home.ts";
export { type LocalServices, openServices } from "./local-services.ts";
export { loadTradingModel, type TradingModel } from "./model.ts";
export { paper } from "./paper.ts";
export { PaperSession } from "./paper-session.ts";
export { renderEpisode, type RenderedEpisode } from "./render-episode.ts";
export type { ExperimentRun } from "./experiment-run.ts";
export { type ExperimentOutcome, runExperiment } from "./run-experiment.ts";
export {
  Metrics,
  type ModelSummary,
  renderReportHtml,
  Report,
  reportPagePolicy,
  type RunSummary,
  type ServiceEvent,
  type Services,
  type SessionPoint,
  type SessionSnapshot,
  Trade,
  type TrainingPoint,
} from "./services.ts";
export { type ScoredText, type ScoreRequest, type Scores, scoreTexts } from "./text-score.ts";
export { runTrainingJob, type TrainingJob } from "./training-job.ts";
export { demo, type DemoResult, listModels, listRuns, runLearningAudit, runLookaheadAudit, train } from "./use-cases.ts";
export { version } from "./versions.ts";
export { type RuleWalkReport, type RuleWalkRequest, walkForwardRule } from "./walk-forward-rule.ts";
