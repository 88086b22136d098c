import type { ImportReport } from "./import-report.ts";

/** What is told of a page of a vendor's rows, in the words of the import report. */
export interface PageAccount extends Pick<ImportReport, "layout" | "columns" | "time" | "rows" | "repaired" | "quarantined" | "notes"> {
  /** What was asked for, in a few words, such as "AAPL 1d". */
  readonly series: string;
  /** Name of the exchange calendar by which gaps are judged, where one is known. */
  readonly calendar?: string | undefined;
  /** What the lineage says of the prices: whose they are, and how far they are adjusted. */
  readonly lineageNote?: string | undefined;
}
