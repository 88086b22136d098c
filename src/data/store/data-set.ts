import { assert, UserError } from "../../base/index.ts";
import { barColumns, type Bars, checkActions, type CorporateAction, type Instrument } from "../../domain/index.ts";
import type { ImportReport } from "../import-report.ts";
import type { Lineage } from "../lineage.ts";
import type { CatalogEntry, Parent } from "./entry.ts";

/** Bars of one instrument with what happened to the instrument itself. */
export interface Series {
  readonly bars: Bars;
  readonly actions?: readonly CorporateAction[] | undefined;
}

/** Where a data set comes from and what is known about it. */
export interface Provenance {
  readonly lineage: Lineage;
  /** Left out where bars were not read from a file. */
  readonly report?: ImportReport | undefined;
  readonly synthetic?: boolean | undefined;
  /** Where it comes from, in words for a list; made of the lineage where left out. */
  readonly origin?: string | undefined;
  /** Name of the exchange calendar that its sessions follow. */
  readonly calendar?: string | undefined;
  /** The data sets that it was made from. */
  readonly parents?: readonly Parent[] | undefined;
}

/** Bars to be stored: of one instrument, or of several. */
export type DataSet = Provenance & (Series | { readonly series: readonly Series[] });

/** Bars of a stored instrument. */
export interface LoadedSeries {
  readonly bars: Bars;
  readonly actions: readonly CorporateAction[];
}

/** A data set as it was stored. */
export interface Loaded {
  readonly entry: CatalogEntry;
  /** In the order of their symbols. */
  readonly series: readonly LoadedSeries[];
  /** The bars of its only instrument; of several it is a user's mistake not to say which. */
  readonly bars: Bars;
  /** The corporate actions of its only instrument. */
  readonly actions: readonly CorporateAction[];
}

/** What was loaded, with its only instrument at hand. */
export function loadedFrom(entry: CatalogEntry, series: readonly LoadedSeries[]): Loaded {
  const only = (): LoadedSeries => {
    if (series.length === 1) return series[0]!;
    const symbols = series.map(({ bars }) => bars.instrument.symbol);
    throw new UserError("usage/invalid-option", `the data set "${entry.name}" holds ${series.length} instruments`, {
      path: "data",
      hint: `Name one, such as ${entry.name}:${symbols[0]}. There are ${listed(symbols)}.`,
    });
  };
  return {
    entry,
    series,
    get bars() {
      return only().bars;
    },
    get actions() {
      return only().actions;
    },
  };
}

/** Some names of many, for a message. */
export const listed = (names: readonly string[]): string =>
  names.length > 20 ? `${names.slice(0, 20).join(", ")} and ${names.length - 20} more` : names.join(", ");

/** The series of a data set in the order of their symbols; what a caller must never hand over stops the program. `fewestBars` is of each. */
export function seriesOf(name: string, dataSet: DataSet, fewestBars: 0 | 1 = 1): LoadedSeries[] {
  const given: readonly Series[] = "series" in dataSet ? dataSet.series : [dataSet];
  const series = given
    .map(({ bars, actions = [] }) => ({ bars, actions: checkActions(actions) }))
    .toSorted((left, right) => (left.bars.instrument.symbol < right.bars.instrument.symbol ? -1 : 1));
  assert(series.length > 0, `data set "${name}" has no series`);
  series.forEach(({ bars: { closeTime, instrument } }, index) => {
    assert(closeTime.length >= fewestBars, `data set "${name}" has no bars of ${instrument.symbol}`);
    assert(
      index === 0 || series[index - 1]!.bars.instrument.symbol !== instrument.symbol,
      `data set "${name}" has ${instrument.symbol} twice`,
    );
    for (let row = 0; row < closeTime.length; row++) {
      assert(row === 0 ? Number.isFinite(closeTime[0]) : closeTime[row]! > closeTime[row - 1]!, `bars of "${name}" are not in time order`);
    }
  });
  return series;
}

/** Bars in one piece from several that follow one another. */
export function joinBars(instrument: Instrument, pieces: readonly Omit<Bars, "instrument">[]): Bars {
  const rows = pieces.reduce((sum, { closeTime }) => sum + closeTime.length, 0);
  const columns = Object.fromEntries(
    barColumns.map((name) => {
      const column = new Float64Array(rows);
      let at = 0;
      for (const piece of pieces) {
        column.set(piece[name], at);
        at += piece[name].length;
      }
      return [name, column];
    }),
  ) as unknown as Omit<Bars, "instrument">;
  return { instrument, ...columns };
}
