export { BarExchange, type BarOutcome } from "./bar-exchange.ts";
export { type BarMatch, matchBar, type TickBar } from "./bar-matching.ts";
export { borrowOn, closeBar, Costs, costsFor, feeOn, type InstrumentCosts, settle, slippedTicks } from "./costs.ts";
export { geometricWalk, type GeometricWalk } from "./synthetic.ts";
