import { z } from "zod";
import { Random } from "../../../base/index.ts";
import type { BacktestResult } from "../../backtest.ts";
import { randomEntryTest } from "../../significance/index.ts";

/** How the times at which the agent was in the market compare with the same trading at random times. */
export const Timing = z.strictObject({
  mean: z
    .number()
    .describe(
      "mean return a bar of the exposures as they were taken, from one open (or close) at which orders trade to the next, before costs",
    ),
  expected: z.number().describe("its average over random times"),
  pValue: z.number().describe("one-sided: how often random timing did as well"),
  permutations: z.int(),
});

export type Timing = z.infer<typeof Timing>;

/** As many as a second or two allow. */
const permutationsOf = (bars: number): number => Math.min(2000, Math.max(99, Math.round(1e8 / bars)));

/** The test by random entry of what an agent held; not defined for a single bar. */
export function timingSection({ track, tradeOn }: Pick<BacktestResult, "track" | "tradeOn">, seed: number): Timing | null {
  const { close, exposure } = track;
  const traded = tradeOn === "close" ? close : track.open;
  const bars = exposure.length;
  if (bars < 2) return null;
  // What stands at a close was traded at that bar's open, or at the close itself, and earns until the next one.
  const market = Float64Array.from(traded, (price, row) => (row + 1 < bars ? traded[row + 1]! : close[row]!) / price - 1);
  return randomEntryTest(exposure, market, { random: new Random(seed, 11), permutations: permutationsOf(bars) });
}
