import { basename } from "node:path";
import { parseParams, UserError } from "../base/index.ts";
import type { Bars, Instrument } from "../domain/index.ts";
import { barTimes } from "./bar-times.ts";
import { type Cleaned, cleanRows, type QuarantinedRow } from "./clean.ts";
import { readCsvBars } from "./csv-bars.ts";
import { detectFormat, fileSha256, readText } from "./file-format.ts";
import { reportOf } from "./findings.ts";
import { defaultLotSize, inferTickSize } from "./grain.ts";
import type { ImportReport } from "./import-report.ts";
import type { Lineage } from "./lineage.ts";
import { namedCalendar } from "./named-calendar.ts";
import { readParquetBars } from "./parquet-bars.ts";
import type { RawBars } from "./raw-bars.ts";
import { type ReadOptions, readOptions, type ReadOptionsInput } from "./read-options.ts";
import { timeZone } from "./time-zone.ts";

/** Bars with the account of how they came about. */
export interface ImportedBars {
  readonly bars: Bars;
  readonly report: ImportReport;
  readonly lineage: Lineage;
}

/**
 * Reads bars from a CSV (plain or gzipped) or Parquet file, told apart by content. Rows that cannot be right are kept out and
 * reported; nothing is filled. A file that cannot be understood is a `UserError` with what to do.
 */
export async function readBarsFile(path: string, input: ReadOptionsInput = {}): Promise<ImportedBars> {
  const options = parseParams(readOptions, input, "options");
  const zone = timeZone(options.timeZone ?? "UTC");
  const calendar = options.calendar === undefined ? undefined : namedCalendar(options.calendar);
  const file = basename(path);
  const format = await detectFormat(path, file);
  const sha256 = await fileSha256(path, file);
  const raw =
    format.kind === "parquet"
      ? await readParquetBars(path, file, options)
      : await readCsvBars(readText(path, file, format.gzipped), file, options);
  const time = raw.stamps.zoned ? raw.stamps.time : raw.stamps.time.map(zone.toUtc);
  const cleaned = cleanRows(raw, time);
  refuseIfUnusable(file, cleaned, options);
  const stampZone = raw.stamps.zoned ? timeZone("UTC") : zone;
  const times = barTimes(pick(time, cleaned.kept), raw.stamps, options, raw.columns.time!, stampZone);
  const { columns, widened, withoutVolume } = assemble(raw, cleaned);
  const bars: Bars = { instrument: instrumentOf(file, raw.symbol, columns, options), closeTime: times.closeTime, ...columns };
  const layout = format.gzipped ? `gzipped ${raw.layout}` : raw.layout;
  const report = reportOf({ file, layout, raw, cleaned, times, zone, calendar, options, bars, widened, withoutVolume });
  return { bars, report, lineage: { source: "file", file, sha256 } };
}

type Columns = Omit<Bars, "instrument" | "closeTime">;

function pick(column: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) picked[index] = column[rows[index]!]!;
  return picked;
}

function refuseIfUnusable(file: string, { kept, quarantined }: Cleaned, { strict }: ReadOptions): void {
  const first = quarantined[0];
  if (!first || (kept.length > 0 && !strict)) return;
  const where = kept.length === 0 ? `${file}: none of ${quarantined.length} rows can be used; the first` : file;
  throw new UserError("data/invalid-value", `${where}, row ${first.row}: ${describeRow(first)}`, {
    path: first.field,
    hint:
      kept.length === 0
        ? "Check that the columns are the right ones, or name them with the option columns."
        : "Correct the row, or leave out the option strict.",
  });
}

const describeRow = ({ reason, field, values }: QuarantinedRow): string =>
  `${reason.replaceAll("-", " ")} (${field}) in ${Object.entries(values)
    .map(([name, value]) => `${name}="${value}"`)
    .join(" ")}`;

function instrumentOf(
  file: string,
  symbolInFile: string | undefined,
  { open, high, low, close }: Columns,
  options: ReadOptions,
): Instrument {
  const symbol = symbolInFile || options.symbol || file.replace(/\..*$/, "") || file;
  const tickSize = options.tickSize ?? inferTickSize([open, high, low, close]);
  const highest = high.reduce((most, price) => Math.max(most, price), 0);
  return { symbol, currency: options.currency, tickSize, lotSize: options.lotSize ?? defaultLotSize(highest, tickSize) };
}

/** Columns of the rows kept. Missing volume becomes 0; a range off by float noise is widened to hold its open and close. */
function assemble(raw: RawBars, { kept }: Cleaned): { columns: Columns; widened: number; withoutVolume: number } {
  const open = pick(raw.open, kept);
  const high = pick(raw.high, kept);
  const low = pick(raw.low, kept);
  const close = pick(raw.close, kept);
  const volume = pick(raw.volume, kept);
  let widened = 0;
  let withoutVolume = 0;
  for (let row = 0; row < kept.length; row++) {
    const top = Math.max(open[row]!, high[row]!, low[row]!, close[row]!);
    const bottom = Math.min(open[row]!, high[row]!, low[row]!, close[row]!);
    if (top !== high[row] || bottom !== low[row]) widened++;
    high[row] = top;
    low[row] = bottom;
    if (Number.isNaN(volume[row])) {
      volume[row] = 0;
      withoutVolume++;
    }
  }
  return { columns: { open, high, low, close, volume }, widened, withoutVolume };
}
