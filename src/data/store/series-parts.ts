import { hashOf, sha256 } from "../../base/index.ts";
import { barColumns, type Bars, type CorporateAction, sliceBars } from "../../domain/index.ts";
import { inferInterval } from "../gaps.ts";
import { chainBars, type HashChain, seriesHash } from "./content-hash.ts";
import type { Part, SeriesEntry } from "./entry.ts";
import { cutByPeriod, type Period, periodFor, periodLabel } from "./periods.ts";
import type { Columns, PartToWrite } from "./shelf.ts";

/** A part's record and what is to be written. */
export interface NewPart extends PartToWrite {
  readonly part: Part;
}

/** Cuts bars into parts, one a period. The columns are views on the same memory. */
export const partsOf = (bars: Bars, period: Period): NewPart[] =>
  cutByPeriod(period, bars.closeTime).map(({ start, from, to }) => partOf(sliceBars(bars, from, to), periodLabel(period, start)));

function partOf(bars: Bars, label: string): NewPart {
  const columns = Object.fromEntries(barColumns.map((name) => [name, bars[name]]));
  const id = `${symbolFolder(bars.instrument.symbol)}/${label}-${hashOfPart(columns)}`;
  const { closeTime } = bars;
  return { id, columns, part: { id, rows: closeTime.length, from: closeTime[0]!, to: closeTime.at(-1)! } };
}

/** The hash that stands at the end of a part's id. */
export const hashOfPart = (columns: Columns): string => hashOf(barColumns.map((name) => sha256(columns[name]!))).slice(0, 16);

/** A folder's name for a symbol: readable, and another one for each symbol also where files' names ignore case. */
const symbolFolder = (symbol: string): string =>
  `${symbol
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 32)}-${sha256(symbol).slice(0, 8)}`;

/** The entry of a series and the parts that it is made of. */
export function newSeries(
  bars: Bars,
  actions: readonly CorporateAction[],
): { readonly entry: SeriesEntry; readonly parts: readonly NewPart[] } {
  const intervalMs = inferInterval(bars.closeTime);
  const period = periodFor(intervalMs);
  const parts = partsOf(bars, period);
  const records = parts.map(({ part }) => part);
  return { parts, entry: seriesEntry({ instrument: bars.instrument, intervalMs, period, actions, parts: records }, chainBars("", bars)) };
}

/** The entry of a series from its parts and its hash. `intervalMs` may be NaN. */
export function seriesEntry(
  {
    intervalMs,
    actions,
    parts,
    ...rest
  }: Pick<SeriesEntry, "instrument" | "period"> & {
    readonly intervalMs: number;
    readonly actions: readonly CorporateAction[];
    readonly parts: readonly Part[];
  },
  chain: HashChain,
): SeriesEntry {
  return {
    ...rest,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    range: { from: parts[0]!.from, to: parts.at(-1)!.to },
    intervalMs: Number.isNaN(intervalMs) ? null : intervalMs,
    contentHash: seriesHash(rest.instrument, chain, actions),
    chain: { ...chain },
    actions: [...actions],
    parts: [...parts],
  };
}
