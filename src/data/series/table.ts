import { basename } from "node:path";
import { z } from "zod";
import { parse, UserError } from "../../base/index.ts";
import { splitRecord } from "../csv-record.ts";
import { detectFormat, readText } from "../file-format.ts";

/** A row of a file that is no file of bars: its line (or record) from 1, and its cells by the file's own names of columns. */
export interface TableRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** JSON in which lists stand for lists of words, such as symbols. */
const JsonRow = z.record(
  z.string(),
  z
    .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))])
    .catch("")
    .transform((value) => (Array.isArray(value) ? value.join(" ") : value === null ? "" : String(value))),
);

/** How much of a text is read before a record in it must have ended. */
const longestRecord = 1 << 22;

/**
 * The rows of a CSV file (commas, semicolons or tabs; names in the first line) or of a file with one JSON object a line, gzipped or
 * not. What is neither is `data/unknown-format`; a line that is no JSON object is `data/invalid-value` with its number. Nested objects of
 * JSON are left out. Lines that hold nothing are skipped.
 */
export async function* readTable(path: string): AsyncGenerator<TableRow> {
  const file = basename(path);
  const { kind, gzipped } = await detectFormat(path, file);
  if (kind === "parquet")
    throw new UserError("data/unknown-format", `${file} is Parquet`, { path: file, hint: "Give CSV, or JSON with one object a line." });
  const pieces = readText(path, file, gzipped);
  const first = await pieces.next();
  const head = first.done === true ? "" : first.value.replace(/^\uFEFF/, "");
  const whole = rejoined(head, pieces);
  yield* head.trimStart().startsWith("{") ? jsonRows(whole, file) : csvRows(whole, head, file);
}

async function* rejoined(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

async function* csvRows(pieces: AsyncGenerator<string>, head: string, file: string): AsyncGenerator<TableRow> {
  const firstLine = head.slice(0, head.search(/[\r\n]|$/));
  const counted = [",", ";", "\t"].map((mark) => ({ mark, count: firstLine.split(mark).length }));
  const delimiter = counted.reduce((best, each) => (each.count > best.count ? each : best)).mark.charCodeAt(0);
  let names: readonly string[] | undefined;
  let line = 0;
  for await (const cells of records(pieces, delimiter, file)) {
    line++;
    if (cells.length === 1 && cells[0]!.trim() === "") continue;
    if (!names) {
      names = cells.map((cell) => cell.trim());
      continue;
    }
    yield { line, cells: Object.fromEntries(names.map((name, index) => [name, (cells[index] ?? "").trim()])) };
  }
}

/** The records of a delimited text that comes in pieces. */
async function* records(pieces: AsyncGenerator<string>, delimiter: number, file: string): AsyncGenerator<readonly string[]> {
  const cells: string[] = [];
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    let at = 0;
    for (let next = splitRecord(text, at, delimiter, cells, false); next >= 0 && at < text.length;) {
      yield cells;
      at = next;
      next = at < text.length ? splitRecord(text, at, delimiter, cells, false) : -1;
    }
    text = text.slice(at);
    if (text.length > longestRecord) throw openQuote(file);
  }
  for (let at = 0; at < text.length;) {
    at = splitRecord(text, at, delimiter, cells, true);
    if (at < 0) throw openQuote(file);
    yield cells;
  }
}

const openQuote = (file: string) =>
  new UserError("data/invalid-value", `${file}: a quote is opened and not closed`, { path: file, hint: "Close or remove the quote." });

async function* jsonRows(pieces: AsyncGenerator<string>, file: string): AsyncGenerator<TableRow> {
  let line = 0;
  for await (const text of lines(pieces)) {
    line++;
    if (text.trim() === "") continue;
    yield { line, cells: parse(JsonRow, parsedJson(text, file, line), `${file}: line ${line}`, "data/invalid-value") };
  }
}

async function* lines(pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of pieces) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  yield rest;
}

function parsedJson(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError("data/invalid-value", `${file}: line ${line} is not JSON`, {
      path: file,
      hint: "Give one JSON object a line.",
      cause,
    });
  }
}

/** The column that is named, or the first of the usual names that is there. None is `data/missing-column` where one is `needed`. */
export function columnOf(
  names: readonly string[],
  named: string | undefined,
  usual: RegExp,
  { file, what, needed = true }: { readonly file: string; readonly what: string; readonly needed?: boolean },
): string | undefined {
  const found = named === undefined ? names.find((name) => usual.test(name)) : names.find((name) => name === named);
  if (found !== undefined || (named === undefined && !needed)) return found;
  throw new UserError(
    "data/missing-column",
    `${file}: there is no column ${named === undefined ? `that looks like ${what}` : `"${named}"`}`,
    {
      path: what,
      hint: `Its columns are ${names.join(", ")}.`,
    },
  );
}
