import { setImmediate } from "node:timers/promises";
import { assert, UserError } from "../base/index.ts";
import { type Bars, barsPerYear, Portfolio } from "../domain/index.ts";
import {
  checkCommonCloses,
  type PlacedFill,
  type PortfolioSessionRequest,
  type PortfolioSessionResult,
  type PortfolioTrack,
  runPortfolioSession,
} from "../trading/index.ts";
import { day } from "./format.ts";
import {
  annualReturn,
  annualVolatility,
  calmar,
  maxDrawdown,
  profitFactor,
  sharpe,
  simpleReturns,
  sortino,
  totalReturn,
  winRate,
} from "./metrics.ts";
import type { Metrics } from "./report/document.ts";
import { type RoundTrip, roundTripsOf } from "./trades.ts";
import type { WeightTrack } from "./weight-walk.ts";

/** A rule over several instruments, to be backtested by events. */
export interface PortfolioBacktestRequest extends PortfolioSessionRequest {
  readonly signal?: AbortSignal;
  /** Called now and then with the time of the moment that was lived last, ms since the epoch. */
  readonly onTime?: (closeTime: number) => void;
}

/** How a rule did: the columns of `backtestWeights`, and what a session knows beside them. */
export interface PortfolioBacktest extends WeightTrack, Pick<PortfolioSessionResult, "denials" | "exits" | "findings"> {
  readonly currency: string;
  readonly barsPerYear: number;
  /** Oldest first, with the place of their instrument. */
  readonly fills: readonly PlacedFill[];
  /** Closed round trips of all instruments, oldest first, in money units of the portfolio. */
  readonly trips: readonly RoundTrip[];
  readonly metrics: Metrics;
}

/** Moments after which others get a word in. */
const patience = 2000;

/**
 * Backtests a rule over several instruments by events: see `PortfolioSession`. Errors: `data/mismatch` where they do not go together,
 * `data/too-short` with fewer than two moments, `strategy/failed`. Rejects with the signal's reason when it fires.
 */
export async function backtestPortfolio({ signal, onTime, ...request }: PortfolioBacktestRequest): Promise<PortfolioBacktest> {
  const session = runPortfolioSession(request);
  for (let count = 1; ; count++) {
    const { done, value } = session.next();
    if (done) return resultOf(request, value);
    if (count % patience !== 0) continue;
    onTime?.(value);
    await setImmediate();
    signal?.throwIfAborted();
  }
}

function resultOf({ bars, initialCash: amount }: PortfolioSessionRequest, session: PortfolioSessionResult): PortfolioBacktest {
  const { track, fills, denials, exits, findings } = session;
  const strange = findings.filter(({ code }) => code !== "DELISTING");
  assert(strange.length === 0, `the books differ from the simulated venue's: ${strange.map(({ message }) => message).join("; ")}`);
  const { time, equity, weights, fees } = track;
  if (time.length < 2) throw tooShort();
  const instruments = bars.map(({ instrument }) => instrument);
  const books = new Portfolio({ instruments, initialCash: amount });
  const { initialCash, currency } = books;
  const returns = simpleReturns(equity, initialCash);
  const turnover = track.traded.map((value, row) => (equity[row - 1]! > 0 ? value / equity[row - 1]! : 0));
  const trips = tripsOf(fills, books.worth);
  const yearly = barsPerYear({ ...bars[0]!, closeTime: time });
  return {
    symbols: instruments.map(({ symbol }) => symbol),
    ...{ time, equity, returns, weights, turnover, fees, initialCash, currency, fills, trips, denials, exits, findings },
    barsPerYear: yearly,
    metrics: {
      totalReturn: totalReturn(returns),
      annualReturn: annualReturn(returns, yearly),
      annualVolatility: annualVolatility(returns, yearly),
      sharpe: sharpe(returns, yearly),
      sortino: sortino(returns, yearly),
      calmar: calmar(returns, yearly),
      maxDrawdown: maxDrawdown(returns),
      winRate: winRate(trips),
      profitFactor: profitFactor(trips),
      turnover: (sumOf(turnover) / time.length) * yearly,
      exposure: shareInvested(track),
      trades: fills.length,
      feesPaid: books.amountOf(sumOf(fees)),
    },
  };
}

function tripsOf(fills: readonly PlacedFill[], worth: Float64Array): RoundTrip[] {
  const trips = [...worth].flatMap((value, place) =>
    roundTripsOf(fills.filter((fill) => fill.place === place)).map((trip) => ({
      ...trip,
      profit: trip.profit * value,
      fees: trip.fees * value,
    })),
  );
  return trips.toSorted((left, right) => left.closedAt - right.closedAt);
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** Share of moments that close with any position. */
function shareInvested({ time, weights }: PortfolioTrack): number {
  const width = weights.length / time.length;
  let invested = 0;
  for (let row = 0; row < time.length; row++)
    if (weights.subarray(row * width, (row + 1) * width).some((weight) => weight !== 0)) invested++;
  return invested / time.length;
}

/**
 * Simple returns of a benchmark that is bought and held, at the times of a portfolio, the first of which has none: 0 where it has no bar.
 * One that begins after them or ends before them is `data/mismatch`, with what the two have in common, and so is one that closes at less
 * than half of them.
 */
export function benchmarkReturns(bars: Bars, time: Float64Array): Float64Array {
  const { instrument, closeTime, close } = bars;
  const { symbol } = instrument;
  if (time.length < 2) throw tooShort();
  const [from, to] = [time[0]!, time.at(-1)!];
  if (!(closeTime[0]! <= from && closeTime.at(-1)! >= to)) {
    const [first, last] = [Math.max(from, closeTime[0]!), Math.min(to, closeTime.at(-1)!)];
    throw new UserError(
      "data/mismatch",
      `the benchmark ${symbol} has bars from ${day(closeTime[0]!)} to ${day(closeTime.at(-1)!)}, the backtest goes from ${day(from)} to ${day(to)}`,
      {
        path: "benchmark",
        hint:
          first < last
            ? `Both have ${day(first)} to ${day(last)}: backtest these days.`
            : "They have no day in common: choose another benchmark.",
      },
    );
  }
  checkCommonCloses(bars, time);
  let row = 0;
  const level = time.map((moment) => {
    while (closeTime[row + 1]! <= moment) row++;
    return close[row]!;
  });
  return simpleReturns(level, level[0]!);
}

const tooShort = (): UserError =>
  new UserError("data/too-short", "fewer than two closes are in the stretch", {
    path: "from",
    hint: "Choose a longer stretch, or longer data.",
  });
