// The short way in: what an experiment file and a first script need. Everything else is at its layer, such as `tradewind/features`.
export { defineExperiment, type Experiment, type ExperimentInput } from "./app/index.ts";
export { type ErrorCode, errorTable, UserError } from "./base/index.ts";
