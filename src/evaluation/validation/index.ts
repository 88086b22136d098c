export { combinatorialFolds, type CombinatorialFold, type PurgedCut, type PurgedFold, purgedFolds } from "./purged-folds.ts";
