import type { CorporateAction, Instrument } from "../../domain/index.ts";
import { dayEnd } from "../bar-times.ts";
import { inferTickSize } from "../grain.ts";
import type { PageAccount } from "../page-account.ts";
import type { BarPage, LoadContext } from "../source.ts";
import { timeZone } from "../time-zone.ts";
import { type Adjustment, type BarLength, lateEventDays, lengthMs } from "./bar-params.ts";
import type { MarketHours } from "./market-hours.ts";
import { barsOfRows, type RowForm, type TimedRow, type VendorRow } from "./vendor-rows.ts";

/** A series of bars as it is asked for, and how the vendor tells it. */
export interface BarSeries extends Omit<RowForm, "isDaily"> {
  readonly interval: BarLength;
  readonly adjustment: Adjustment;
  readonly hours: MarketHours;
  /** Days wanted, by the exchange's clock; open where undefined. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** How late the vendor's prices are, ms: until that long after its close a bar may still change, and is left out. */
  readonly settleMs: number;
  /** How the vendor writes times. */
  readonly timeFormat: string;
  /** What the lineage says of the prices. */
  readonly note: string;
  /** What happened to the instrument, by time. */
  readonly actions: readonly CorporateAction[];
}

/** Rows that came together. Batches follow one another; the last has the fraction 1. */
export interface Batch {
  readonly rows: readonly VendorRow[];
  readonly fraction: number;
}

/**
 * Makes pages of a vendor's batches: rows are put in order, checked and keyed by their close as the importer does it; bars that have
 * not closed, or that are stored already, are left out; what the vendor repeats across batches is dropped, and what it contradicts or
 * sends too late is quarantined.
 */
export async function* barPages(series: BarSeries, batches: AsyncIterable<Batch>, context: LoadContext): AsyncGenerator<BarPage> {
  const maker = new PageMaker(series, context);
  for await (const { rows, fraction } of batches) {
    context.signal.throwIfAborted();
    maker.add(rows);
    const page = maker.page(fraction);
    if (page) yield page;
  }
  const rest = maker.page(1);
  if (rest) yield rest;
}

const afterHoursMs = 5 * 3_600_000; // Trades after the session, and corrections, still change the day's volume.

class PageMaker {
  private readonly series: BarSeries;
  private readonly context: LoadContext;
  private readonly form: RowForm;
  private readonly closeOf: (time: number) => number;
  private instrument: Instrument | undefined;
  /** Rows that no page holds yet: those of the latest time wait for the next batch, which may repeat or contradict them. */
  private pending: TimedRow[] = [];
  private previous = new Map<number, VendorRow>();
  private lastClose: number;
  private count = 0;
  private unclosed = 0;

  constructor(series: BarSeries, context: LoadContext) {
    const isDaily = series.interval === "1d";
    const length = lengthMs(series.interval);
    this.series = series;
    this.context = context;
    this.form = { ...series, isDaily };
    // A date closes as the importer has it: with its session, else at the next midnight, UTC.
    this.closeOf = isDaily ? dayEnd(timeZone("UTC"), series.hours.calendar) : (time) => time + length;
    this.instrument = context.instrument;
    this.lastClose = context.after ?? -Infinity;
  }

  add(rows: readonly VendorRow[]): void {
    const { series, context } = this;
    const { hours, interval, settleMs } = series;
    const hasAfterHours = interval === "1d" && hours.calendar !== undefined && hours.calendar.name !== "always";
    const newest = context.clock.now() - (hasAfterHours ? Math.max(settleMs, afterHoursMs) : settleMs);
    for (const row of rows) {
      const isUnderstood = Number.isFinite(row.time);
      const closeTime = isUnderstood ? this.closeOf(row.time) : NaN;
      if (isUnderstood && (!this.isWanted(row.time) || closeTime <= (context.after ?? -Infinity))) continue;
      if (closeTime > newest) this.unclosed++;
      else this.pending.push({ row, number: ++this.count, closeTime });
    }
  }

  /** The bars that are sure by now; undefined where there is neither a bar nor anything to tell. */
  page(fraction: number): BarPage | undefined {
    const ready = this.takeReady(fraction);
    const late = ready.filter(({ closeTime }) => closeTime <= this.lastClose);
    const fresh = late.length === 0 ? ready : ready.filter(({ closeTime }) => !(closeTime <= this.lastClose));
    if (ready.length === 0 && this.unclosed === 0) return undefined;
    const made = barsOfRows(fresh, this.form, this.instrument);
    const { bars } = made;
    const notes = this.notesOn(made.bars);
    const account: PageAccount = { ...this.head(), ...made.counts, notes };
    if (late.length > 0) this.tellOfLate(late, account);
    const earlier = this.lastClose;
    if (bars.closeTime.length > 0) {
      this.instrument = bars.instrument;
      this.lastClose = bars.closeTime.at(-1)!;
      this.previous = new Map(fresh.map(({ closeTime, row }) => [closeTime, row]));
    }
    return { bars, actions: this.actionsBetween(earlier, bars), fraction: Math.min(1, fraction), account };
  }

  private isWanted(time: number): boolean {
    const { hours, from, to, interval } = this.series;
    if (from === undefined && to === undefined) return true;
    const day = interval === "1d" ? new Date(time).toISOString().slice(0, 10) : hours.dayOf(time);
    return (from === undefined || day >= from) && (to === undefined || day <= to);
  }

  private takeReady(fraction: number): TimedRow[] {
    const latest = this.pending.reduce((most, { closeTime }) => (closeTime > most ? closeTime : most), -Infinity);
    const isReady = ({ closeTime }: TimedRow) => fraction >= 1 || closeTime !== latest;
    const ready = this.pending.filter(isReady);
    this.pending = this.pending.filter((timed) => !isReady(timed));
    return ready;
  }

  private head(): Omit<PageAccount, "rows" | "repaired" | "quarantined" | "notes"> {
    const { symbol, interval, adjustment, layout, columns, timeFormat, note, hours } = this.series;
    const { calendar } = hours;
    return {
      series: `${symbol} ${interval} ${adjustment}`,
      layout,
      columns,
      time: {
        format: timeFormat,
        zone: hours.zone.name,
        zoneFrom: "file",
        stamp: interval === "1d" ? (calendar ? "session" : "date") : "open",
        intervalMs: lengthMs(interval),
      },
      calendar: calendar && this.isKnownThroughout(calendar.years) ? calendar.name : undefined,
      lineageNote: note,
    };
  }

  /** Gaps cannot be judged by a calendar that does not know all years. */
  private isKnownThroughout({ from, to }: { readonly from: number; readonly to: number }): boolean {
    const first = this.series.from === undefined ? from : Number(this.series.from.slice(0, 4));
    return first >= from && new Date(this.context.clock.now()).getUTCFullYear() <= to;
  }

  private notesOn(bars: BarPage["bars"]): string[] {
    const notes: string[] = [];
    if (this.unclosed > 0) notes.push("The newest bar has not closed, or may still change: it is left out.");
    this.unclosed = 0;
    const known = this.instrument?.tickSize;
    if (known !== undefined && inferTickSize([bars.open, bars.high, bars.low, bars.close]) < known) {
      notes.push(`Some prices are finer than the tick of ${known} that the first ones suggest: give tickSize.`);
    }
    return notes;
  }

  /** Rows that belong before bars which are given out already: repetitions are dropped, the others quarantined. */
  private tellOfLate(late: readonly TimedRow[], { rows, quarantined }: PageAccount): void {
    for (const { row, number, closeTime } of late) {
      const known = this.previous.get(closeTime);
      const fields = ["open", "high", "low", "close", "volume"] as const;
      rows.read++;
      if (known && fields.every((field) => Object.is(known[field], row[field]))) {
        rows.dropped++;
        continue;
      }
      const reason = known ? "conflicting-duplicate" : "late-row";
      const { columns } = this.series;
      const values = fields.filter((field) => columns[field] !== undefined).map((field) => [columns[field]!, String(row[field])] as const);
      rows.quarantined++;
      quarantined.byReason[reason] = (quarantined.byReason[reason] ?? 0) + 1;
      quarantined.rows.push({
        row: number,
        reason,
        field: "time",
        values: { [columns.time!]: new Date(row.time).toISOString(), ...Object.fromEntries(values) },
      });
    }
  }

  /** What happened between two closes. What vendors may have added since the stored bars were downloaded goes with the first page. */
  private actionsBetween(earlier: number, { closeTime }: BarPage["bars"]): readonly CorporateAction[] {
    if (closeTime.length === 0) return [];
    const { hours, actions } = this.series;
    const first =
      earlier === -Infinity
        ? hours.startOf(hours.dayOf(closeTime[0]! - 1)) // What was before the first bar moves nobody's holdings.
        : earlier === this.context.after
          ? earlier - lateEventDays * 86_400_000
          : earlier;
    return actions.filter(({ timeMs }) => timeMs >= first && timeMs < closeTime.at(-1)!);
  }
}
