export type { Agent, KnownStretch } from "./agent.ts";
export { buyAndHold, flat, randomAgent } from "./baselines.ts";
export { type BrokerKind, broker, type Connection, type ConnectionRequest } from "./broker.ts";
export { brokers } from "./brokers/index.ts";
export { simulatedVenue } from "./brokers/simulated.ts";
export { type Faults, faultyBroker } from "./faulty-broker.ts";
export { barsFeed, journalFeed, type Pace } from "./feeds.ts";
export { type FileJournal, type Journal, type JournalRecord, memoryJournal, noJournal, openJournal, readJournal } from "./journal.ts";
export {
  externalTransitions,
  isTerminal,
  mayBecome,
  nextOrderState,
  type OrderState,
  orderStates,
  orderTransitions,
} from "./order-state.ts";
export { noOrders, type OrderDesk, type OrderRequest } from "./order-desk.ts";
export { policyAgent } from "./policy-agent.ts";
export * from "./portfolio/index.ts";
export { Orders, type TrackedOrder } from "./orders.ts";
export { runSession, runSessionAtOnce, type SessionOptions, type SessionResult } from "./session.ts";
export { type DeniedOrder, type Finding, SessionState, type TimedExit } from "./session-state.ts";
export { type SessionPoint, SessionTrack } from "./session-track.ts";
export { exposureForVolatility, exposureOfLots, kellyExposure } from "./sizing.ts";
export { type Moment, type Rule, type Strategy, strategy } from "./strategy.ts";
export { strategies } from "./strategies/index.ts";
