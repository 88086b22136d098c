import { type ColumnIndexes, findColumns } from "./columns.ts";
import type { ReadOptions } from "./read-options.ts";

/** What one series takes from each row of a file. */
export interface SeriesColumns {
  /** Where the header names it, as that of a wide file does. */
  readonly symbol: string | undefined;
  readonly columns: ColumnIndexes;
}

const field = "(open|high|low|close|volume)";
const mark = "[:_./| -]+";
const symbolFirst = new RegExp(`^(.+?)${mark}${field}$`, "i");
const fieldFirst = new RegExp(`^${field}${mark}(.+)$`, "i");

type Prices = Partial<Record<"open" | "high" | "low" | "close" | "volume", number>>;

/** The series of a wide header, such as `date, BTC:open, BTC:high, …` or `Date, Close AAPL, …`: those with four prices, in its order. */
export function wideSeries(names: readonly string[], named: ReadOptions["columns"]): SeriesColumns[] {
  const { time, clock } = findColumns(names, named);
  if (time < 0) return [];
  const groups = new Map<string, Prices>();
  names.forEach((name, index) => {
    const text = name.trim();
    const [symbol, what] = symbolFirst.exec(text)?.slice(1) ?? fieldFirst.exec(text)?.slice(1).toReversed() ?? [];
    if (symbol === undefined || what === undefined) return;
    const group = groups.get(symbol) ?? {};
    group[what.toLowerCase() as keyof Prices] ??= index;
    groups.set(symbol, group);
  });
  return [...groups].flatMap(([symbol, { open, high, low, close, volume = -1 }]) =>
    open === undefined || high === undefined || low === undefined || close === undefined
      ? []
      : [{ symbol, columns: { time, clock, open, high, low, close, volume, symbol: -1 } }],
  );
}

/** What a report says of bars that were made of closes. */
export const closesAlone = "Only closes were asked for: open, high and low are the close, and no range means anything.";

/**
 * The series of a header without opens, highs and lows, for whoever asks for closes alone: the column of closes, or else every
 * column beside the time as a series of its own. Open, high and low are then the close.
 */
export function closeSeries(names: readonly string[], named: ReadOptions["columns"]): SeriesColumns[] {
  const found = findColumns(names, named);
  if (found.time < 0) return [];
  const from = (close: number, symbol: string | undefined, volume: number): SeriesColumns => ({
    symbol,
    columns: { ...found, open: close, high: close, low: close, close, volume, symbol: symbol === undefined ? found.symbol : -1 },
  });
  if (found.close >= 0) return [from(found.close, undefined, found.volume)];
  if (named.close !== undefined) return [];
  return names.flatMap((name, index) =>
    index === found.time || index === found.clock || name.trim() === "" ? [] : [from(index, name.trim(), -1)],
  );
}
