import { z } from "zod";
import { Gaps } from "../import-report.ts";
import { Finding, type FindingKind, findingKinds } from "./finding.ts";

const count = z.int().nonnegative();

/** What a person should know about bars before using them, and a program in the same words. Times are bar-close, ms since the epoch, UTC. */
export const QualityReport = z.strictObject({
  schema: z.literal("tradewind/quality@1"),
  symbol: z.string(),
  rows: count,
  /** Of the first and the last bar; null where there is none. */
  range: z.strictObject({ from: z.number(), to: z.number() }).nullable(),
  /** Null with fewer than two bars, as is `barsPerYear`. */
  intervalMs: z.number().nullable(),
  barsPerYear: z.number().nullable(),
  gaps: Gaps,
  zeroVolume: count,
  /** Bars whose four prices are one. */
  flat: count,
  /** Most bars in a row with one close. */
  longestUnchanged: count,
  /** Times that do not ascend, and prices not positive or outside their range: 0 in everything that was imported here. */
  invalid: count,
  /** Bars without prices, as a cleaning plan leaves them. */
  masked: count,
  /** Findings of each kind that occurs. */
  counts: z.partialRecord(z.enum(findingKinds), count),
  /** In time order, up to two hundred a kind: the largest of those that have a score. */
  findings: z.array(Finding),
});

export type QualityReport = z.infer<typeof QualityReport>;

const mostOfAKind = 200;
const sizeOf = (finding: Finding): number =>
  "score" in finding ? Math.abs(finding.score) : finding.kind === "split" ? finding.likelihood : 0;

/** Counts findings by kind and keeps the largest of each. */
export function sortFindings(findings: Iterable<Finding>): Pick<QualityReport, "counts" | "findings"> {
  const byKind = Object.groupBy(findings, ({ kind }) => kind);
  const counts: Partial<Record<FindingKind, number>> = {};
  const kept: Finding[] = [];
  for (const kind of findingKinds) {
    const all = byKind[kind];
    if (!all) continue;
    counts[kind] = all.length;
    kept.push(...all.toSorted((left, right) => sizeOf(right) - sizeOf(left) || left.row - right.row).slice(0, mostOfAKind));
  }
  return { counts, findings: kept.sort((left, right) => left.row - right.row) };
}
