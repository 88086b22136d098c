/** Rows as lines of text, their columns aligned; numbers (and what looks like one) to the right. */
export function renderTable(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const text = rows.map((row) => row.map((cell) => (cell === null ? "–" : String(cell))));
  const width = header.map((title, column) => Math.max(title.length, ...text.map((row) => row[column]!.length)));
  const numeric = header.map((_title, column) => text.every((row) => /^[–+-]?[\d.,]*(?:e[+-]?\d+)?[%×]?$/.test(row[column]!)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (numeric[column] ? cell.padStart(width[column]!) : cell.padEnd(width[column]!)))
      .join("  ")
      .trimEnd();
  return [line(header), ...text.map(line)].join("\n");
}
