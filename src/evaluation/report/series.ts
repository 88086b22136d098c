import { fromMoney } from "../../domain/index.ts";
import type { BacktestResult } from "../backtest.ts";
import { keptIndices } from "../charts/thinning.ts";
import { drawdowns } from "../metrics.ts";
import { tradesOf } from "../trades.ts";
import type { Report } from "./document.ts";

/** Bars that a report shows at most; their extremes stay. */
const mostPoints = 3000;

const how =
  "of each of many equal groups of bars those at which the equity of the agent or of buy-and-hold or the price was lowest or highest; and the first and the last bar";

/** Strategies over the same bars by name: the agent, then buy-and-hold, then others. */
export type NamedResults = readonly (readonly [name: string, result: BacktestResult])[];

/** The lines of a report's charts, bar by bar, or at fewer bars where there are too many to show. */
export function seriesOf(strategies: NamedResults): Report["series"] {
  const { track } = strategies[0]![1];
  const bars = track.time.length;
  const leading = [...strategies.slice(0, 2).map(([, result]) => result.track.equity), track.close];
  const rows = shownRows(bars > mostPoints ? leading.map((column) => [...column]) : [], bars);
  const column = (values: ArrayLike<number>) => rows.map((row) => values[row]!);
  const each = (values: (result: BacktestResult) => number[]) =>
    Object.fromEntries(strategies.map(([name, result]) => [name, values(result)]));
  return {
    ...(rows.length < bars && { thinned: { bars, points: rows.length, how } }),
    time: column(track.time),
    open: column(track.open),
    high: column(track.high),
    low: column(track.low),
    close: column(track.close),
    exposure: column(track.exposure),
    equity: each((result) => column(result.track.equity).map((equity) => fromMoney(result.instrument, equity))),
    drawdown: each((result) => column(drawdowns(result.track.equity, result.initialCash))),
  };
}

/** Lines have many of their extremes in common: groups are as small as leaves no more rows than may be. */
function shownRows(columns: readonly (readonly number[])[], bars: number): number[] {
  for (let most = 3 * mostPoints; ; most -= mostPoints / 2) {
    const rows = keptIndices(bars, columns, most);
    if (rows.length <= mostPoints || most <= mostPoints) return rows;
  }
}

/** Trades that a report shows at most: half of them from the start, half from the end. */
const mostTrades = 1500;

/** The trades of a report, and how many are left out where there are too many. */
export function shownTrades({ fills, instrument }: BacktestResult): Pick<Report, "trades" | "tradesLeftOut"> {
  const trades = tradesOf(fills, instrument);
  const leftOut = trades.length - mostTrades;
  if (leftOut <= 0) return { trades };
  return { trades: [...trades.slice(0, mostTrades / 2), ...trades.slice(-mostTrades / 2)], tradesLeftOut: leftOut };
}
