import type { Bars, Instrument } from "../../domain/index.ts";
import { assembleBars, pickRows } from "../assemble-bars.ts";
import { type Cleaned, cleanRows } from "../clean.ts";
import { mostListed, repairsOf } from "../findings.ts";
import { defaultLotSize, inferTickSize } from "../grain.ts";
import type { PageAccount } from "../page-account.ts";
import type { Fault, RawBars } from "../raw-bars.ts";
import { isoText } from "../stamp-column.ts";

/** A bar as a vendor tells it. */
export interface VendorRow {
  /** When the bar opened, ms, UTC; for bars of a day the midnight, UTC, that begins the date. NaN where it cannot be understood. */
  readonly time: number;
  readonly open: number | null | undefined;
  readonly high: number | null | undefined;
  readonly low: number | null | undefined;
  readonly close: number | null | undefined;
  readonly volume: number | null | undefined;
}

/** A row with its number in the download, from 1, and when its bar closes, ms, UTC. */
export interface TimedRow {
  readonly row: VendorRow;
  readonly number: number;
  readonly closeTime: number;
}

/** What is known of the rows of a series before they are seen. */
export interface RowForm {
  readonly symbol: string;
  readonly currency: string;
  readonly tickSize?: number | undefined;
  readonly lotSize?: number | undefined;
  /** The vendor's names of the columns. */
  readonly columns: RawBars["columns"];
  readonly isDaily: boolean;
  readonly layout: string;
}

/** Rows put in order, checked and turned into bars, with the counts of what was done. */
export interface BarsOfRows {
  readonly bars: Bars;
  readonly counts: Pick<PageAccount, "rows" | "repaired" | "quarantined">;
}

const numbers = ["open", "high", "low", "close", "volume"] as const;
const prices = ["open", "high", "low", "close"] as const;

/** Does with a vendor's rows what the importer does with a file's. `instrument` is inferred from them where it is not known yet. */
export function barsOfRows(rows: readonly TimedRow[], form: RowForm, instrument: Instrument | undefined): BarsOfRows {
  const raw = rawBars(rows, form);
  const closeTime = Float64Array.from(rows, (timed) => timed.closeTime);
  const cleaned = cleanRows(raw, closeTime);
  const { columns, widened, withoutVolume } = assembleBars(raw, cleaned);
  const bars: Bars = {
    instrument: instrument ?? instrumentOf(columns, form),
    closeTime: pickRows(closeTime, cleaned.kept),
    ...columns,
  };
  return { bars, counts: countsOf(rows.length, cleaned, widened, raw.columns.volume === undefined ? 0 : withoutVolume) };
}

function rawBars(rows: readonly TimedRow[], { symbol, columns, isDaily, layout }: RowForm): RawBars {
  const column = (name: (typeof numbers)[number]) => Float64Array.from(rows, ({ row }) => row[name] ?? NaN);
  const time = Float64Array.from(rows, ({ row }) => row.time);
  const faults = new Map<number, Fault>();
  for (const [index, { row }] of rows.entries()) {
    const field = prices.find((name) => row[name] === null || row[name] === undefined);
    if (field === undefined) continue;
    const values = numbers.filter((name) => columns[name] !== undefined).map((name) => [columns[name]!, String(row[name])] as const);
    faults.set(index, {
      reason: "missing-value",
      field,
      values: { [columns.time!]: isoText(row.time, !isDaily), ...Object.fromEntries(values) },
    });
  }
  return {
    rowNumber: Float64Array.from(rows, ({ number }) => number),
    stamps: { time, zoned: true, dateOnly: isDaily, format: "" },
    stampText: (index) => isoText(time[index]!, !isDaily),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
    faults,
    otherRows: 0,
    symbol,
    columns,
    layout,
    notes: [],
  };
}

function instrumentOf({ open, high, low, close }: Pick<Bars, (typeof prices)[number]>, form: RowForm): Instrument {
  const tickSize = form.tickSize ?? inferTickSize([open, high, low, close]);
  const highest = high.reduce((most, price) => Math.max(most, price), 0);
  return { symbol: form.symbol, currency: form.currency, tickSize, lotSize: form.lotSize ?? defaultLotSize(highest, tickSize) };
}

function countsOf(read: number, cleaned: Cleaned, widened: number, withoutVolume: number): BarsOfRows["counts"] {
  const { kept, dropped, quarantined } = cleaned;
  const byReason = Object.groupBy(quarantined, ({ reason }) => reason);
  return {
    rows: { read, kept: kept.length, dropped, quarantined: quarantined.length, otherSymbols: 0 },
    repaired: repairsOf(cleaned, widened, withoutVolume),
    quarantined: {
      byReason: Object.fromEntries(Object.entries(byReason).map(([reason, some]) => [reason, some.length])),
      rows: quarantined.slice(0, mostListed).map((row) => ({ ...row, values: { ...row.values } })),
    },
  };
}
