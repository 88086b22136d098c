export {
  type ComparedLine,
  type ComparedPair,
  type ComparedReport,
  type ComparedRun,
  compareReports,
  type Comparison,
  type OverlapFigures,
} from "./compare-reports.ts";
export { renderComparisonHtml, renderComparisonMarkdown } from "./render-comparison.ts";
