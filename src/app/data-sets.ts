import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { UserError } from "../base/index.ts";
import {
  contentHash,
  formatImportReport,
  formatQualityReport,
  type ImportReport,
  type Lineage,
  loadSource,
  namedCalendar,
  openStore,
  type QualityReport,
  readBarsFile,
  type ReadOptionsInput,
  type Source,
  sources,
} from "../data/index.ts";
import type { Bars } from "../domain/index.ts";
import { type Home, homeAt } from "./home.ts";

/** Bars with their origin, ready to be trained on. */
export interface DataSet {
  readonly bars: Bars;
  readonly synthetic: boolean;
  readonly lineage: Lineage;
  readonly contentHash: string;
  /** What opens it again from anywhere: its name, or its file's whole path. */
  readonly reference: string;
}

const samples: readonly Source[] = Object.values(sources).filter(({ name }) => name !== "file");

/**
 * The bars that a name stands for: a sample data set, a stored one, or a file, looked for in that order. `cwd` is what a file's
 * path is relative to. A name that is none of them is `data/not-found`.
 */
export async function openDataSet(name: string, home: Home, cwd = "."): Promise<DataSet> {
  const path = resolve(cwd, name);
  if (isNamed(name, home) || (!looksLikeFile(name) && !existsSync(path))) return openNamedDataSet(name, home);
  return dataSetOf({ ...(await readBarsFile(path)), synthetic: false }, path);
}

/** A sample data set or a stored one, and no file: for those who may not read every file. */
export async function openNamedDataSet(name: string, home: Home): Promise<DataSet> {
  const sample = samples.find((each) => each.name === name);
  if (sample) return dataSetOf({ ...(await loadSource(sample)), synthetic: sample.synthetic }, name);
  if (!isNamed(name, home)) {
    throw new UserError("data/not-found", `there is no data set "${name}"`, {
      path: "data",
      hint: `Known data sets: ${namesIn(home).join(", ")}. "tradewind data import" stores a CSV or Parquet file as another.`,
    });
  }
  const { bars, entry } = await openStore(home.data).load(name);
  return { bars, synthetic: entry.synthetic, lineage: entry.lineage, contentHash: entry.contentHash, reference: name };
}

const namesIn = (home: Home): string[] => [...samples, ...openStore(home.data).list()].map(({ name }) => name);
const isNamed = (name: string, home: Home): boolean => namesIn(home).includes(name);
const looksLikeFile = (name: string): boolean => /[/\\]|\.(csv|gz|parquet|txt)$/i.test(name);

const dataSetOf = ({ bars, lineage, synthetic }: Pick<DataSet, "bars" | "lineage" | "synthetic">, reference: string): DataSet => ({
  bars,
  lineage,
  synthetic,
  contentHash: contentHash(bars),
  reference,
});

interface Place {
  readonly home?: string | undefined;
  readonly cwd: string;
}

/** Reads a file into the store. The report says what was repaired and refused; nothing is stored when the file is no use. */
export async function importData({
  file,
  name,
  options,
  home,
  cwd,
}: Place & {
  readonly file: string;
  readonly name?: string | undefined;
  readonly options: ReadOptionsInput;
}): Promise<{ readonly name: string; readonly contentHash: string; readonly report: ImportReport; readonly text: string }> {
  const imported = await readBarsFile(resolve(cwd, file), options);
  const stored = name ?? nameFor(options.symbol ?? basename(file).replace(/(\.(csv|txt|gz|parquet))+$/i, ""));
  const entry = await openStore(homeAt(cwd, home).data).put(stored, imported);
  return { name: entry.name, contentHash: entry.contentHash, report: imported.report, text: formatImportReport(imported.report) };
}

/** A name that the store accepts, made of whatever text. */
const nameFor = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|-+$/g, "");

/** A line of the list of data sets. Days are of bar closes, UTC; they and `bars` are null for samples, which are not opened for a list. */
export interface DataSetLine {
  readonly name: string;
  readonly kind: "sample" | "stored";
  readonly symbol: string | null;
  readonly bars: number | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly origin: string;
}

/** All data sets that have a name. */
export async function listData({ home, cwd }: Place): Promise<readonly DataSetLine[]> {
  const day = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10);
  const stored = openStore(homeAt(cwd, home).data).list();
  return [
    ...samples.map(({ name, summary }) => ({
      name,
      kind: "sample" as const,
      symbol: null,
      bars: null,
      from: null,
      to: null,
      origin: summary,
    })),
    ...stored.map(({ name, instrument, rows, range, lineage }) => ({
      name,
      kind: "stored" as const,
      symbol: instrument.symbol,
      bars: rows,
      from: day(range.from),
      to: day(range.to),
      origin: `${lineage.file}, SHA-256 ${lineage.sha256.slice(0, 12)}`,
    })),
  ];
}

/** Verifies a stored data set against its hash and looks it over; `calendar` names the one that its gaps are judged by. */
export async function checkData({
  name,
  calendar,
  home,
  cwd,
}: Place & { readonly name: string; readonly calendar?: string | undefined }): Promise<{
  readonly name: string;
  readonly quality: QualityReport;
  readonly text: string;
}> {
  const { entry, quality } = await openStore(homeAt(cwd, home).data).check(
    name,
    calendar === undefined ? undefined : namedCalendar(calendar),
  );
  return {
    name,
    quality,
    text: `${entry.name}: ${entry.instrument.symbol}, content SHA-256 ${entry.contentHash.slice(0, 12)} verified\n${formatQualityReport(quality)}`,
  };
}
