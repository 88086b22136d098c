import { assert } from "../base/index.ts";
import {
  type Account,
  type Bars,
  barsPerYear,
  emptyBar,
  type Fill,
  type Instrument,
  type Money,
  readBar,
  sliceBars,
} from "../domain/index.ts";
import { type BarConditions, type ConditionColumns, conditionsAt, type Costs, type MarketSeries, seenBars } from "../market/index.ts";
import { riskEngine, type RiskSpec } from "../risk/index.ts";
import {
  type Agent,
  barsFeed,
  type DeniedOrder,
  noJournal,
  runSessionAtOnce,
  type SessionPoint,
  type SessionTrack,
  simulatedVenue,
} from "../trading/index.ts";
import { measure, returnsOf } from "./metrics.ts";
import type { Metrics } from "./report/document.ts";

/** What to replay: rows [from, to) of `bars` are traded; all rows before `from` are only shown, so that features are ready. */
export interface BacktestRequest {
  readonly agent: Agent;
  readonly bars: Bars;
  /** Fees, slippage and halts of each bar beside the costs, and where the agent is shown a stale price; ordinary unless given. */
  readonly conditions?: ConditionColumns;
  readonly from: number;
  readonly to: number;
  readonly costs: Costs;
  readonly initialCash: Money;
  readonly risk?: RiskSpec;
  readonly signal?: AbortSignal;
}

/** How an agent did over a stretch: one point a bar, at its close. The first decision is taken on the first bar and fills on the second. */
export interface BacktestResult {
  readonly instrument: Instrument;
  readonly barsPerYear: number;
  readonly initialCash: Money;
  /** In columns; `points` is the same as objects, made when first asked for. */
  readonly track: SessionTrack;
  readonly points: readonly SessionPoint[];
  readonly fills: readonly Fill[];
  readonly denials: readonly DeniedOrder[];
  readonly account: Account;
  /** Simple returns, one a bar. */
  readonly returns: Float64Array;
  readonly metrics: Metrics;
}

/** Replays bars through the session loop with the simulated venue. Rejects with the signal's reason when it fires. */
export async function backtest({
  agent: asked,
  bars,
  conditions,
  from,
  to,
  costs,
  initialCash,
  risk = [],
  signal,
}: BacktestRequest): Promise<BacktestResult> {
  assert(0 <= from && from < to && to <= bars.close.length, `rows [${from}, ${to}) of ${bars.close.length}`);
  const { instrument } = bars;
  const series = conditions && { bars, conditions };
  const agent = series ? behindFeed(asked, seenBars(series)) : asked;
  const bar = emptyBar();
  for (let row = 0; row < from; row++) agent.update(readBar(bars, row, bar));
  const venue = simulatedVenue({
    feed: barsFeed(bars, from, to),
    instrument,
    costs,
    initialCash,
    ...(series && { conditionsAt: conditionsOf(series) }),
  });
  const session = runSessionAtOnce({
    ...venue,
    agent,
    risk: riskEngine(risk),
    journal: noJournal,
    instrument,
    initialCash,
    id: "backtest",
    knownBars: sliceBars(bars, from, to),
    ...(signal && { signal }),
  });
  signal?.throwIfAborted();
  assert(
    session.findings.length === 0,
    `the books differ from the simulated venue's: ${session.findings.map(({ message }) => message).join("; ")}`,
  );
  assert(
    session.track.time.length === to - from,
    `${session.track.time.length} of ${to - from} bars were lived, ended by ${session.endedBy}`,
  );
  const { track, fills, denials, account } = session;
  const stretch = { instrument, initialCash, track, fills, barsPerYear: barsPerYear(bars) };
  return {
    ...stretch,
    get points() {
      return track.points;
    },
    denials,
    account,
    returns: returnsOf(stretch),
    metrics: measure(stretch),
  };
}

/** An agent that is shown what a feed shows, bar for bar, whatever trades. */
function behindFeed(agent: Agent, seen: Bars): Agent {
  let row = 0;
  return {
    update: () => agent.update(readBar(seen, row++, emptyBar())),
    decide: (account, orders) => agent.decide(account, orders),
    ...(agent.recall && { recall: (account) => agent.recall!(account) }),
  };
}

function conditionsOf(series: MarketSeries): (closeTime: number) => BarConditions {
  const rowOf = new Map(Array.from(series.bars.closeTime, (time, row) => [time, row]));
  return (closeTime) => conditionsAt(series, rowOf.get(closeTime)!);
}
