import { dayFromText } from "../../calendar-days.ts";
import { timeZone } from "../../time-zone.ts";
import type { FakeReply, FakeRequest } from "../scripted-server.ts";
import type { TrueBar, Truth } from "../vendor-truth.ts";

/** What a fake vendor knows, and how it may spoil the rows of an answer. */
export interface FakeVendor {
  readonly truth: Truth;
  readonly key: string;
  readonly secretKey: string;
  /** Most rows of a page, for vendors with pages. */
  readonly pageRows: number;
  spoil(rows: readonly TrueBar[]): readonly TrueBar[];
}

/** How a vendor answers a request. */
export type VendorAnswer = (request: FakeRequest, vendor: FakeVendor) => FakeReply;

/** The clock of the made-up share's exchange. */
export const newYork = timeZone("America/New_York");

/** When a day begins there, ms, UTC. */
export const midnight = (day: string): number => newYork.toUtc(dayFromText(day) * 86_400_000);

/** Bars of the time from `from` up to `to`, ms, UTC, by their open or by whatever `timeOf` says. */
export const within = (bars: readonly TrueBar[], from: number, to: number, timeOf = (bar: TrueBar) => bar.time): TrueBar[] =>
  bars.filter((bar) => timeOf(bar) >= from && timeOf(bar) < to);

/** The numbers of bars side by side. */
export const columns = (rows: readonly TrueBar[]) => ({
  open: rows.map(({ open }) => open),
  high: rows.map(({ high }) => high),
  low: rows.map(({ low }) => low),
  close: rows.map(({ close }) => close),
  volume: rows.map(({ volume, close }) => (close === null ? null : volume)),
});

/** A bar under one-letter names, without the prices that are missing. */
export const lettered = ({ open, high, low, close, volume }: TrueBar, t: string | number) => ({
  t,
  ...(open !== null && { o: open }),
  ...(high !== null && { h: high }),
  ...(low !== null && { l: low }),
  ...(close !== null && { c: close }),
  v: volume,
});
