import { UserError } from "../../base/index.ts";
import { type Bars, toTicks } from "../../domain/index.ts";
import type { PortfolioLedger } from "../../env/index.ts";
import { borrowOn, type Costs, costsFor, feeOn, slippedTicks } from "../../market/index.ts";
import type { AssetColumns } from "./asset-profit.ts";

/** A portfolio as its environment tells of it, row by row. */
export interface LedgerPath {
  /** Close of the first row, at which nothing is held yet, and of each row after it; ms since the epoch. */
  readonly time: ArrayLike<number>;
  /** Where the portfolio stood at each of them. */
  readonly ledgers: readonly PortfolioLedger[];
  /** In the order of the ledgers' positions, all in the portfolio's currency. */
  readonly assets: readonly { readonly bars: Bars; readonly costs: Costs }[];
}

/**
 * Which asset traded at which price, from ledgers that tell positions by asset and money in total: a change of position is a fill at
 * the row's open with its costs, as the portfolio environment trades. What is bought, sold and paid in fees must come out as the
 * ledgers say, or it is `data/invalid-value`: splits, delistings and scenarios' costs cannot be told apart so. Dividends stay with
 * no asset.
 */
export function assetColumnsOf({ time, ledgers, assets }: LedgerPath): AssetColumns {
  if (time.length !== ledgers.length || ledgers.length === 0) throw odd("ledgers", `${ledgers.length} ledgers for ${time.length} closes`);
  const [start, ...rest] = ledgers;
  if (start!.positions.some((lots) => lots !== 0)) throw odd("ledgers.0", "something is held at the start");
  const count = assets.length;
  const table = () => new Float64Array(rest.length * count);
  const [positions, marks, carry] = [table(), table(), table()];
  const fills = { row: [] as number[], asset: [] as number[], value: [] as number[], marketValue: [] as number[], fee: [] as number[] };
  const sides = assets.map(({ bars, costs }) => ({
    bars,
    costs: costsFor(bars.instrument, costs),
    barAt: new Map(Array.from(bars.closeTime, (closeTime, bar) => [closeTime, bar])),
  }));
  for (const [row, ledger] of rest.entries()) {
    const before = ledgers[row]!;
    const sums = { bought: 0, sold: 0, fees: 0 };
    for (const [index, { bars, costs, barAt }] of sides.entries()) {
      const cell = row * count + index;
      const [held, mark] = [ledger.positions[index]!, ledger.marks[index]!];
      positions[cell] = held;
      marks[cell] = mark;
      if (held < 0) carry[cell] = borrowOn(-held * mark, time[row + 1]! - time[row]!, costs);
      const lots = held - before.positions[index]!;
      if (lots === 0) continue;
      const bar = barAt.get(time[row + 1]!);
      if (bar === undefined) throw odd(`ledgers.${row + 1}`, `a position in ${bars.instrument.symbol} changes where it has no bar`);
      const open = toTicks(bars.instrument, bars.open[bar]!);
      const worth = mark / toTicks(bars.instrument, bars.close[bar]!);
      const price = slippedTicks(lots, open, costs);
      const [value, fee] = [Math.ceil(lots * price * worth), Math.ceil(feeOn(Math.abs(lots), price, costs) * worth)];
      fills.row.push(row);
      fills.asset.push(index);
      fills.value.push(value);
      fills.marketValue.push(lots * open * worth);
      fills.fee.push(fee);
      if (value > 0) sums.bought += value;
      else sums.sold -= value;
      sums.fees += fee;
    }
    for (const name of ["bought", "sold", "fees"] as const)
      if (ledger[name] - before[name] !== sums[name])
        throw odd(`ledgers.${row + 1}`, `${name} is ${ledger[name] - before[name]} where the positions mean ${sums[name]}`);
  }
  const equity = Float64Array.from(rest, (ledger) => ledger.equity);
  return { symbols: assets.map(({ bars }) => bars.instrument.symbol), positions, marks, fills, carry, equity, initialCash: start!.equity };
}

const odd = (path: string, what: string) =>
  new UserError("data/invalid-value", `the ledgers cannot be split by asset: ${what}`, {
    path,
    hint: "Give the ledgers of one episode without splits, with the costs that it was run with; or tell the fills to `profitByAsset`.",
  });
