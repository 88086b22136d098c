import { hashOf, sha256 } from "../../base/index.ts";
import { barColumns, type Bars, type CorporateAction, type Instrument } from "../../domain/index.ts";
import { cutByPeriod } from "./periods.ts";

/**
 * The hash of bars so far, in a form that later bars continue. Bars are hashed by calendar months (UTC) of their close, each month
 * over the hash of the months before it, so the result depends on the bars alone and not on how they are stored.
 */
export interface HashChain {
  /** Hash over all months; empty where there are no bars. */
  readonly whole: string;
  /** Hash over all months but the last, which later bars may still fall into. */
  readonly sealed: string;
}

/** Goes on from a hash over the months before these bars. */
export function chainBars(before: string, bars: Bars): HashChain {
  let [whole, sealed] = [before, before];
  for (const { start, from, to } of cutByPeriod("month", bars.closeTime)) {
    sealed = whole;
    whole = hashOf({ before: whole, month: start, columns: barColumns.map((name) => sha256(bars[name].subarray(from, to))) });
  }
  return { whole, sealed };
}

/** The hash of one instrument's bars and corporate actions from their chain. */
export const seriesHash = (instrument: Instrument, { whole }: HashChain, actions: readonly CorporateAction[]): string =>
  hashOf({ instrument, bars: whole, ...(actions.length > 0 && { actions }) });

/** The hash of a data set from the hashes of its series, in the order of their symbols; of one series alone it is that series'. */
export const hashOfSeries = (hashes: readonly string[]): string => (hashes.length === 1 ? hashes[0]! : hashOf({ series: hashes }));

/** SHA-256 of bars (and corporate actions, where there are any): equal ones have equal hashes wherever they came from. */
export const contentHash = (bars: Bars, actions: readonly CorporateAction[] = []): string =>
  seriesHash(bars.instrument, chainBars("", bars), actions);
