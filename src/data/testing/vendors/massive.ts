import type { TrueBar } from "../vendor-truth.ts";
import { lettered, midnight, within, type VendorAnswer } from "./fake-vendor.ts";

/** `/v2/aggs/…` with `next_url`, and `/v3/reference/splits|dividends`. */
export const massive: VendorAnswer = ({ url, headers }, { truth, key, pageRows, spoil }) => {
  if (headers.authorization !== `Bearer ${key}`)
    return { status: 401, json: { status: "ERROR", request_id: "1", error: "Unknown API Key" } };
  if (url.pathname.startsWith("/v3/reference/")) {
    const isSplits = url.pathname.endsWith("splits");
    const since = url.searchParams.get(isSplits ? "execution_date.gte" : "ex_dividend_date.gte") ?? "";
    const results = isSplits
      ? truth.splits
          .filter(({ day }) => day >= since)
          .map(({ day, numerator, denominator }) => ({
            ticker: truth.symbol,
            execution_date: day,
            split_from: denominator,
            split_to: numerator,
          }))
      : truth.dividends
          .filter(({ day }) => day >= since)
          .map(({ day, amount }) => ({ ticker: truth.symbol, ex_dividend_date: day, cash_amount: amount, dividend_type: "CD" }));
    return { json: { status: "OK", request_id: "1", results } };
  }
  const [, , , , symbol, , , timespan, from, to] = url.pathname.split("/");
  const isDaily = timespan === "day";
  const stamp = ({ day, time }: TrueBar) => (isDaily ? midnight(day) : time);
  const all = symbol === truth.symbol ? within(isDaily ? truth.daily : truth.minutes, Number(from), Number(to), stamp) : [];
  const first = Number(url.searchParams.get("cursor") ?? 0);
  const page = spoil(all.slice(first, first + pageRows));
  return {
    json: {
      ticker: symbol,
      adjusted: false,
      queryCount: all.length,
      resultsCount: page.length,
      status: "DELAYED",
      request_id: "1",
      ...(page.length > 0 && { results: page.map((bar) => ({ ...lettered(bar, stamp(bar)), vw: 1, n: 7 })) }),
      ...(first + pageRows < all.length && { next_url: `https://api.massive.com${url.pathname}?cursor=${first + pageRows}` }),
    },
  };
};
