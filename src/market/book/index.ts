export { bookHash, loadBook, saveBook, savedOrderWidth } from "./book-state.ts";
export {
  type BookReason,
  bookReasons,
  buy,
  eventKind,
  instruction,
  reasonCode,
  sell,
  type SelfTradeMode,
  selfTradeModes,
} from "./codes.ts";
export { type BookEvent, eventCode, EventLog, eventWidth, eventField, eventKindOf, eventReasonOf, eventSideOf } from "./event-log.ts";
export { OrderBook, type OrderBookOptions } from "./order-book.ts";
export { PriceLadder } from "./price-ladder.ts";
export { copyLevels, copyOrders, copyTopOfBook, costToTake, lotsAhead, lotsAt, type OrderColumns, topOfBookWidth } from "./views.ts";
