import { type Bars, barsFrom, type Instrument, toMoney } from "../../../domain/index.ts";
import { Costs } from "../../../market/index.ts";
import type { Agent } from "../../../trading/index.ts";
import { backtest, type BacktestRequest, type BacktestResult } from "../../backtest.ts";
import { type Baselines, runBaselines } from "../../baselines.ts";

const instrument: Instrument = { symbol: "TST", currency: "USD", tickSize: 0.01, lotSize: 0.01 };
const dayMs = 24 * 3600 * 1000;

/** Bars that open where the one before closed, from 1 January 2024 on, one every so many ms (a day unless given). */
export function barsOfCloses(closes: readonly number[], { intervalMs = dayMs, volume = 1000 } = {}): Bars {
  return barsFrom(
    instrument,
    closes.map((close, row) => {
      const open = row === 0 ? close : closes[row - 1]!;
      const closeTime = Date.UTC(2024, 0, 1) + (row + 1) * intervalMs;
      return { closeTime, open, high: Math.max(open, close), low: Math.min(open, close), close, volume };
    }),
  );
}

/** An agent that wants one exposure after the other, `null` to keep what is held, and nothing more when they are used up. */
function scripted(exposures: readonly (number | null)[]): Agent {
  let row = 0;
  return { update: () => undefined, decide: () => exposures[row++] ?? null };
}

/** Nothing is charged. */
const free = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 });

/** Rows of bars as an agent lived through them, and its baselines; of 10,000 at the start. */
export async function judged(
  bars: Bars,
  exposures: readonly (number | null)[],
  {
    costs = free,
    from = 0,
    to = bars.close.length,
    ...timing
  }: Partial<Pick<BacktestRequest, "costs" | "from" | "to" | "tradeOn" | "finalise">> = {},
): Promise<{ readonly agent: BacktestResult; readonly baselines: Baselines }> {
  const stretch = { bars, from, to, costs, ...timing, initialCash: toMoney(bars.instrument, 10_000) };
  const agent = await backtest({ ...stretch, agent: scripted(exposures) });
  return { agent, baselines: await runBaselines({ ...stretch, agent, seed: 1, randomAgents: 4 }) };
}
