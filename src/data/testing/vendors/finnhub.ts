import { splitAdjusted, type TrueBar } from "../vendor-truth.ts";
import { columns, midnight, within, type VendorAnswer } from "./fake-vendor.ts";

/** `/stock/candle` in arrays, daily restated for splits, and `/stock/split`, `/stock/dividend`. */
export const finnhub: VendorAnswer = ({ url, headers }, { truth, key, spoil }) => {
  if (headers["x-finnhub-token"] !== key) return { status: 401, json: { error: "Invalid API key" } };
  const isOurs = url.searchParams.get("symbol") === truth.symbol;
  const [from, to] = [url.searchParams.get("from")!, url.searchParams.get("to")!];
  const inDays = <Event extends { day: string }>(events: readonly Event[]) =>
    isOurs ? events.filter(({ day }) => day >= from && day <= to) : [];
  const { symbol } = truth;
  if (url.pathname.endsWith("/stock/split")) {
    return {
      json: inDays(truth.splits).map(({ day, numerator, denominator }) => ({
        symbol,
        date: day,
        fromFactor: denominator,
        toFactor: numerator,
      })),
    };
  }
  if (url.pathname.endsWith("/stock/dividend")) {
    return {
      json: inDays(truth.dividends).map(({ day, amount }) => ({ symbol, date: day, amount, adjustedAmount: amount, currency: "USD" })),
    };
  }
  const isDaily = url.searchParams.get("resolution") === "D";
  const stamp = ({ day, time }: TrueBar) => (isDaily ? midnight(day) : time);
  const all = isDaily ? splitAdjusted(truth, truth.daily) : truth.minutes;
  const rows = isOurs ? spoil(within(all, Number(from) * 1000, Number(to) * 1000 + 1, stamp)) : [];
  if (rows.length === 0) return { json: { s: "no_data" } };
  const { open, high, low, close, volume } = columns(rows);
  return { json: { s: "ok", t: rows.map((bar) => stamp(bar) / 1000), o: open, h: high, l: low, c: close, v: volume } };
};
