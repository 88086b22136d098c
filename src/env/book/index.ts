export { Alpha, type AlphaEnvironment, createAlpha } from "./alpha.ts";
export { avellanedaStoikovPolicy, constantSpreadPolicy, schedulePolicy } from "./book-baselines.ts";
export { type BookBatch, BookEnvironment } from "./book-environment.ts";
export type { BookLedger } from "./book-lane.ts";
export { BookSession } from "./book-session.ts";
export { createMarketMaking, MarketMaking, type MarketMakingEnvironment } from "./market-making.ts";
export { createOptimalExecution, OptimalExecution, type OptimalExecutionEnvironment } from "./optimal-execution.ts";
export { type Depth, depthOf, renderDepth } from "./depth-view.ts";
export { fitMicroPrice, type MicroPrice, type TouchSeries } from "./micro-price.ts";
