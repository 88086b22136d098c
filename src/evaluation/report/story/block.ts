import type { Chart } from "../../charts/index.ts";
import type { Report } from "../document.ts";

/** What stands in a cell: words, or words with a look. `heat` shades from −1 (loss) to 1 (gain), `hint` tells more to those who ask. */
export type Cell =
  | string
  | {
      readonly text: string;
      readonly tone?: "buy" | "sell";
      readonly heat?: number;
      readonly code?: boolean;
      readonly hint?: string;
    };

/** Rows under their heads. `own` columns are about the agent and stand out, as chosen rows do; those of `prose` hold words, not figures. */
export interface Table {
  readonly heads: readonly { readonly text: string; readonly own: boolean; readonly prose: boolean }[];
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly chosen: boolean }[];
  /** Cells stand close together, as months of a year do. */
  readonly dense: boolean;
}

/** A piece of a report's story, before it is known whether it becomes HTML or Markdown. */
export type Block =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "facts"; readonly title: string | null; readonly rows: readonly (readonly [name: string, value: Cell])[] }
  | { readonly kind: "table"; readonly title: string | null; readonly table: Table; readonly note: string | null }
  | { readonly kind: "chart"; readonly chart: Chart }
  /** Small charts beside one another where there is room. */
  | { readonly kind: "charts"; readonly charts: readonly Chart[] }
  /** Behind a line that opens it; `onPaper` says whether a print shows it. */
  | { readonly kind: "folded"; readonly summary: string; readonly blocks: readonly Block[]; readonly onPaper: boolean }
  | { readonly kind: "code"; readonly text: string };

/** What is told under one heading. */
export interface Chapter {
  readonly title: string;
  /** In the table of contents. */
  readonly short: string;
  readonly blocks: readonly Block[];
}

/** A chapter of a report; `null` where the report has nothing of it. */
export type Tell = (report: Report) => Chapter | null;

/** One column of a table: what heads it, and what it says of a row. */
export interface Column<Row> {
  readonly head: string;
  readonly own?: boolean;
  readonly prose?: boolean;
  readonly cell: (row: Row) => Cell;
}

interface TableOptions<Row> {
  readonly title?: string;
  readonly note?: string;
  readonly chosen?: (row: Row) => boolean;
  readonly dense?: boolean;
}

/** Rows as a table; what the first column says heads a row. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], options: TableOptions<Row> = {}): Block {
  const { title = null, note = null, chosen = () => false, dense = false } = options;
  return {
    kind: "table",
    title,
    note,
    table: {
      heads: columns.map(({ head, own = false, prose = false }) => ({ text: head, own, prose })),
      rows: rows.map((row) => ({ cells: columns.map(({ cell }) => cell(row)), chosen: chosen(row) })),
      dense,
    },
  };
}

/** A paragraph. */
export const words = (text: string): Block => ({ kind: "words", text });

/** A chart by itself. */
export const chart = (drawn: Chart): Block => ({ kind: "chart", chart: drawn });

/** Names and what they stand for; those without a value are left out. */
export const facts = (rows: readonly (readonly [name: string, value: Cell | null])[], title: string | null = null): Block => ({
  kind: "facts",
  title,
  rows: rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
});

/** Blocks behind a line that opens them. */
export const folded = (summary: string, blocks: readonly Block[], onPaper = false): Block => ({ kind: "folded", summary, blocks, onPaper });

/** Figures and hashes in type of one width. */
export const code = (text: string): Cell => ({ text, code: true });
