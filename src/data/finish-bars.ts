import { UserError } from "../base/index.ts";
import type { Bars, CorporateAction, Instrument } from "../domain/index.ts";
import { assembleBars, type BarNumbers, pickRows } from "./assemble-bars.ts";
import { barTimes } from "./bar-times.ts";
import { type Cleaned, cleanRows, type QuarantinedRow } from "./clean.ts";
import { reportOf } from "./findings.ts";
import { defaultLotSize, inferTickSize } from "./grain.ts";
import type { ImportReport } from "./import-report.ts";
import type { Lineage } from "./lineage.ts";
import { namedCalendar } from "./named-calendar.ts";
import type { RawBars } from "./raw-bars.ts";
import type { ReadOptions } from "./read-options.ts";
import { timeZone } from "./time-zone.ts";

/** Bars with the account of how they came about. */
export interface ImportedBars {
  readonly bars: Bars;
  readonly report: ImportReport;
  readonly lineage: Lineage;
  /** What happened to the instrument itself, where the source knows it; by time. */
  readonly actions?: readonly CorporateAction[];
}

/** Where raw rows were read. */
export interface Origin {
  /** The file's name for messages and the report. */
  readonly file: string;
  /** What stands before the layout in the report, such as "gzipped ". */
  readonly packing: string;
  /** The instrument's name where neither the rows nor the options have one. */
  readonly symbol: string;
  readonly lineage: Lineage;
}

/** Turns rows as a file holds them into bars: sorted, checked, keyed by their close. What cannot be right is kept out and reported. */
export function finishBars(raw: RawBars, { file, packing, symbol, lineage }: Origin, options: ReadOptions): ImportedBars {
  const zone = timeZone(options.timeZone ?? "UTC");
  const calendar = options.calendar === undefined ? undefined : namedCalendar(options.calendar);
  const time = raw.stamps.zoned || zone.name === "UTC" ? raw.stamps.time : raw.stamps.time.map(zone.toUtc);
  const cleaned = cleanRows(raw, time);
  refuseIfUnusable(file, cleaned, options);
  const stampZone = raw.stamps.zoned ? timeZone("UTC") : zone;
  const times = barTimes(pickRows(time, cleaned.kept), raw.stamps, options, raw.columns.time!, stampZone);
  const { columns, widened, withoutVolume } = assembleBars(raw, cleaned);
  const name = raw.symbol || options.symbol || symbol;
  const bars: Bars = { instrument: instrumentOf(name, columns, options), closeTime: times.closeTime, ...columns };
  const layout = packing + raw.layout;
  const report = reportOf({ file, layout, raw, cleaned, times, zone, calendar, options, bars, widened, withoutVolume });
  return { bars, report, lineage };
}

function refuseIfUnusable(file: string, { kept, quarantined }: Cleaned, { strict }: ReadOptions): void {
  const first = quarantined[0];
  if (!first || (kept.length > 0 && !strict)) return;
  const where = kept.length === 0 ? `${file}: none of ${quarantined.length} rows can be used; the first` : file;
  const place = first.file === undefined ? "" : `${first.file}, `;
  throw new UserError("data/invalid-value", `${where}, ${place}row ${first.row}: ${describeRow(first)}`, {
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

function instrumentOf(symbol: string, { open, high, low, close }: BarNumbers, options: ReadOptions): Instrument {
  const tickSize = options.tickSize ?? inferTickSize([open, high, low, close]);
  const highest = high.reduce((most, price) => Math.max(most, price), 0);
  return { symbol, currency: options.currency, tickSize, lotSize: options.lotSize ?? defaultLotSize(highest, tickSize) };
}
