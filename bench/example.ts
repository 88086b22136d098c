import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homeAt, openDataSet, runExperiment } from "../src/app/index.ts";
import { systemClock, writeFileWhole } from "../src/base/index.ts";
import {
  compareReports,
  renderReportMarkdown,
  renderComparisonMarkdown,
  type Report,
  type ReportMarkdown,
} from "../src/evaluation/index.ts";
import { experiments } from "./example/experiments.ts";
import { introduction } from "./example/page.ts";

const folder = join(import.meta.dirname, "..", "docs", "example");

/** Trains and judges PPO, SAC and an ensemble on the bundled S&P 500, each in full; writes docs/example/. */
export const benchmarks = [
  {
    name: "example/reports",
    unit: "s",
    onDemand: true,
    run: async () => {
      const start = systemClock.elapsed();
      const place = mkdtempSync(join(tmpdir(), "tradewind-example-"));
      try {
        const reports: Report[] = [];
        for (const experiment of experiments) {
          const dataSet = await openDataSet(experiment.data, homeAt(place, undefined));
          const run = {
            experiment,
            dataSet,
            folder: join(place, experiment.name),
            clock: systemClock,
            ledger: join(place, "trials.ndjson"),
          };
          const { report } = (await runExperiment(run))!;
          console.log(`${experiment.name}: ${report.verdict.headline}`);
          reports.push(report);
        }
        writeReports(reports);
      } finally {
        rmSync(place, { recursive: true, force: true });
      }
      return (systemClock.elapsed() - start) / 1000;
    },
  },
];

function writeReports(reports: readonly Report[]): void {
  rmSync(folder, { recursive: true, force: true });
  for (const report of reports) write(`${report.name}.md`, renderReportMarkdown(report, { folder: report.name }));
  const comparison = compareReports(
    reports.map((report) => ({ label: report.name, report })),
    { seed: 1 },
  );
  const { markdown, figures } = renderComparisonMarkdown(comparison, { folder: "comparison" });
  write("README.md", { markdown: introduction(reports) + markdown, figures });
}

function write(file: string, { markdown, figures }: ReportMarkdown): void {
  for (const [path, content] of Object.entries({ [file]: markdown, ...figures })) {
    const whole = join(folder, path);
    mkdirSync(join(whole, ".."), { recursive: true });
    writeFileWhole(whole, content);
  }
}
