export { type AdvantageInput, type AdvantageParams, generalisedAdvantage } from "./advantage.ts";
export { algorithm, type Algorithm, type Diagnostics, type Learner, type LearnerContext, type LearnerState } from "./algorithm.ts";
export { algorithms } from "./algorithms/index.ts";
export { loadPolicy, type ModelManifest, type PolicyManifest } from "./model-folder.ts";
export type { TrainingProgress } from "./progress.ts";
export { train, type TrainedAgent, type TrainOptions } from "./train.ts";
