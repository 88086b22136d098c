import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../base/index.ts";
import {
  contentHash,
  isReference,
  type Lineage,
  lineageOf,
  loadSource,
  parseReference,
  readBarsFile,
  type Source,
  sources,
} from "../data/index.ts";
import type { Bars } from "../domain/index.ts";
import { type Home, homeAt } from "./home.ts";
import { storeAt } from "./store-at.ts";

/** Bars with their origin, ready to be trained on. */
export interface DataSet {
  readonly bars: Bars;
  readonly synthetic: boolean;
  readonly lineage: Lineage;
  readonly contentHash: string;
  /** What opens it again from anywhere: its name, or its file's whole path. */
  readonly reference: string;
  /** Content hash of the version in the store that it was read from; left out of what is not stored. */
  readonly version?: string;
}

/** Those that need nothing said: they come with the packages. */
const samples: readonly Source[] = Object.values(sources).filter(({ params }) => Object.keys(params).length === 0);

/** Names that mean a sample, whatever is stored. */
export const sampleNames: readonly string[] = samples.map(({ name }) => name);

/**
 * The bars that a name stands for: a sample data set, a stored one, or a file, looked for in that order. `cwd` is what a file's
 * path is relative to. A name that is none of them is `data/not-found`.
 */
export async function openDataSet(name: string, home: Home, cwd = "."): Promise<DataSet> {
  const path = resolve(cwd, name);
  if ((await isNamed(name, home)) || (!looksLikeFile(name) && !existsSync(path))) return openNamedDataSet(name, home);
  return dataSetOf({ ...(await readBarsFile(path)), synthetic: false }, path);
}

/**
 * A sample data set or a stored one (also `name:SYMBOL` of several instruments, `name@hash` of an older version), and no file: for those
 * who may not read every file.
 */
export async function openNamedDataSet(name: string, home: Home): Promise<DataSet> {
  const sample = samples.find((each) => each.name === name);
  if (sample) return dataSetOf({ ...(await loadSource(sample)), synthetic: sample.synthetic }, name);
  if (!(await isNamed(name, home))) {
    throw new UserError("data/not-found", `there is no data set "${name}"`, {
      path: "data",
      hint: `Known data sets: ${(await namesIn(home)).join(", ")}. "tradewind data import" stores a CSV or Parquet file as another.`,
    });
  }
  const { bars, actions, entry } = await storeAt(home).load(name);
  const lineage = lineageOf(entry);
  return {
    bars,
    synthetic: entry.synthetic,
    lineage,
    contentHash: contentHash(bars, actions),
    reference: name,
    version: entry.contentHash,
  };
}

/**
 * Keeps the version of a stored data set that was opened for somebody, such as "run walk-7", for ever. Gives the reference that opens
 * just this version; of a data set that is not in the store, the one that it has.
 */
export async function pinDataSet({ reference, version }: DataSet, home: Home, by: string): Promise<string> {
  if (version === undefined) return reference;
  const { name, symbol } = parseReference(reference);
  const short = version.slice(0, 16);
  await storeAt(home).pin(`${name}@${short}`, by);
  return `${name}${symbol === undefined ? "" : `:${symbol}`}@${short}`;
}

const namesIn = async (home: Home): Promise<string[]> => [...sampleNames, ...(await storeAt(home).names())];
const isNamed = async (text: string, home: Home): Promise<boolean> =>
  isReference(text) && (await namesIn(home)).includes(parseReference(text).name);
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
  const stored = await storeAt(homeAt(cwd, home)).list();
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
    ...stored.map(({ name, series, rows, range, origin }) => ({
      name,
      kind: "stored" as const,
      symbol: series.length === 1 ? series[0]!.instrument.symbol : `${series.length} instruments`,
      bars: rows,
      from: day(range.from),
      to: day(range.to),
      origin,
    })),
  ];
}
