import { basename } from "node:path";
import type { FileImport, FolderImport, SeriesLine } from "../app/index.ts";
import { renderTable } from "./table.ts";

const mostLines = 200;
const number = (value: number): string => value.toLocaleString("en-US");
const day = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** An import of a file or of a folder, for a person. */
export const renderImport = (result: FileImport | FolderImport): string =>
  "stored" in result ? renderFolder(result) : `${result.text}\n\nStored as "${result.name}". Use it with --data ${result.name}.`;

function renderFolder({ stored, failed, skipped }: FolderImport): string {
  const shown = stored.slice(0, mostLines);
  const table = renderTable(
    ["name", "symbol", "bars", "repaired", "dropped", "quarantined", "actions", "from", "to"],
    shown.map(({ name, symbol, rows, repaired, actions, range }) => [
      name,
      symbol,
      number(rows.kept),
      number(repaired),
      number(rows.dropped),
      number(rows.quarantined),
      number(actions),
      day(range.from),
      day(range.to),
    ]),
  );
  const names = [...new Set(stored.map(({ name }) => name))];
  return [
    ...(stored.length > 0 ? [table] : []),
    ...(stored.length > shown.length ? [`and ${number(stored.length - shown.length)} more`] : []),
    ...noteLines(stored),
    ...failed.map(
      ({ file, code, message, hint }) => `not read: ${message.startsWith(basename(file)) ? "" : `${file}: `}${message} (${code}). ${hint}`,
    ),
    ...skippedLines(skipped),
    "",
    total(stored, failed.length),
    ...(names.length > 0 ? [`Use one with --data ${names[0]}.`] : []),
  ].join("\n");
}

/** Each note once, with the series that it is said of. */
function noteLines(stored: readonly SeriesLine[]): string[] {
  const byNote = Map.groupBy(
    stored.flatMap(({ symbol, notes }) => notes.map((note) => ({ symbol, note }))),
    ({ note }) => note,
  );
  return [...byNote].map(([note, lines]) => {
    const symbols = lines.map(({ symbol }) => symbol);
    return `note: ${symbols.slice(0, 5).join(", ")}${symbols.length > 5 ? ` and ${symbols.length - 5} more` : ""}: ${note}`;
  });
}

const skippedLines = (skipped: FolderImport["skipped"]): string[] =>
  [...Map.groupBy(skipped, ({ why }) => why)].map(
    ([why, files]) => `left out: ${files[0]!.path}${files.length > 1 ? ` and ${number(files.length - 1)} more` : ""}: ${why}`,
  );

function total(stored: readonly SeriesLine[], failed: number): string {
  const sum = (of: (line: SeriesLine) => number) => number(stored.reduce((all, line) => all + of(line), 0));
  const bars = `${number(stored.length)} series stored, ${sum(({ rows }) => rows.kept)} bars`;
  const refused = `${sum(({ rows }) => rows.quarantined)} rows quarantined`;
  return failed > 0 ? `${bars}; ${refused}; ${failed} files could not be read.` : `${bars}; ${refused}.`;
}
