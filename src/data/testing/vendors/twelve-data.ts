import type { FakeReply } from "../scripted-server.ts";
import type { TrueBar } from "../vendor-truth.ts";
import { type VendorAnswer } from "./fake-vendor.ts";

/** `/time_series` with text cells, cut to the newest rows, `/splits` and `/dividends`; errors with a code in the body. */
export const twelveData: VendorAnswer = ({ url, headers }, { truth, key, spoil }) => {
  const failed = (code: number, message: string): FakeReply => ({ json: { code, message, status: "error" } });
  if (headers.authorization !== `apikey ${key}`) return failed(401, "**apikey** parameter is incorrect or not specified.");
  const asked = (name: string) => url.searchParams.get(name);
  if (asked("symbol") !== truth.symbol) return failed(404, "**symbol** not found. Please specify it correctly.");
  const meta = { symbol: truth.symbol, currency: "USD", exchange_timezone: "America/New_York", exchange: "NYSE", type: "Common Stock" };
  if (url.pathname === "/splits") {
    const splits = truth.splits.map(({ day, numerator, denominator }) => ({
      date: day,
      description: `${numerator}-for-${denominator} split`,
      ratio: denominator / numerator,
      from_factor: numerator,
      to_factor: denominator,
    }));
    return { json: { meta, splits } };
  }
  if (url.pathname === "/dividends")
    return { json: { meta, dividends: truth.dividends.map(({ day, amount }) => ({ ex_date: day, amount })) } };
  const isDaily = asked("interval") === "1day";
  const text = ({ day, time }: TrueBar) => (isDaily ? day : new Date(time).toISOString().slice(0, 19).replace("T", " "));
  const [from, to] = [asked("start_date") ?? "", asked("end_date") ?? "9999"];
  const all = (isDaily ? truth.daily : truth.minutes).filter((bar) => text(bar) >= from && text(bar) <= to);
  if (all.length === 0) return failed(400, "No data is available on the specified dates. Try setting different start/end dates.");
  const cell = (value: number | null) => (value === null ? null : value.toFixed(5));
  const values = spoil(all.slice(-Number(asked("outputsize")))).map((bar) => ({
    datetime: text(bar),
    open: cell(bar.open),
    high: cell(bar.high),
    low: cell(bar.low),
    close: cell(bar.close),
    volume: String(bar.volume),
  }));
  return { json: { meta: { ...meta, interval: asked("interval") }, values, status: "ok" } };
};
