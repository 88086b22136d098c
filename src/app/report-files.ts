import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFileWhole } from "../base/index.ts";
import { type Report, renderReportHtml, renderReportMarkdown } from "../evaluation/index.ts";

/** Writes a report as `report.json`, `report.html` and `report.md` with its drawings into a folder; gives their paths from it. */
export function writeReport(folder: string, report: Report): string[] {
  const { markdown, figures } = renderReportMarkdown(report);
  const files: Record<string, string> = {
    "report.json": `${JSON.stringify(report, null, 1)}\n`,
    "report.html": renderReportHtml(report),
    "report.md": markdown,
    ...figures,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileWhole(join(folder, path), content);
  }
  return Object.keys(files);
}
