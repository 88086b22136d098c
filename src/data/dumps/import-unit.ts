import { basename, dirname } from "node:path";
import { hashOf, parseParams } from "../../base/index.ts";
import type { CsvFormat } from "../csv-bars.ts";
import { fileSha256 } from "../file-format.ts";
import { finishBars, type ImportedBars } from "../finish-bars.ts";
import { checkNames, readRawFile, stemOf } from "../read-bars-file.ts";
import { type ReadOptions, readOptions, type ReadOptionsInput } from "../read-options.ts";
import { joinRaw, type RawPart } from "./join-raw.ts";

/** What a person may say about all files of a folder. */
export type FolderOptions = Omit<ReadOptionsInput, "symbol">;

/** Files that are read together: one series of bars, or several where they hold more than one symbol. */
export interface ImportUnit {
  /** What to call the series where there is one. */
  readonly name: string;
  /** What kind of files they are, in a word or two. */
  readonly kind: string;
  /** Whole paths, in order. */
  readonly paths: readonly string[];
  read(options?: FolderOptions): Promise<readonly ImportedBars[]>;
}

/** Options as given, checked, with what the kind of file knows in the places that were left open. */
export function optionsFor(given: FolderOptions, known: FolderOptions): ReadOptions {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const options = parseParams(readOptions, { ...known, ...said }, "options");
  checkNames(options);
  return options;
}

/** SHA-256 of one file, or of the list of all their names and hashes. */
export async function sha256Of(paths: readonly string[]): Promise<string> {
  const hashes: [string, string][] = [];
  for (const path of paths) hashes.push([basename(path), await fileSha256(path, basename(path))]);
  return hashes.length === 1 ? hashes[0]![1] : hashOf(hashes);
}

/** A unit of files that `readBarsFile` understands, the rows of each symbol joined over all of them. */
export const filesUnit = (
  { name, kind, symbol, paths }: Omit<ImportUnit, "read"> & { readonly symbol?: string | undefined },
  known: FolderOptions = {},
  format: CsvFormat = {},
): ImportUnit => ({
  name,
  kind,
  paths,
  async read(given = {}) {
    const options = optionsFor(given, known);
    const bySymbol = new Map<string, RawPart[]>();
    const packings: string[] = [];
    for (const path of paths) {
      const { packing, series } = await readRawFile(path, options, true, format);
      packings.push(packing);
      for (const { file, raw } of series) {
        const key = raw.symbol ?? symbol ?? stemOf(file);
        const parts = bySymbol.get(key) ?? [];
        parts.push({ file, raw });
        bySymbol.set(key, parts);
      }
    }
    const sha256 = await sha256Of(paths);
    const file = paths.length === 1 ? basename(paths[0]!) : `${basename(dirname(paths[0]!))}/… (${paths.length} files)`;
    return [...bySymbol].map(([key, parts]) =>
      finishBars(joinRaw(parts), { file, packing: packings[0]!, symbol: key, lineage: { source: kind, file, sha256 } }, options),
    );
  },
});
