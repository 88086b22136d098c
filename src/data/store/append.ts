import { UserError } from "../../base/index.ts";
import { barColumns, type Bars, checkActions, type CorporateAction, type Instrument, sliceBars } from "../../domain/index.ts";
import { inferInterval } from "../gaps.ts";
import { chainBars } from "./content-hash.ts";
import { joinBars, type LoadedSeries } from "./data-set.ts";
import type { SeriesEntry } from "./entry.ts";
import { firstAtOrAfter, periodFor, periodStart } from "./periods.ts";
import { readBars } from "./read-parts.ts";
import { type NewPart, newSeries, partsOf, seriesEntry } from "./series-parts.ts";
import type { Shelf } from "./shelf.ts";
import { joinActions } from "./write.ts";

/** A series with what was appended to it. */
export interface Extended {
  readonly entry: SeriesEntry;
  readonly parts: readonly NewPart[];
  /** Rows that were new. */
  readonly rows: number;
}

/**
 * Adds to a stored series the bars that close after its last one. Bars sent again must equal the stored ones, or it is
 * `data/conflict`. Of what is stored only the end is read: what was sent again, and the last month if new bars fall into it.
 */
export async function extendSeries(
  shelf: Shelf,
  name: string,
  stored: SeriesEntry | undefined,
  { bars, actions }: LoadedSeries,
): Promise<Extended> {
  if (stored === undefined) return { ...newSeries(bars, actions), rows: bars.closeTime.length };
  const last = stored.range.to;
  const fresh = sliceBars(bars, firstAfter(bars.closeTime, last), bars.closeTime.length);
  const month = periodStart("month", last);
  const continuesMonth = fresh.closeTime.length > 0 && periodStart("month", fresh.closeTime[0]!) === month;
  const needed = Math.min(bars.closeTime[0] ?? Infinity, continuesMonth ? month : Infinity);
  const tail = needed <= last ? await readBars(shelf, name, stored, { from: needed, to: Infinity }) : undefined;
  if (tail) refuseDifferences(name, tail, bars);
  const instrument = finerOf(name, stored.instrument, bars.instrument);
  const joinedActions = checkActions(joinNewActions(name, stored.actions, actions, bars.closeTime[0] ?? last));
  const monthTail = tail && sliceBars(tail, firstAtOrAfter(tail.closeTime, month), tail.closeTime.length);
  const chain =
    fresh.closeTime.length === 0
      ? stored.chain
      : continuesMonth
        ? chainBars(stored.chain.sealed, joinBars(instrument, [monthTail!, fresh]))
        : chainBars(stored.chain.whole, fresh);
  const intervalMs = stored.intervalMs ?? inferInterval(Float64Array.from([last, ...fresh.closeTime.subarray(0, 1000)]));
  const period = stored.intervalMs === null ? periodFor(intervalMs) : stored.period;
  const parts = partsOf({ ...fresh, instrument }, period);
  const records = [...stored.parts, ...parts.map(({ part }) => part)];
  return {
    parts,
    rows: fresh.closeTime.length,
    entry: seriesEntry({ instrument, intervalMs, period, actions: joinedActions, parts: records }, chain),
  };
}

const firstAfter = (closeTime: Float64Array, timeMs: number): number => {
  const at = firstAtOrAfter(closeTime, timeMs);
  return closeTime[at] === timeMs ? at + 1 : at;
};

/** Compares the bars sent with the stored ones of the same stretch, from the first sent to the last that both have. */
function refuseDifferences(name: string, tail: Bars, sent: Bars): void {
  const first = sent.closeTime[0]!;
  const until = Math.min(tail.closeTime.at(-1)!, sent.closeTime.at(-1)!);
  const stored = sliceBars(tail, firstAtOrAfter(tail.closeTime, first), firstAfter(tail.closeTime, until));
  const again = sliceBars(sent, 0, firstAfter(sent.closeTime, until));
  const rows = Math.max(stored.closeTime.length, again.closeTime.length);
  for (let row = 0; row < rows; row++) {
    const column = barColumns.find((each) => !Object.is(stored[each][row], again[each][row]));
    if (column === undefined) continue;
    const time = Math.min(stored.closeTime[row] ?? Infinity, again.closeTime[row] ?? Infinity);
    const values =
      column === "closeTime" ? "one of them has no bar" : `${column} is ${stored[column][row]} in the store and ${again[column][row]} now`;
    throw conflict(name, `the bar that closed at ${new Date(time).toISOString()} differs from the stored one: ${values}`);
  }
}

/** Sizes may be inferred from the prices seen so far: the finer ones hold for all. */
function finerOf(name: string, stored: Instrument, sent: Instrument): Instrument {
  if (stored.currency !== sent.currency) {
    throw conflict(name, `${stored.symbol} is stored in ${stored.currency} and now comes in ${sent.currency}`);
  }
  return { ...stored, tickSize: Math.min(stored.tickSize, sent.tickSize), lotSize: Math.min(stored.lotSize, sent.lotSize) };
}

/** What is known of the stretch that was sent again must not have changed. */
function joinNewActions(
  name: string,
  stored: readonly CorporateAction[],
  sent: readonly CorporateAction[],
  from: number,
): readonly CorporateAction[] {
  const joined = joinActions(stored, sent);
  const changed = joined.find(
    (action, index) =>
      index > 0 && action.timeMs >= from && action.kind === joined[index - 1]!.kind && action.timeMs === joined[index - 1]!.timeMs,
  );
  if (changed) throw conflict(name, `the ${changed.kind} at ${new Date(changed.timeMs).toISOString()} differs from the stored one`);
  return joined;
}

const conflict = (name: string, what: string) =>
  new UserError("data/conflict", `${name}: ${what}`, {
    path: name,
    hint: "The source has changed its past: store it anew, under another name if a run rests on the old one.",
  });
