export { combinatorialFolds, type CombinatorialFold, type PurgedCut, type PurgedFold, purgedFolds } from "./purged-folds.ts";
export { fingerprintOf, Trial, type TrialFacts, trialOf } from "./trial.ts";
export { readTrials, recordTrials, type TrialLedger } from "./trial-ledger.ts";
export { deflatedBy, summariseTrials, type TrialSummary } from "./trial-summary.ts";
