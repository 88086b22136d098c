import { z } from "zod";
import type { BacktestResult } from "../../backtest.ts";
import annualVolatility from "../../metrics/annual-volatility.ts";
import beta from "../../metrics/beta.ts";
import sharpe from "../../metrics/sharpe.ts";
import { rollingFigures } from "../../rolling-figures.ts";
import { figure } from "../shapes.ts";

const column = z.array(figure);

/** Figures over a window that moves along the test stretch, each told at the close of the window's last bar. */
export const Rolling = z.strictObject({
  window: z.int().describe("bars of the window: half a year where the stretch is at least twice as long, else a quarter of the stretch"),
  everyBars: z.int().describe("bars between two points: there are at most 1,500, fewer where windows are very long"),
  time: z.array(z.number()).describe("close of the last bar of each window, ms since the epoch, UTC"),
  sharpe: z.strictObject({ agent: column, buyAndHold: column }).describe("annualised"),
  volatility: z.strictObject({ agent: column, buyAndHold: column }).describe("annualised, ddof 1"),
  beta: column.describe("of the agent to buy-and-hold"),
});

export type Rolling = z.infer<typeof Rolling>;

const mostPoints = 1500;

/** Bars that are gone through at most, all windows together: a second or two. */
const mostBars = 4e7;

/** Rolling figures of an agent beside buy-and-hold over the same bars. */
export function rollingSection({ track, returns, barsPerYear }: BacktestResult, { returns: held }: BacktestResult): Rolling {
  const bars = returns.length;
  const window = windowFor(bars, barsPerYear);
  const points = Math.min(mostPoints, Math.ceil(mostBars / window));
  const every = Math.max(1, Math.ceil((bars - window + 1) / points));
  const kinds = { sharpe, volatility: annualVolatility };
  const own = rollingFigures({ ...kinds, beta }, { returns, barsPerYear, benchmark: held }, { bars: window, every });
  const other = rollingFigures(kinds, { returns: held, barsPerYear }, { bars: window, every });
  return {
    window,
    everyBars: every,
    time: own.rows.map((row) => track.time[row]!),
    sharpe: { agent: [...own.columns.sharpe], buyAndHold: [...other.columns.sharpe] },
    volatility: { agent: [...own.columns.volatility], buyAndHold: [...other.columns.volatility] },
    beta: [...own.columns.beta],
  };
}

function windowFor(bars: number, barsPerYear: number): number {
  const half = Math.round(barsPerYear / 2);
  return 2 * half <= bars && half >= 2 ? half : Math.max(2, Math.floor(bars / 4));
}
