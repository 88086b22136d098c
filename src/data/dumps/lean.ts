import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../../base/index.ts";
import type { CsvFormat } from "../csv-bars.ts";
import type { Header } from "../csv-header.ts";
import { finishBars, type ImportedBars } from "../finish-bars.ts";
import { likelySplits } from "../likely-splits.ts";
import type { RawBars } from "../raw-bars.ts";
import { readRawFile } from "../read-bars-file.ts";
import type { ReadOptions } from "../read-options.ts";
import { timeZone } from "../time-zone.ts";
import { type FolderOptions, type ImportUnit, optionsFor, sha256Of } from "./import-unit.ts";
import { joinRaw, type RawPart } from "./join-raw.ts";
import { localDay, readFactorFile, readMapFile } from "./lean-factors.ts";
import { type LeanFile, leanFile } from "./lean-path.ts";

const dayMs = 86_400_000;
const mostDaysSilent = 7; // Between the last bar and the delisting it belongs to.
const intervals = { daily: dayMs, hour: 3_600_000, minute: 60_000, second: 1000 } as const;
const tradeNames = ["time", "open", "high", "low", "close", "volume"];
const side = (name: string) => ["open", "high", "low", "close", "size"].map((field) => `${name} ${field}`);
const quoteNames = ["time", ...side("bid"), ...side("ask")];

/** The clock that the times of a market's files show, as Lean's readmes state it. */
const zoneOf = ({ security, market }: LeanFile): string => {
  if (security === "equity") return market === "india" ? "Asia/Kolkata" : "America/New_York";
  return security === "forex" && market === "fxcm" ? "Etc/GMT+5" : "UTC";
};

const columnsFrom = (first: number, volume: number) => ({
  time: 0,
  clock: -1,
  open: first,
  high: first + 1,
  low: first + 2,
  close: first + 3,
  volume,
  symbol: -1,
});

/** Lean's files have no header. Equity prices are in hundredths of a cent; times of minutes and seconds are ms since midnight. */
function formatOf({ security, data, day, resolution }: LeanFile): CsvFormat {
  const series =
    data === "trade"
      ? [{ symbol: undefined, columns: columnsFrom(1, 5) }]
      : [
          { symbol: "bid", columns: columnsFrom(1, -1) },
          { symbol: "ask", columns: columnsFrom(6, -1) },
        ];
  const names = data === "trade" ? tradeNames : quoteNames;
  const header: Header = { delimiter: ",", names, series, line: 0, next: 0, notes: [] };
  return {
    header,
    ...(security === "equity" && { priceScale: 10_000 }),
    ...(day !== undefined && { stampOf: sinceMidnight(day) }),
    // A day is written with the midnight at which it begins: as a date it closes as dates of other files do.
    ...(resolution === "daily" && { stampOf: (cell: string) => cell.replace(/ 00:00$/, "") }),
  };
}

function sinceMidnight(day: string): (cell: string) => string {
  const midnight = localDay(day);
  return (cell) => {
    const ms = Number(cell);
    return cell.trim() !== "" && ms >= 0 && ms < dayMs ? new Date(midnight + Math.round(ms)).toISOString().slice(0, -1) : cell;
  };
}

/** Bars halfway between those of bid and ask, as Lean itself makes them; rows with only one side are faults. */
function midOf(bid: RawBars, ask: RawBars): RawBars {
  const rows = new Map(Array.from(ask.rowNumber, (row, index) => [row, index]));
  const middle = (of: (raw: RawBars) => Float64Array) =>
    of(bid).map((price, index) => (price + (of(ask)[rows.get(bid.rowNumber[index]!) ?? -1] ?? NaN)) / 2);
  return {
    ...bid,
    open: middle((raw) => raw.open),
    high: middle((raw) => raw.high),
    low: middle((raw) => raw.low),
    close: middle((raw) => raw.close),
    symbol: undefined,
    notes: ["Quotes: prices are halfway between bid and ask, and there is no volume."],
  };
}

async function readLeanFile(file: LeanFile, options: ReadOptions): Promise<RawBars> {
  const { series } = await readRawFile(file.path, options, true, formatOf(file));
  const raws = series.map(({ raw }) => raw);
  if (file.data === "trade" && raws.length === 1) return raws[0]!;
  if (file.data === "quote" && raws.length === 2) return midOf(raws[0]!, raws[1]!);
  throw new UserError("data/invalid-value", `${basename(file.path)} holds more than one file`, {
    path: file.path,
    hint: "Archives of options and futures hold a contract each; only those of one series can be read.",
  });
}

/**
 * The series of a QuantConnect Lean data folder: bars of trades or quotes of equities, crypto, forex and CFDs by the day, hour, minute
 * or second. Map files bring in what traded under earlier tickers, factor files the splits and dividends; prices stay raw.
 */
export function leanSeries(paths: readonly string[]): ImportUnit[] {
  const files = paths.flatMap((path) => leanFile(path) ?? []);
  const groups = Map.groupBy(files, ({ root, resolution, ticker, data }) => [root, resolution, ticker, data].join("|"));
  return [...groups.values()].map((own) => {
    const first = own[0]!;
    const { root, ticker, resolution, data } = first;
    const map = readMapFile(join(root, "map_files", `${ticker}.csv`));
    const earlier = map.spans.slice(0, -1).flatMap((span) => groups.get([root, resolution, span.ticker, data].join("|")) ?? []);
    const all = [...earlier, ...own];
    const isUsual = data === (/^(?:forex|cfd)$/.test(first.security) ? "quote" : "trade");
    return {
      name: [ticker, resolution, ...(isUsual ? [] : [data])].join("-"),
      kind: `lean ${first.security}`,
      paths: all.map(({ path }) => path),
      read: async (given) => [await readLeanSeries(all, first, map, given ?? {})],
    };
  });
}

async function readLeanSeries(
  files: readonly LeanFile[],
  { root, ticker, resolution, ...first }: LeanFile,
  { spans, lastDay }: ReturnType<typeof readMapFile>,
  given: FolderOptions,
): Promise<ImportedBars> {
  const zoneName = zoneOf({ root, ticker, resolution, ...first });
  const options = optionsFor(given, { timeZone: zoneName, intervalMs: intervals[resolution] });
  const parts: RawPart[] = [];
  for (const file of files) {
    const span = spans.find((each) => each.ticker === file.ticker);
    const raw = await readLeanFile(file, options);
    const isWithin = span && ((time: number) => time >= span.from && time < span.to + dayMs);
    parts.push({ file: basename(file.path), raw, ...(isWithin && { keep: isWithin }) });
  }
  const sha256 = await sha256Of(files.map(({ path }) => path));
  const file = [first.security, first.market, resolution, ticker].join("/");
  const origin = { file, packing: "zipped ", symbol: ticker.toUpperCase(), lineage: { source: "lean", file, sha256 } };
  const imported = finishBars(joinRaw(parts), origin, options);
  const { bars, report } = imported;
  const factors = join(root, "factor_files", `${ticker}.csv`);
  const zone = timeZone(options.timeZone ?? zoneName);
  const last = bars.closeTime.at(-1)!;
  const known = existsSync(factors) ? readFactorFile(factors, bars, zone) : [];
  const actions = known.filter(({ timeMs }) => timeMs >= bars.closeTime[0]! && timeMs <= last);
  const end = lastDay === undefined ? Infinity : zone.toUtc(lastDay + dayMs);
  if (end < Infinity && last >= end - mostDaysSilent * dayMs) actions.push({ kind: "delisting", timeMs: end, price: bars.close.at(-1)! });
  const explained = new Set(likelySplits(bars));
  const notes = [
    ...report.notes.filter((note) => !explained.has(note)),
    ...likelySplits(bars, actions),
    ...spans.slice(0, -1).map((span) => `Up to ${dayText(span.to)} it traded as ${span.ticker.toUpperCase()}.`),
  ];
  return { ...imported, actions, report: { ...report, notes } };
}

const dayText = (day: number): string => new Date(day).toISOString().slice(0, 10);
