import type { TradeEvent } from "./event.ts";

/** Whether a numbered trade comes after a number, or, where that is NaN, since a time, ms. */
export const isMissed = ({ id, exchangeTime }: TradeEvent, after: number, sinceMs: number): boolean =>
  Number.isNaN(after) ? exchangeTime >= sinceMs : Number(id) > after;
