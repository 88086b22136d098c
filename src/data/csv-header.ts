import { UserError } from "../base/index.ts";
import { type ColumnIndexes, findColumns, missingColumnError, missingFields } from "./columns.ts";
import { splitRecord } from "./csv-record.ts";
import type { ReadOptions } from "./read-options.ts";

const delimiters = [",", ";", "\t"] as const;
const headerLines = 100;

/** The line of a delimited text that names its columns. */
export interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  readonly columns: ColumnIndexes;
  /** Line of the header, from 1, and where in the text the next one starts. */
  readonly line: number;
  readonly next: number;
}

/** The first line in which every column that is needed can be found, whatever stands before it. */
export function findHeader(text: string, isLast: boolean, file: string, named: ReadOptions["columns"]): Header {
  let best: (Header & { readonly missing: readonly string[]; readonly rank: number }) | undefined;
  for (const delimiter of delimiters) {
    const names: string[] = [];
    let next = 0;
    for (let line = 1; line <= headerLines && next < text.length; line++) {
      next = splitRecord(text, next, delimiter.charCodeAt(0), names, isLast);
      if (next < 0) break;
      const columns = findColumns(names, named);
      const missing = missingFields(columns, named);
      const rank = missing.length === 0 ? -line : names.length - 1e6 * missing.length;
      if (!best || rank > best.rank) best = { delimiter, names: [...names], columns, line, next, missing, rank };
    }
  }
  if (!best && text !== "") throw openQuote(file, 1);
  if (!best)
    throw new UserError("data/empty", `${file}: the file is empty`, {
      path: file,
      hint: "Give a file with a header and at least one row.",
    });
  if (best.missing.length > 0) throw missingColumnError(file, best.names, best.missing, named);
  return best;
}

/** The error for a text whose rest is one cell. */
export const openQuote = (file: string, line: number) =>
  new UserError("data/invalid-value", `${file}: line ${line} opens a quote that is not closed`, {
    path: file,
    hint: "Close or remove the quote.",
  });
