import { basename } from "node:path";
import { parseParams, UserError } from "../base/index.ts";
import { type CsvFormat, readCsvBars, readEachCsvSeries } from "./csv-bars.ts";
import { detectFormat, fileSha256, isZip, readText } from "./file-format.ts";
import { finishBars, type ImportedBars } from "./finish-bars.ts";
import { namedCalendar } from "./named-calendar.ts";
import { readEachParquetSeries, readParquetBars } from "./parquet-bars.ts";
import type { RawBars } from "./raw-bars.ts";
import { type ReadOptions, readOptions, type ReadOptionsInput } from "./read-options.ts";
import { timeZone } from "./time-zone.ts";
import { type ZippedText, zippedTexts } from "./zip-text.ts";

export type { ImportedBars } from "./finish-bars.ts";

/** The rows of one file, by series, before they are put in order. */
export interface RawFile {
  /** What the file is packed in, as the report says it: "gzipped ", "zipped " or nothing. */
  readonly packing: string;
  /** Each with the name of the file that it was read from. */
  readonly series: readonly { readonly file: string; readonly raw: RawBars }[];
}

/**
 * Reads bars from a CSV (plain, gzipped or zipped) or Parquet file, told apart by content. Rows that cannot be right are kept out
 * and reported; nothing is filled. A file that cannot be understood is a `UserError` with what to do.
 */
export async function readBarsFile(path: string, input: ReadOptionsInput = {}): Promise<ImportedBars> {
  return (await readSeries(path, input, false))[0]!;
}

/** Reads every series of a file: of one with a column of symbols, of a wide one, of each file in an archive, or the one there is. */
export const readEachSeries = (path: string, input: Omit<ReadOptionsInput, "symbol"> = {}): Promise<readonly ImportedBars[]> =>
  readSeries(path, input, true);

async function readSeries(path: string, input: ReadOptionsInput, each: boolean): Promise<readonly ImportedBars[]> {
  const options = parseParams(readOptions, input, "options");
  checkNames(options);
  const file = basename(path);
  const { packing, series } = await readRawFile(path, options, each);
  const sha256 = await fileSha256(path, file);
  return series.map((one) => {
    const within = one.file === file ? file : `${file}/${one.file}`;
    return finishBars(
      one.raw,
      { file: within, packing, symbol: stemOf(one.file), lineage: { source: "file", file: within, sha256 } },
      options,
    );
  });
}

/** Refuses, before anything is read, a time zone or a calendar that does not exist. */
export function checkNames({ timeZone: zone, calendar }: ReadOptions): void {
  if (zone !== undefined) timeZone(zone);
  if (calendar !== undefined) namedCalendar(calendar);
}

/** A file's name without its endings. */
export const stemOf = (file: string): string => file.replace(/(?:\.(?:csv|tsv|txt|parquet|pq|zip|gz))+$/i, "") || file;

/** Reads a file's rows, of one series or of `each`. `format` is how its text is written where it does not tell itself. */
export async function readRawFile(path: string, options: ReadOptions, each: boolean, format: CsvFormat = {}): Promise<RawFile> {
  const file = basename(path);
  const readRows = each ? readEachCsvSeries : async (...given: Parameters<typeof readCsvBars>) => [await readCsvBars(...given)];
  if (await isZip(path)) {
    const texts = await zippedTexts(path, file);
    if (!each && texts.length > 1) throw severalFiles(file, texts);
    const series: { file: string; raw: RawBars }[] = [];
    for (const { name, read } of texts) {
      for (const raw of await readRows(read(), name, options, format)) series.push({ file: name, raw });
    }
    return { packing: "zipped ", series };
  }
  const { kind, gzipped } = await detectFormat(path, file);
  const raws =
    kind === "csv"
      ? await readRows(readText(path, file, gzipped), file, options, format)
      : each
        ? await readEachParquetSeries(path, file, options)
        : [await readParquetBars(path, file, options)];
  return { packing: gzipped ? "gzipped " : "", series: raws.map((raw) => ({ file, raw })) };
}

const severalFiles = (file: string, texts: readonly ZippedText[]) =>
  new UserError(
    "data/invalid-value",
    `${file} holds ${texts.length} files: ${texts
      .map(({ name }) => name)
      .slice(0, 20)
      .join(", ")}`,
    {
      path: file,
      hint: 'Unpack it and give one of them, or import each as a series with the symbol "all".',
    },
  );
