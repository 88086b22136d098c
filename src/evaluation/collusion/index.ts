export { type CollusionReport, collusionReport, type CollusionStudy, type QuotingPopulation } from "./collusion-report.ts";
export { bestReply, collusionIndex, type OneShotGame, type PriceBenchmarks, quotingGame, solveBenchmarks } from "./one-shot-game.ts";
