import { z } from "zod";
import type { BacktestResult } from "../../backtest.ts";
import { compoundedOver, periodsOf } from "../periods.ts";

/** Returns of the test stretch in a form short enough to keep: what comparisons, risk and regressions are made of. */
export const History = z.strictObject({
  period: z.enum(["bar", "day"]).describe("one return a bar, or, of more bars than 3,000, compounded to one a day of UTC"),
  periodsPerYear: z.number().describe("periods of an average year of these data"),
  time: z.array(z.number()).describe("close of each period, ms since the epoch, UTC"),
  agent: z.array(z.number()).describe("simple returns, 0.01 is 1 %"),
  buyAndHold: z.array(z.number()).describe("simple returns over the same periods"),
});

export type History = z.infer<typeof History>;

/** The history of two strategies over the same bars. */
export function historyOf(agent: BacktestResult, buyAndHold: BacktestResult): History {
  const { time } = agent.track;
  const periods = periodsOf(time);
  return {
    period: periods.period,
    periodsPerYear: (agent.barsPerYear * periods.lastRows.length) / time.length,
    time: Array.from(periods.lastRows, (row) => time[row]!),
    agent: [...compoundedOver(periods, agent.returns)],
    buyAndHold: [...compoundedOver(periods, buyAndHold.returns)],
  };
}
