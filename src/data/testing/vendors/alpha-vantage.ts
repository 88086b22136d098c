import { newYork, type VendorAnswer } from "./fake-vendor.ts";

/** `/query`: objects by time, newest first; months within the day; errors in a 200. */
export const alphaVantage: VendorAnswer = ({ url }, { truth, key, spoil }) => {
  const asked = (name: string) => url.searchParams.get(name);
  if (asked("apikey") !== key) return { json: { "Error Message": `the parameter apikey is invalid or missing (${asked("apikey")}).` } };
  if (asked("symbol") !== truth.symbol) return { json: { "Error Message": "Invalid API call. Please retry or visit the documentation." } };
  if (asked("function") === "SPLITS") {
    return {
      json: {
        symbol: truth.symbol,
        data: truth.splits.map(({ day, numerator, denominator }) => ({
          effective_date: day,
          split_factor: (numerator / denominator).toFixed(4),
        })),
      },
    };
  }
  if (asked("function") === "DIVIDENDS") {
    const data = truth.dividends.map(({ day, amount }) => ({
      ex_dividend_date: day,
      declaration_date: "None",
      record_date: day,
      payment_date: "None",
      amount: String(amount),
    }));
    return { json: { symbol: truth.symbol, data: [...data.toReversed(), { ex_dividend_date: "None", amount: "None" }] } };
  }
  const isDaily = asked("function") === "TIME_SERIES_DAILY";
  const all = isDaily
    ? truth.daily.slice(asked("outputsize") === "compact" ? -100 : 0)
    : truth.minutes.filter(({ day }) => day.startsWith(asked("month")!));
  if (!isDaily && all.length === 0) return { json: {} };
  const local = (time: number) => new Date(newYork.toLocal(time)).toISOString().slice(0, 19).replace("T", " ");
  const text = (value: number | null) => (value === null ? "" : value.toFixed(4));
  return {
    json: {
      "Meta Data": { "1. Information": "Prices", "2. Symbol": truth.symbol, [isDaily ? "5. Time Zone" : "6. Time Zone"]: "US/Eastern" },
      [isDaily ? "Time Series (Daily)" : "Time Series (1min)"]: Object.fromEntries(
        spoil(all)
          .toReversed()
          .map(({ day, time, open, high, low, close, volume }) => [
            isDaily ? day : local(time),
            { "1. open": text(open), "2. high": text(high), "3. low": text(low), "4. close": text(close), "5. volume": String(volume) },
          ]),
      ),
    },
  };
};
