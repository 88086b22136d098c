export { buildReport, type FoldResult, reportHash, type ReportInput, type Rows } from "./build-report.ts";
export { type Interval, Metrics, Report, type Stretch, Trade, type TrainingCurve } from "./document.ts";
export { renderReportHtml } from "./html/page.ts";
export { verdictOf, type VerdictFacts } from "./verdict.ts";
