import { statSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { hashOf, type Progress, UserError } from "../base/index.ts";
import {
  formatImportReport,
  type ImportedBars,
  type ImportReport,
  type ImportUnit,
  planImport,
  readBarsFile,
  type ReadOptionsInput,
} from "../data/index.ts";
import { sampleNames } from "./data-sets.ts";
import { homeAt } from "./home.ts";
import { storeAt } from "./store-at.ts";

interface Place {
  readonly home?: string | undefined;
  readonly cwd: string;
}

/** One file read into the store. */
export interface FileImport {
  readonly name: string;
  readonly contentHash: string;
  readonly report: ImportReport;
  readonly text: string;
}

/** Reads a file of one series into the store. The report says what was repaired and refused; nothing is stored when the file is no use. */
export async function importData({
  file,
  name,
  options,
  home,
  cwd,
}: Place & { readonly file: string; readonly name?: string | undefined; readonly options: ReadOptionsInput }): Promise<FileImport> {
  const imported = await readBarsFile(resolve(cwd, file), options);
  const stored = name ?? namesOnce()([options.symbol ?? basename(file).replace(/(\.(csv|txt|gz|zip|parquet))+$/i, "")]);
  const entry = await storeAt(homeAt(cwd, home)).put(stored, imported);
  return { name: entry.name, contentHash: entry.contentHash, report: imported.report, text: formatImportReport(imported.report) };
}

/** A name that the store accepts, made of whatever text. */
export const storeName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|-+$/g, "");

/** Names for the series of one import, made of the first text, then of all, then with a number: none twice, and none of a sample's. */
function namesOnce(): (texts: readonly string[]) => string {
  const taken = new Set<string>(sampleNames);
  return (texts) => {
    const wished = [storeName(texts[0]!), storeName(texts.toReversed().join("-"))].filter((text) => text !== "");
    const last = wished.at(-1) ?? "series";
    let name = wished.find((text) => !taken.has(text)) ?? "";
    for (let count = 2; name === ""; count++) if (!taken.has(`${last}-${count}`)) name = `${last}-${count}`;
    taken.add(name);
    return name;
  };
}

/** Whether a path holds, or may hold, more than one series, or is of a kind that only a plan knows. */
export function holdsSeveral(file: string, symbol: string | undefined, cwd: string): boolean {
  const path = resolve(cwd, file);
  if (symbol === "all") return true;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  return found.isDirectory() || planImport(path).units.some(({ kind }) => kind !== "file");
}

/** A series that was stored, in a line. Times are bar-close, ms since the epoch, UTC. */
export interface SeriesLine {
  /** What it is called in the store. */
  readonly name: string;
  readonly symbol: string;
  readonly kind: string;
  readonly rows: ImportReport["rows"];
  /** Rows that were put right. */
  readonly repaired: number;
  readonly actions: number;
  readonly range: ImportReport["range"];
  readonly notes: readonly string[];
}

/** What became of a folder: its series, the files that could not be read, and those that hold no bars. */
export interface FolderImport {
  readonly stored: readonly SeriesLine[];
  readonly failed: readonly { readonly file: string; readonly code: string; readonly message: string; readonly hint: string }[];
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

/** What a folder's import is asked for: every series a data set of its own, or, where a `name` is given, all of them together in one. */
export interface FolderRequest extends Place {
  readonly file: string;
  readonly name?: string | undefined;
  readonly options: ReadOptionsInput;
}

/**
 * Reads a folder, an archive, or a file of several symbols into the store. A file that cannot be used does not keep the others
 * out, unless `strict`: then nothing is stored. Stops between files when the signal aborts; what is stored by then stays.
 */
export async function importFolder(
  { file, name, options: { symbol, ...options }, home, cwd }: FolderRequest,
  { signal, progress }: { readonly signal: AbortSignal; progress(progress: Progress): void },
): Promise<FolderImport> {
  const path = resolve(cwd, file);
  const { units, skipped } = planImport(path);
  if (units.length === 0) throw nothingToRead(file, skipped);
  const wanted = symbol === "all" ? undefined : symbol;
  const store = storeAt(homeAt(cwd, home));
  const stored: SeriesLine[] = [];
  const failed: FolderImport["failed"][number][] = [];
  const together: ImportedBars[] = [];
  const left: FolderImport["skipped"][number][] = [...skipped];
  const ownName = namesOnce();
  const rounds = options.strict ? 2 : 1; // Strict reads all before it stores any.
  for (let round = 1; round <= rounds; round++) {
    for (const [index, unit] of units.entries()) {
      if (signal.aborted) break;
      const fraction = ((round - 1) * units.length + index) / (rounds * units.length);
      progress({ stage: round < rounds ? "check" : "import", fraction, message: unit.name });
      try {
        const found = await unit.read(options);
        if (round < rounds) continue;
        for (const each of found.filter((one) => isWanted(one, unit, wanted))) {
          const own = name ?? ownName(found.length === 1 ? [unit.name] : [each.bars.instrument.symbol, unit.name]);
          if (name === undefined) await store.put(own, each);
          else together.push(each);
          stored.push(lineOf(own, unit, each));
        }
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const { code, message, hint } = error;
        const where = relative(path, unit.paths[0]!) || basename(path);
        if (code === "data/not-bars" && units.length > 1) {
          if (round === rounds) left.push({ path: where, why: `rows with a time, not bars. ${hint}` });
        } else if (options.strict || units.length === 1) throw error;
        else failed.push({ file: where, code, message, hint });
      }
    }
  }
  signal.throwIfAborted();
  if (name !== undefined && together.length > 0) await store.put(name, asOne(file, together));
  if (stored.length === 0 && failed.length === 0) throw wanted === undefined ? nothingToRead(file, left) : noSuchSymbol(file, wanted);
  progress({ stage: "import", fraction: 1, message: `${stored.length} series` });
  return { stored, failed, skipped: left };
}

const isWanted = ({ bars }: ImportedBars, unit: ImportUnit, wanted: string | undefined): boolean =>
  wanted === undefined || bars.instrument.symbol === wanted || unit.name === wanted;

/** All series as one data set, which holds a symbol once. */
function asOne(file: string, series: readonly ImportedBars[]) {
  const symbols = series.map(({ bars }) => bars.instrument.symbol);
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) < index);
  if (twice !== undefined) {
    throw new UserError("data/invalid-value", `${file} holds ${twice} more than once`, {
      path: "name",
      hint: "Leave the name out: then each series is a data set of its own.",
    });
  }
  const sha256 = hashOf(series.map(({ lineage }) => [lineage.file, lineage.sha256]));
  const lineage = { source: series[0]!.lineage.source, file: basename(file), sha256, note: `${series.length} series` };
  return { series: series.map(({ bars, actions }) => ({ bars, actions })), lineage };
}

const lineOf = (name: string, { kind }: ImportUnit, { bars, actions = [], report }: ImportedBars): SeriesLine => ({
  name,
  symbol: bars.instrument.symbol,
  kind,
  rows: report.rows,
  repaired: report.repaired.reduce((sum, { count }) => sum + count, 0),
  actions: actions.length,
  range: report.range,
  notes: report.notes,
});

function nothingToRead(file: string, skipped: FolderImport["skipped"]): UserError {
  const first = skipped[0];
  return new UserError("data/empty", `${file} holds no file of bars`, {
    path: file,
    hint: first
      ? `${first.path || "It"}: ${first.why}.${skipped.length > 1 ? ` And ${skipped.length - 1} more.` : ""}`
      : "Give a folder with CSV or Parquet files.",
  });
}

const noSuchSymbol = (file: string, symbol: string): UserError =>
  new UserError("data/invalid-value", `${file} has no symbol ${symbol}`, {
    path: "symbol",
    hint: 'Leave the symbol out, or give "all", to import every series.',
  });
