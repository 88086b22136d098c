import { UserError } from "../base/index.ts";
import { findColumns, missingColumnError, missingFields } from "./columns.ts";
import { splitRecord } from "./csv-record.ts";
import { namesOfBarRow } from "./headerless.ts";
import type { ReadOptions } from "./read-options.ts";
import { closesAlone, closeSeries, type SeriesColumns, wideSeries } from "./series-columns.ts";

const delimiters = [",", ";", "\t"] as const;
const headerLines = 100;
const fewFound = 4; // Of the five that bars need.

/** What the beginning of a delimited text says about its columns. */
export interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** What to take from each row; several of a wide file. */
  readonly series: readonly SeriesColumns[];
  /** Line of the header, from 1 (0 where there is none), and where in the text the next one starts. */
  readonly line: number;
  readonly next: number;
  /** What a person should know about it. */
  readonly notes: readonly string[];
}

type Line = Omit<Header, "series" | "notes">;

/** The columns of a text by the first line that names all that is needed, or else by what a file without such a line can be. */
export function findHeader(text: string, isLast: boolean, file: string, options: ReadOptions): Header {
  const lines = firstLines(text, isLast);
  if (lines.length === 0) {
    if (text !== "") throw openQuote(file, 1);
    throw new UserError("data/empty", `${file}: the file is empty`, {
      path: file,
      hint: "Give a file with a header and at least one row.",
    });
  }
  const header = options.closeOnly
    ? closeHeader(lines, options)
    : (plainHeader(lines, options) ?? wideHeader(lines, options) ?? tickerHeader(lines) ?? noHeader(lines, options));
  if (header) return header;
  const named = options.columns;
  // A line with one name of many is as likely one of the rows: then the longest, and of those the first, is shown.
  const rank = ({ names }: Line) => names.length - 1e6 * Math.min(fewFound, missingFields(findColumns(names, named), named).length);
  const best = lines.reduce((left, right) => (rank(right) > rank(left) ? right : left));
  throw missingColumnError(file, best.names, missingFields(findColumns(best.names, named), named), named);
}

/** The first lines, split at each mark that could divide cells. */
function firstLines(text: string, isLast: boolean): Line[] {
  return delimiters.flatMap((delimiter) => {
    const lines: Line[] = [];
    const names: string[] = [];
    for (let line = 1, next = 0; line <= headerLines && next < text.length; line++) {
      next = splitRecord(text, next, delimiter.charCodeAt(0), names, isLast);
      if (next < 0) break;
      lines.push({ delimiter, names: [...names], line, next });
    }
    return lines;
  });
}

/** Of lines that would do, the highest in the file; of equal ones, that of the commoner delimiter. */
function firstThat(lines: readonly Line[], seriesOf: (line: Line) => readonly SeriesColumns[]): Header | undefined {
  let found: Header | undefined;
  for (const line of lines) {
    if (found && line.line >= found.line) continue;
    const series = seriesOf(line);
    if (series.length > 0) found = { ...line, series, notes: [] };
  }
  return found;
}

const plainHeader = (lines: readonly Line[], { columns: named }: ReadOptions) =>
  firstThat(lines, ({ names }) => {
    const columns = findColumns(names, named);
    return missingFields(columns, named).length === 0 ? [{ symbol: undefined, columns }] : [];
  });

const wideHeader = (lines: readonly Line[], { columns: named }: ReadOptions) =>
  firstThat(lines, ({ names }) => (Object.keys(named).some((name) => name !== "time") ? [] : wideSeries(names, named)));

const closeHeader = (lines: readonly Line[], { columns: named }: ReadOptions) => {
  const header = firstThat(lines, ({ names }) => closeSeries(names, named));
  return header && { ...header, notes: [closesAlone] };
};

/** Three lines as the Python package yfinance writes them: what a column holds, of which ticker, and the name of the times. */
function tickerHeader(lines: readonly Line[]): Header | undefined {
  const [fields, tickers, times] = lines;
  const isOne = fields?.names[0] === "Price" && tickers?.names[0] === "Ticker" && (times?.names[0] ?? "").startsWith("Date");
  if (!isOne) return undefined;
  const names = fields.names.map((name, index) => (index === 0 ? times!.names[0]! : `${name}:${tickers.names[index]}`));
  return { ...times!, names, series: wideSeries(names, {}), notes: [] };
}

/** A file whose first row is a bar already. Columns that were named cannot be there. */
function noHeader(lines: readonly Line[], { columns: named }: ReadOptions): Header | undefined {
  if (Object.keys(named).length > 0) return undefined;
  for (const { delimiter, names: cells, line } of lines) {
    const names = line === 1 ? namesOfBarRow(cells, delimiter !== ",") : undefined;
    if (names === undefined) continue;
    const notes = [`The file has no header: its columns were taken to be ${names.slice(0, 7).join(", ")}.`];
    return { delimiter, names, series: [{ symbol: undefined, columns: findColumns(names, {}) }], line: 0, next: 0, notes };
  }
  return undefined;
}

/** The error for a text whose rest is one cell. */
export const openQuote = (file: string, line: number) =>
  new UserError("data/invalid-value", `${file}: line ${line} opens a quote that is not closed`, {
    path: file,
    hint: "Close or remove the quote.",
  });
