import { basename } from "node:path";
import { z } from "zod";
import { UserError } from "../../base/index.ts";
import { fileSha256 } from "../file-format.ts";
import { parseNumberCell } from "../number-cell.ts";
import { dateFormats } from "../read-options.ts";
import { StampColumn } from "../stamp-column.ts";
import { timeZone } from "../time-zone.ts";
import { inOrder, type NewsItem } from "./news.ts";
import { isMidnight, latestMoment, periodEnd } from "./period.ts";
import { columnOf, readTable, type TableRow } from "./table.ts";

const column = z.string().min(1).optional();

/** How a file of news or posts is read. */
export const newsOptions = {
  columns: z
    .strictObject({ time: column, text: column, symbol: column, source: column, score: column, confidence: column })
    .default({})
    .describe("names of the columns, where they are not the usual ones; `score` and `confidence` are read only if they are named"),
  timeZone: z.string().min(1).default("UTC").describe("IANA zone of dates, and of times that carry none"),
  dateFormat: z.enum(dateFormats).optional().describe("order of day and month, where the file leaves it open"),
} as const satisfies z.core.$ZodShape;

/** The options, parsed. */
export type NewsOptions = z.output<z.ZodObject<typeof newsOptions, z.core.$strict>>;

/** What a file of news held. */
export interface NewsReport {
  readonly file: string;
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly rows: { readonly read: number; readonly withoutText: number; readonly withoutTime: number; readonly kept: number };
  readonly columns: { readonly time: string; readonly text: string; readonly symbol: string | null; readonly source: string | null };
  /** Items of which only the day is known: each counts from the end of it. */
  readonly dayOnly: number;
}

/** No name is usual enough for a number to be trusted. */
const never = /(?!)/;

const usual = {
  time: /^(?:published_?(?:at|on|date)?|created_?at(?:_utc)?|time|date|datetime|timestamp|pub_?date)$/i,
  text: /^(?:text|headline|title|body|content|tweet|message)$/i,
  symbol: /^(?:symbols?|tickers?|stock)$/i,
  source: /^(?:source|publisher|author|provider|site|url|link)$/i,
};

/**
 * Reads news from CSV or JSON lines, in time order whatever the file's. A date alone is known when its day is over in `timeZone`: the
 * hour is not in the file, and later is the safe side. So is a time that is midnight to the second, which is how many files write a date. Rows without a text or a time are counted and left out. Of a source that is an
 * address the domain is kept.
 */
export async function readNews(
  path: string,
  options: NewsOptions,
): Promise<{ readonly items: readonly NewsItem[]; readonly report: NewsReport }> {
  const file = basename(path);
  const rows: Omit<NewsItem, "publishedAt">[] = [];
  const stamps = new StampColumn(file);
  let columns: ReturnType<typeof columnsOf> | undefined;
  const counts = { read: 0, withoutText: 0 };
  for await (const row of readTable(path)) {
    columns ??= columnsOf(row, file, options);
    counts.read++;
    const text = row.cells[columns.text] ?? "";
    if (text.trim() === "") {
      counts.withoutText++;
      continue;
    }
    stamps.add(row.cells[columns.time] ?? "");
    rows.push({
      text,
      symbols: columns.symbol === undefined ? [] : symbolsIn(row.cells[columns.symbol] ?? ""),
      source: columns.source === undefined ? "" : sourceIn(row.cells[columns.source] ?? ""),
      ...given(row, columns.score, "score", file),
      ...given(row, columns.confidence, "confidence", file),
    });
  }
  if (!columns || rows.length === 0)
    throw new UserError("data/empty", `${file}: there is no text in ${counts.read} rows`, { path: file, hint: "Check the file." });
  const { time, zoned } = stamps.finish(options.dateFormat);
  const zone = timeZone(options.timeZone);
  const local = zoned ? time.map((each) => zone.toLocal(each)) : time;
  const publishedAt = (row: number) => {
    if (isMidnight(local[row]!)) return zone.toUtc(periodEnd("day", local[row]!));
    return zoned ? time[row]! : latestMoment(zone, time[row]!);
  };
  const items = rows.flatMap((rest, row): NewsItem[] => (Number.isNaN(time[row]) ? [] : [{ publishedAt: publishedAt(row), ...rest }]));
  if (items.length === 0) throw noTimes(file, columns.time);
  const { time: timeColumn, text, symbol, source } = columns;
  return {
    items: inOrder(items),
    report: {
      file,
      sha256: await fileSha256(path, file),
      rows: { ...counts, withoutTime: rows.length - items.length, kept: items.length },
      columns: { time: timeColumn, text, symbol: symbol ?? null, source: source ?? null },
      dayOnly: local.filter(isMidnight).length,
    },
  };
}

function columnsOf({ cells }: TableRow, file: string, { columns }: NewsOptions) {
  const names = Object.keys(cells);
  const optional = { file, needed: false };
  return {
    time: columnOf(names, columns.time, usual.time, { file, what: "time" })!,
    text: columnOf(names, columns.text, usual.text, { file, what: "text" })!,
    symbol: columnOf(names, columns.symbol, usual.symbol, { ...optional, what: "symbol" }),
    source: columnOf(names, columns.source, usual.source, { ...optional, what: "source" }),
    score: columnOf(names, columns.score, never, { ...optional, what: "score" }),
    confidence: columnOf(names, columns.confidence, never, { ...optional, what: "confidence" }),
  };
}

/** "AAPL", "aapl, msft" or "$AAPL $MSFT". */
const symbolsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,;|]+/)
      .map((symbol) => symbol.replace(/^\$/, "").toUpperCase())
      .filter((symbol) => symbol !== ""),
  ),
];

const sourceIn = (text: string): string => (/^https?:\/\/(?:www\.)?([^/:\s]+)/i.exec(text)?.[1] ?? text.trim()).toLowerCase();

/** The number that a row says of itself, if any: no less than 0 and no more than 1 where it is a confidence. */
function given(
  { cells, line }: TableRow,
  name: string | undefined,
  what: "score" | "confidence",
  file: string,
): { [What in typeof what]?: number } {
  if (name === undefined) return {};
  const value = parseNumberCell(cells[name] ?? "", false);
  const isFine = value !== undefined && Math.abs(value) !== Infinity && !(what === "confidence" && (value < 0 || value > 1));
  if (isFine) return Number.isNaN(value) ? {} : { [what]: value };
  throw new UserError("data/invalid-value", `${file}: line ${line} holds "${cells[name]!.slice(0, 40)}" where a ${what} should be`, {
    path: name,
    hint: `Name the column with \`columns.${what}\`, or mend the line.`,
  });
}

const noTimes = (file: string, name: string) =>
  new UserError("data/invalid-value", `${file}: no row of "${name}" holds a time`, {
    path: "columns.time",
    hint: "Name the column of the publication time with `columns.time`.",
  });
