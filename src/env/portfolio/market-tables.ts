import { assert, UserError } from "../../base/index.ts";
import { type Bars, checkActions, type CorporateAction, toTicks } from "../../domain/index.ts";
import type { FeatureMatrix } from "../../features/index.ts";
import type { ConditionColumns } from "../../market/index.ts";

/** One asset of a portfolio: its own bars, listed from the first of them on, with the features made of them. */
export interface PortfolioAsset {
  readonly bars: Bars;
  readonly features: FeatureMatrix;
  /** Splits, dividends and the delisting, oldest first. Bars after a delisting are refused. */
  readonly actions?: readonly CorporateAction[];
  /** Fees, slippage and halts of each bar beside the costs, as scenarios give them. */
  readonly conditions?: ConditionColumns;
}

/** What happens to an asset before a row opens; `given-up` closes a holding of which no bar has come for long. */
export interface RowEvent {
  readonly asset: number;
  readonly action: CorporateAction | { readonly kind: "given-up" };
}

/**
 * Assets on one calendar, the closing times of all their bars. Nothing is filled in: where an asset has no bar its prices are 0 and
 * it is not seen. Tables are row by row, [rows × assets] but for the observed ones.
 */
export interface MarketTables {
  readonly calendar: Float64Array;
  readonly assets: number;
  /** In ticks; 0 where nothing can trade. */
  readonly openTicks: Float64Array;
  /** In ticks; 0 where there is no bar. */
  readonly closeTicks: Float64Array;
  /** 1 where an asset has a bar and features that are numbers: then it is observed and can be ordered. */
  readonly seen: Uint8Array;
  /** [rows × assets × features, then assets]: features, 0 where not seen, then `seen` as numbers. */
  readonly observed: Float32Array;
  readonly observedWidth: number;
  /** The bar of each asset, −1 where there is none. */
  readonly bar: Int32Array;
  /** By row, where there are any. */
  readonly events: readonly (readonly RowEvent[] | undefined)[];
}

/** Puts assets on one calendar. A holding without bars for `giveUpAfter` rows is given up; null: never. */
export function marketTables(assets: readonly PortfolioAsset[], giveUpAfter: number | null): MarketTables {
  assert(assets.length > 0, "a portfolio needs assets");
  refuseStrangers(assets);
  const calendar = Float64Array.from(new Set(assets.flatMap(({ bars }) => [...bars.closeTime]))).sort();
  const [count, rows, width] = [assets.length, calendar.length, assets[0]!.features.width];
  const observedWidth = count * width + count;
  const tables = {
    calendar,
    assets: count,
    openTicks: new Float64Array(rows * count),
    closeTicks: new Float64Array(rows * count),
    seen: new Uint8Array(rows * count),
    observed: new Float32Array(rows * observedWidth),
    observedWidth,
    bar: new Int32Array(rows * count).fill(-1),
    events: Array.from<RowEvent[] | undefined>({ length: rows }),
  };
  for (const [index, asset] of assets.entries()) {
    placeBars(tables, index, asset, width);
    placeEvents(tables, index, asset, giveUpAfter);
  }
  return tables;
}

type Writable = Omit<MarketTables, "events"> & { readonly events: (RowEvent[] | undefined)[] };

function placeBars(tables: Writable, index: number, { bars, features, conditions }: PortfolioAsset, width: number): void {
  const { calendar, assets, observedWidth } = tables;
  let row = 0;
  for (let bar = 0; bar < bars.close.length; bar++, row++) {
    while (calendar[row]! < bars.closeTime[bar]!) row++;
    const cell = row * assets + index;
    tables.bar[cell] = bar;
    tables.closeTicks[cell] = ticksOf(bars, "close", bar);
    tables.openTicks[cell] = conditions?.halted[bar] ? 0 : ticksOf(bars, "open", bar);
    const values = features.values.subarray(bar * width, (bar + 1) * width);
    if (!values.every(Number.isFinite)) continue;
    tables.seen[cell] = 1;
    tables.observed.set(values, row * observedWidth + index * width);
    tables.observed[row * observedWidth + assets * width + index] = 1;
  }
}

function placeEvents({ calendar, assets, bar, events }: Writable, index: number, asset: PortfolioAsset, giveUpAfter: number | null): void {
  const { bars, actions = [] } = asset;
  const note = (row: number, action: RowEvent["action"]) => (events[row] ??= []).push({ asset: index, action });
  let delistedFrom = Infinity;
  let next = 0;
  let missing = -Infinity; // Not counted before the listing.
  for (let row = 0; row < calendar.length; row++) {
    for (; next < actions.length && actions[next]!.timeMs < calendar[row]!; next++) {
      note(row, actions[next]!);
      if (actions[next]!.kind === "delisting") delistedFrom = row;
    }
    const isMissing = bar[row * assets + index]! < 0;
    if (row >= delistedFrom && !isMissing)
      throw refusal(`${bars.instrument.symbol} has a bar of ${new Date(calendar[row]!).toISOString()}, after its delisting`);
    missing = isMissing ? missing + 1 : 0;
    if (missing === giveUpAfter && row < delistedFrom) note(row, { kind: "given-up" });
  }
}

function ticksOf(bars: Bars, name: "open" | "close", row: number): number {
  const ticks = toTicks(bars.instrument, bars[name][row]!);
  if (ticks >= 1 && Number.isSafeInteger(ticks)) return ticks;
  throw refusal(`${bars.instrument.symbol}: ${name} of ${bars[name][row]} at row ${row} is no positive price`);
}

/** Refuses assets that do not go together, and bars that are not in order. */
function refuseStrangers(assets: readonly PortfolioAsset[]): void {
  const symbols = new Set<string>();
  const names = String(assets[0]!.features.names);
  for (const { bars, features, actions = [] } of assets) {
    const { symbol } = bars.instrument;
    assert(features.rows === bars.close.length, `${symbol}: ${features.rows} rows of features for ${bars.close.length} bars`);
    if (symbols.has(symbol)) throw refusal(`${symbol} is there twice`);
    if (String(features.names) !== names) throw refusal(`${symbol} has features ${features.names.join(", ")}, others have ${names}`);
    for (let row = 0; row < bars.close.length; row++) {
      const inOrder = Number.isFinite(bars.closeTime[row]) && (row === 0 || bars.closeTime[row]! > bars.closeTime[row - 1]!);
      if (!inOrder) throw refusal(`${symbol}: bar ${row} does not close after the one before it`);
    }
    checkActions(actions);
    symbols.add(symbol);
  }
}

const refusal = (message: string) =>
  new UserError("data/invalid-value", message, { path: "assets", hint: "Clean the data set, or leave the asset out." });
