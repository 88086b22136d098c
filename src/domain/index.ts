export { Account, type AccountState, lotsToReach } from "./account.ts";
export { accountSlot, accountWidth, markAt, payBorrowAt } from "./account-row.ts";
export { type Bar, barColumns, type Bars, barsFrom, barsPerYear, copyBars, emptyBar, readBar, sliceBars } from "./bars.ts";
export { bracket, type BracketExits } from "./bracket.ts";
export type { Broker, BrokerAnswer, BrokerEvent, Feed, Holdings } from "./broker.ts";
export { fromLots, fromMoney, fromTicks, type Instrument, toLots, toMoney, toTicks } from "./instrument.ts";
export { type Approved, type Fill, type Order, type OrderType, type Side, signOf, type TimeInForce, type Trail } from "./order.ts";
export { Portfolio, type PortfolioOptions, type PortfolioState } from "./portfolio.ts";
export type { Lots, Money, PriceTicks, TimeMs } from "./units.ts";
