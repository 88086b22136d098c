export type { PlacedFill } from "./books.ts";
export { Rebalance, RebalanceClock } from "./rebalance.ts";
export { runPortfolioSession, type PortfolioSessionRequest, usualMissing } from "./run.ts";
export { PortfolioSession, type PortfolioSessionOptions, type PortfolioSessionResult } from "./session.ts";
export { checkCommonCloses, checkTogether, type Slice, slicesOf } from "./slices.ts";
export {
  type PortfolioAgent,
  type PortfolioMoment,
  type PortfolioRule,
  type PortfolioStrategy,
  portfolioStrategy,
  type TargetWeights,
} from "./strategy.ts";
export { portfolioStrategies } from "./strategies/index.ts";
export type { PortfolioTrack } from "./track.ts";
export { type MissingTerms, PortfolioVenue, type PortfolioVenueOptions } from "./venue.ts";
