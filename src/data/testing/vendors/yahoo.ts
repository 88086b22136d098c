import type { FakeReply } from "../scripted-server.ts";
import { splitAdjusted } from "../vendor-truth.ts";
import { columns, midnight, within, type VendorAnswer } from "./fake-vendor.ts";

const numberOf = (url: URL, name: string) => Number(url.searchParams.get(name));

/** `/v8/finance/chart/SYMBOL`: restated for splits in float32, arrays side by side, errors in the body. */
export const yahoo: VendorAnswer = ({ url }, { truth, spoil }) => {
  const symbol = decodeURIComponent(url.pathname.split("/").at(-1)!);
  const failed = (status: number, code: string, description: string): FakeReply => ({
    status,
    json: { chart: { result: null, error: { code, description } } },
  });
  if (symbol !== truth.symbol) return failed(404, "Not Found", "No data found, symbol may be delisted");
  const [from, to] = [numberOf(url, "period1") * 1000, numberOf(url, "period2") * 1000];
  const isDaily = url.searchParams.get("interval") === "1d";
  const all = isDaily ? truth.daily : truth.minutes;
  const rows = spoil(splitAdjusted(truth, within(all, from, to), true));
  if (rows.length === 0) return failed(400, "Bad Request", `Data doesn't exist for startDate = ${from / 1000}, endDate = ${to / 1000}`);
  const inSpan = <Event extends { day: string }>(events: readonly Event[]) =>
    events.filter(({ day }) => midnight(day) + 34_200_000 >= from && midnight(day) < to);
  const adjustedTo = ({ day }: { day: string }) =>
    truth.splits.reduce((product, split) => (split.day > day ? (product * split.numerator) / split.denominator : product), 1);
  const at = (day: string) => midnight(day) / 1000 + 34_200;
  return {
    json: {
      chart: {
        result: [
          {
            meta: {
              currency: "USD",
              symbol,
              instrumentType: "EQUITY",
              gmtoffset: -14_400,
              exchangeTimezoneName: "America/New_York",
              currentTradingPeriod: { regular: { start: 1_711_373_400, end: 1_711_396_800 } },
            },
            timestamp: rows.map(({ time }) => time / 1000),
            events: {
              splits: Object.fromEntries(
                inSpan(truth.splits).map(({ day, numerator, denominator }) => [
                  String(at(day)),
                  { date: at(day), numerator, denominator, splitRatio: `${numerator}:${denominator}` },
                ]),
              ),
              dividends: Object.fromEntries(
                inSpan(truth.dividends).map(({ day, amount }) => [
                  String(at(day)),
                  { date: at(day), amount: amount / adjustedTo({ day }) },
                ]),
              ),
            },
            indicators: {
              quote: [columns(rows)],
              ...(isDaily && { adjclose: [{ adjclose: rows.map(({ close }) => (close === null ? null : close * 0.9)) }] }),
            },
          },
        ],
        error: null,
      },
    },
  };
};
