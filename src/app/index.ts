export { type EnvironmentFileAudit, runEnvironmentAudit } from "./audit-environment.ts";
export { auditLearning, type LearningAudit } from "./audit-learning.ts";
export { auditLookahead, type LookaheadAudit } from "./audit-lookahead.ts";
export { checkData, type DataSet, importData, listData, openDataSet } from "./data-sets.ts";
export { defineExperiment, Experiment, type ExperimentInput } from "./experiment.ts";
export { type Home, homeAt } from "./home.ts";
export { type LocalServices, openServices } from "./local-services.ts";
export { loadTradingModel, type TradingModel } from "./model.ts";
export { paper } from "./paper.ts";
export { PaperSession } from "./paper-session.ts";
export { renderEpisode, type RenderedEpisode } from "./render-episode.ts";
export { type ExperimentOutcome, type ExperimentRun, runExperiment } from "./run-experiment.ts";
export {
  Metrics,
  type ModelSummary,
  Report,
  type RunSummary,
  type ServiceEvent,
  type Services,
  type SessionPoint,
  type SessionSnapshot,
  Trade,
  type TrainingPoint,
} from "./services.ts";
export { runTrainingJob, type TrainingJob } from "./training-job.ts";
export { demo, type DemoResult, listModels, listRuns, runLearningAudit, runLookaheadAudit, train, version } from "./use-cases.ts";
