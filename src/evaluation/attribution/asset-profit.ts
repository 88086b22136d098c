import { UserError } from "../../base/index.ts";
import { checkFinite } from "../finite-values.ts";
import type { Profit } from "./profit-ledger.ts";

/** How a portfolio of several instruments went, from flat. Money is in the portfolio's units; tables are row by row, [rows × assets]. */
export interface AssetColumns {
  readonly symbols: readonly string[];
  /** Lots held after each row, signed. */
  readonly positions: ArrayLike<number>;
  /** What a lot is worth at each row's close, in money units; its last worth where it did not trade, 0 before its first price. */
  readonly marks: ArrayLike<number>;
  readonly fills: AssetFills;
  /** What holding cost in each row: borrow and funding less dividends; nothing unless given. */
  readonly carry?: ArrayLike<number>;
  /** [rows] Equity at each close. */
  readonly equity: ArrayLike<number>;
  /** Equity before the first row, when nothing was held. */
  readonly initialCash: number;
}

/** What was traded, in columns of one length and any order. */
export interface AssetFills {
  readonly row: ArrayLike<number>;
  /** Which asset, by its place among the symbols. */
  readonly asset: ArrayLike<number>;
  /** Money units paid for the lots, negative when received; without the fee. */
  readonly value: ArrayLike<number>;
  /** The same at the market's price, before spread, slippage and impact; `value` unless given. */
  readonly marketValue?: ArrayLike<number>;
  readonly fee: ArrayLike<number>;
}

/** Profit of each asset, and of none: interest on cash, or carry that was not told by asset. */
export interface AssetAttribution {
  /** In the order of the symbols; `slippage` is all that was paid beyond the market's price. */
  readonly assets: readonly ({ readonly symbol: string } & Profit)[];
  /** [rows × assets] Profit of each row. */
  readonly byRow: Float64Array;
  /** The change of equity less the profit of all assets. */
  readonly unassigned: number;
}

/**
 * Profit by asset: the change of what is held, less what was paid for it, its fees and its carry. Whole money units stay whole, so
 * that the assets and what belongs to none make up the change of equity exactly.
 */
export function profitByAsset(columns: AssetColumns): AssetAttribution {
  const { symbols, positions, marks, fills, carry, equity, initialCash } = columns;
  const { row, asset, value, marketValue = value, fee } = fills;
  checkColumns(columns);
  const [rows, count] = [equity.length, symbols.length];
  const byRow = new Float64Array(rows * count);
  const books = symbols.map(() => ({ price: 0, spread: 0, slippage: 0, impact: 0, fees: 0, carry: 0 }));
  for (let cell = 0; cell < byRow.length; cell++) {
    const before = cell < count ? 0 : positions[cell - count]! * marks[cell - count]!;
    const change = positions[cell]! * marks[cell]! - before;
    const held = carry?.[cell] ?? 0;
    byRow[cell] = change - held;
    books[cell % count]!.price += change;
    books[cell % count]!.carry += held;
  }
  for (let fill = 0; fill < row.length; fill++) {
    const book = books[asset[fill]!]!;
    byRow[row[fill]! * count + asset[fill]!]! -= value[fill]! + fee[fill]!;
    book.price -= marketValue[fill]!;
    book.slippage += value[fill]! - marketValue[fill]!;
    book.fees += fee[fill]!;
  }
  const assets = books.map((book, index) => ({
    symbol: symbols[index]!,
    ...book,
    profit: book.price - book.slippage - book.fees - book.carry,
  }));
  const assigned = assets.reduce((sum, { profit }) => sum + profit, 0);
  return { assets, byRow, unassigned: rows === 0 ? 0 : equity[rows - 1]! - initialCash - assigned };
}

function checkColumns({ symbols, positions, marks, carry, equity, fills }: AssetColumns): void {
  const [rows, count] = [equity.length, symbols.length];
  const { row, asset, value, marketValue, fee } = fills;
  const tables: Record<string, ArrayLike<number>> = { positions, marks, ...(carry && { carry }) };
  for (const [name, table] of Object.entries(tables)) requireNumbers(name, table, rows * count);
  requireNumbers("equity", equity, rows);
  const traded: Record<string, ArrayLike<number>> = { value, asset, fee, ...(marketValue && { marketValue }) };
  for (const [name, column] of Object.entries(traded)) requireNumbers(`fills.${name}`, column, row.length);
  for (let fill = 0; fill < row.length; fill++) {
    if (!isPlace(row[fill]!, rows)) throw invalid(`fills.row.${fill}`, `a fill in row ${row[fill]} of ${rows}`);
    if (!isPlace(asset[fill]!, count)) throw invalid(`fills.asset.${fill}`, `a fill of asset ${asset[fill]} of ${count}`);
  }
}

const isPlace = (index: number, length: number): boolean => Number.isInteger(index) && index >= 0 && index < length;

function requireNumbers(name: string, column: ArrayLike<number>, length: number): void {
  if (column.length !== length) throw invalid(name, `${column.length} values of ${name} where ${length} belong`);
  checkFinite(column, name);
}

const invalid = (path: string, what: string) =>
  new UserError("data/invalid-value", `profit cannot be given to assets with ${what}`, {
    path,
    hint: "Give tables of rows × assets and one number a fill, all of them finite.",
  });
