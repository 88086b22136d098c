import type { TrueBar, Truth } from "../vendor-truth.ts";
import { lettered, midnight, within, type VendorAnswer } from "./fake-vendor.ts";

/** `/v2/stocks/bars` with page tokens and `/v1/corporate-actions`. */
export const alpaca: VendorAnswer = ({ url, headers }, { truth, key, secretKey, pageRows, spoil }) => {
  if (headers["apca-api-key-id"] !== key || headers["apca-api-secret-key"] !== secretKey)
    return { status: 403, json: { message: "forbidden." } };
  if (url.pathname === "/v1/corporate-actions") {
    const [isFirst] = [url.searchParams.get("page_token") === null];
    const { splits, dividends, symbol } = truth;
    const ratio = ({ day, numerator, denominator }: Truth["splits"][number]) => ({
      symbol,
      ex_date: day,
      process_date: day,
      new_rate: numerator,
      old_rate: denominator,
    });
    const since = url.searchParams.get("start")!;
    const recent = <Event extends { day: string }>(events: readonly Event[]) => events.filter(({ day }) => day >= since);
    return {
      json: {
        corporate_actions: isFirst
          ? { cash_dividends: recent(dividends).map(({ day, amount }) => ({ symbol, ex_date: day, rate: amount, special: false })) }
          : {
              forward_splits: recent(splits)
                .filter(({ numerator }) => numerator > 1)
                .map(ratio),
              reverse_splits: recent(splits)
                .filter(({ numerator }) => numerator === 1)
                .map(ratio),
            },
        next_page_token: isFirst ? "more" : null,
      },
    };
  }
  if (url.searchParams.get("symbols") !== truth.symbol) return { json: { bars: {}, next_page_token: null } };
  const isDaily = url.searchParams.get("timeframe") === "1Day";
  const stamp = ({ day, time }: TrueBar) => (isDaily ? midnight(day) : time);
  const all = within(
    isDaily ? truth.daily : truth.minutes,
    Date.parse(url.searchParams.get("start")!),
    Date.parse(url.searchParams.get("end")!),
    stamp,
  );
  const first = Number(url.searchParams.get("page_token") ?? 0);
  const page = spoil(all.slice(first, first + pageRows));
  const next = first + pageRows < all.length ? String(first + pageRows) : null;
  return {
    json: {
      bars: page.length === 0 ? {} : { [truth.symbol]: page.map((bar) => lettered(bar, new Date(stamp(bar)).toISOString())) },
      next_page_token: next,
    },
  };
};
