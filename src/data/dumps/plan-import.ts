import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { UserError } from "../../base/index.ts";
import { stemOf } from "../read-bars-file.ts";
import { binanceKlines } from "./binance-klines.ts";
import { filesUnit, type ImportUnit } from "./import-unit.ts";
import { leanSeries } from "./lean.ts";
import { otherContent } from "./other-content.ts";
import { partitions } from "./partitions.ts";

/** What a folder holds, before anything of it is read. */
export interface ImportPlan {
  readonly units: readonly ImportUnit[];
  /** Files that hold no bars, relative to the folder, with what they are. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

const readable = /\.(?:csv|tsv|txt|parquet|pq|zip)(?:\.gz)?$/i;

/**
 * Sorts the files below a folder, or one archive or file alone, into series: QuantConnect Lean's layout, klines of
 * data.binance.vision, partitions such as `symbol=AAPL/`, and else one file a symbol (or several, where a file holds them).
 */
export function planImport(path: string): ImportPlan {
  const paths = filesIn(path);
  const skipped = paths.flatMap((file) => {
    const why = otherContent(file) ?? (readable.test(file) ? undefined : "not CSV, Parquet or ZIP");
    return why === undefined ? [] : [{ path: relative(path, file), why }];
  });
  const left = new Set(paths.filter((file) => readable.test(file) && otherContent(file) === undefined));
  const units: ImportUnit[] = [];
  for (const kind of [leanSeries, binanceKlines, partitions, plainFiles]) {
    const found = kind([...left]);
    units.push(...found);
    for (const unit of found) for (const file of unit.paths) left.delete(file);
  }
  return { units: withOwnNames(units), skipped };
}

const plainFiles = (paths: readonly string[]): ImportUnit[] =>
  paths.map((file) => filesUnit({ name: stemOf(basename(file)), kind: "file", paths: [file] }));

function filesIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !/(?:^|[/\\])(?:[._]|__MACOSX)/.test(relative(path, join(entry.parentPath, entry.name))))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted((left, right) => (left < right ? -1 : 1));
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    throw new UserError("data/unreadable", `${basename(path)} ${cause.code === "ENOENT" ? "does not exist" : "may not be read"}`, {
      path,
      hint: "Check the path and its permissions.",
      cause,
    });
  }
}

/** Of units that would be called alike, each is called by its folder as well, and by a number where that is not enough. */
function withOwnNames(units: readonly ImportUnit[]): ImportUnit[] {
  const taken = new Set<string>();
  const isAlone = (unit: ImportUnit) => units.every((other) => other === unit || other.name.toLowerCase() !== unit.name.toLowerCase());
  return units.map((unit) => {
    const wished = isAlone(unit) ? unit.name : `${basename(dirname(unit.paths[0]!))}-${unit.name}`;
    let name = wished;
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${wished}-${count}`;
    taken.add(name.toLowerCase());
    return { ...unit, name };
  });
}
