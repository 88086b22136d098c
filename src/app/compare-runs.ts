import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { parse, UserError, writeFileWhole } from "../base/index.ts";
import {
  type ComparedReport,
  compareReports,
  type Comparison,
  renderComparisonHtml,
  renderComparisonMarkdown,
  Report,
} from "../evaluation/index.ts";
import { type Home, homeAt } from "./home.ts";
import { runFolder } from "./train-experiment.ts";
import type { Situation } from "./use-cases.ts";

/** What to compare: ids of runs, folders of reports, or their files; and where to write what besides. */
export interface CompareRequest {
  readonly runs: readonly string[];
  readonly seed: number;
  readonly html?: string | undefined;
  readonly markdown?: string | undefined;
  readonly home?: string | undefined;
}

const mostRuns = 12;

/** A comparison, and the files that it was written to. */
export type ComparedRuns = Comparison & { readonly files: readonly string[] };

/** Compares the reports of runs and of backtests, and writes the comparison where it is asked for. */
export function compareRuns({ runs, seed, html, markdown, home }: CompareRequest, { cwd }: Pick<Situation, "cwd">): ComparedRuns {
  if (runs.length < 2 || runs.length > mostRuns) {
    throw new UserError("usage/invalid-option", `${runs.length} ${runs.length === 1 ? "report" : "reports"} to compare`, {
      path: "runs",
      hint: `Give from two to ${mostRuns}: ids of runs, folders that hold a report.json, or such files.`,
    });
  }
  const comparison = compareReports(labelled(runs, cwd, homeAt(cwd, home)), { seed });
  return { ...comparison, files: [...writtenHtml(comparison, html, cwd), ...writtenMarkdown(comparison, markdown, cwd)] };
}

function labelled(runs: readonly string[], cwd: string, home: Home): ComparedReport[] {
  const shorts = runs.map(shortName);
  return runs.map((run, index) => ({
    label: shorts.indexOf(shorts[index]!) === shorts.lastIndexOf(shorts[index]!) ? shorts[index]! : `${index + 1}: ${run}`,
    report: readReport(run, cwd, home),
  }));
}

/** A run's id as it is; of a path the folder, or the file where it has a name of its own. */
function shortName(run: string): string {
  const file = basename(run);
  if (extname(file) !== ".json") return file;
  return file === "report.json" ? basename(dirname(resolve(run))) : basename(file, ".json");
}

function readReport(run: string, cwd: string, home: Home): ComparedReport["report"] {
  const path = [join(runFolder(home, run), "report.json"), resolve(cwd, run, "report.json"), resolve(cwd, run)].find(
    (candidate) => existsSync(candidate) && statSync(candidate).isFile(),
  );
  if (path === undefined) {
    throw new UserError("run/not-found", `there is no report of "${run}"`, {
      path: run,
      hint: 'Give the id of a finished run ("tradewind runs" lists them), a folder with a report.json, or such a file.',
    });
  }
  return parse(Report, readJson(path), path, "data/corrupt");
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new UserError("data/corrupt", `${path} is no JSON`, { path, hint: "Write the report anew.", cause });
  }
}

function writtenHtml(comparison: Comparison, file: string | undefined, cwd: string): string[] {
  if (file === undefined) return [];
  return [write(resolve(cwd, file), renderComparisonHtml(comparison))];
}

/** Drawings lie in a folder beside the file, named like it. */
function writtenMarkdown(comparison: Comparison, file: string | undefined, cwd: string): string[] {
  if (file === undefined) return [];
  const path = resolve(cwd, file);
  const { markdown, figures } = renderComparisonMarkdown(comparison, { folder: `${basename(path, extname(path))}-figures` });
  return [write(path, markdown), ...Object.entries(figures).map(([figure, svg]) => write(join(dirname(path), figure), svg))];
}

function write(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileWhole(path, content);
  return path;
}
