import type { ReactNode } from "react";

/** A column: its title, what a row shows in it, and whether that is a number. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly numeric?: boolean;
}

/** A table that scrolls within itself when it is wider than the page. `marked` rows stand out. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
  marked,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row, index: number) => string | number;
  marked?: (row: Row) => boolean;
}) {
  return (
    <div className="table-box" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, numeric }) => (
              <th key={title} scope="col" className={numeric ? "numeric" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)} className={marked?.(row) ? "marked" : undefined}>
              {columns.map(({ title, cell, numeric }) => (
                <td key={title} className={numeric ? "numeric" : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
