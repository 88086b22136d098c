export { type Agreement, agreementWithQuotes } from "./agreement.ts";
export { type BinanceFiles, type BinanceReport, onGrid, readBinance } from "./binance.ts";
export { type OrderFlowReport, readBitstampOrders, readBitstampSnapshots } from "./bitstamp.ts";
export { DepthBook, type DepthMemory } from "./depth-book.ts";
export { DepthSequence, type SequenceVerdict, type UpdateNumbers } from "./depth-sequence.ts";
export { constantLatency, interpolatedLatency, type LatencyRecords, type OrderLatency } from "./latency.ts";
export { levelRecording } from "./level-recording.ts";
export { readLines } from "./lines.ts";
export { type BookSnapshot, orderAction, type OrderFlow, type SnapshotSide } from "./order-flow.ts";
export { behindShare, type BehindShare, QueueModel, QueueModelName, QueuePosition } from "./queue-model.ts";
export { agreementWithSnapshots, FifoPosition, type OrderAgreement, RecordedOrders, type OrderRepairs } from "./recorded-orders.ts";
export { correctLocalTimes, type Recording, RecordingBuilder, rowKind } from "./recording.ts";
export {
  indexRecording,
  ReplayExchange,
  type ReplayIndex,
  type ReplayOptions,
  type ReplayOrder,
  type ReplayReport,
} from "./replay-exchange.ts";
