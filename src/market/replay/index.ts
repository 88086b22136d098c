export { type Agreement, agreementWithQuotes } from "./agreement.ts";
export { DepthBook, type DepthMemory } from "./depth-book.ts";
export { constantLatency, interpolatedLatency, type LatencyRecords, type OrderLatency } from "./latency.ts";
export { levelRecording } from "./level-recording.ts";
export { behindShare, type BehindShare, QueueModel, QueueModelName, QueuePosition } from "./queue-model.ts";
export { agreementWithSnapshots, FifoPosition, type OrderAgreement, RecordedOrders, type OrderRepairs } from "./recorded-orders.ts";
export {
  indexRecording,
  ReplayExchange,
  type ReplayIndex,
  type ReplayOptions,
  type ReplayOrder,
  type ReplayReport,
} from "./replay-exchange.ts";
