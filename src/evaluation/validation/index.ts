export { combinatorialFolds, type CombinatorialFold, groupRows, type PurgedCut, type PurgedFold, purgedFolds } from "./purged-folds.ts";
export { fingerprintOf, Trial, type TrialFacts, trialOf } from "./trial.ts";
export { readTrials, recordTrials, type TrialLedger } from "./trial-ledger.ts";
export { deflatedBy, summariseTrials, type TrialSummary } from "./trial-summary.ts";
export { type ParameterStability, type RuleFold, type RuleWalk, type RuleWalkResult, walkRuleForward } from "./walk-forward-rule.ts";
