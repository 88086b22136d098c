import { z } from "zod";
import { fromMoney } from "../../../domain/index.ts";
import type { BacktestResult } from "../../backtest.ts";
import { quantileOf } from "../../statistics/index.ts";
import { spreadRows } from "../periods.ts";

const equity = z.array(z.number()).describe("equity in quote currency, one a time");
const band = z.strictObject({ count: z.int(), low: equity, median: equity, high: equity });

/** Where equity went with other seeds and by chance, at some of the bars of the test stretch: bands around the agent's line. */
export const Bands = z.strictObject({
  time: z.array(z.number()).describe("closes, at most 500, evenly spread, ms since the epoch, UTC"),
  seeds: band
    .exactOptional()
    .describe("of all trained seeds the lowest, the median and the highest at each time; absent with fewer than two"),
  random: band
    .exactOptional()
    .describe("of random agents of the agent's turnover the 5 %, 50 % and 95 % quantile at each time; absent with fewer than two"),
});

export type Bands = z.infer<typeof Bands>;

/** Equity at the rows of a band, in quote currency. */
export type EquityPath = readonly number[];

const mostTimes = 500;

/** The equity of a backtest at the rows that bands show. */
export function equityPath({ track, instrument }: Pick<BacktestResult, "track" | "instrument">): EquityPath {
  return spreadRows(track.time.length, mostTimes).map((row) => fromMoney(instrument, track.equity[row]!));
}

/** Bands of paths, all over the bars of one track. */
export function bandsSection({ time }: BacktestResult["track"], seeds: readonly EquityPath[], random: readonly EquityPath[]): Bands {
  return {
    time: spreadRows(time.length, mostTimes).map((row) => time[row]!),
    ...(seeds.length > 1 && { seeds: bandOf(seeds, [0, 0.5, 1]) }),
    ...(random.length > 1 && { random: bandOf(random, [0.05, 0.5, 0.95]) }),
  };
}

function bandOf(paths: readonly EquityPath[], shares: readonly [number, number, number]): z.infer<typeof band> {
  const at = (share: number) =>
    paths[0]!.map((_, place) =>
      quantileOf(
        paths.map((path) => path[place]!),
        share,
      )!,
    );
  return { count: paths.length, low: at(shares[0]), median: at(shares[1]), high: at(shares[2]) };
}
