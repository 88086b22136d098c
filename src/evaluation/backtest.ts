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
  type TimeMs,
} from "../domain/index.ts";
import { type BarConditions, type ConditionColumns, conditionsAt, type Costs, type MarketSeries, seenBars } from "../market/index.ts";
import { riskEngine, type RiskSpec } from "../risk/index.ts";
import {
  type Agent,
  barsFeed,
  type DeniedOrder,
  type KnownStretch,
  noJournal,
  runSessionAtOnce,
  type SessionPoint,
  SessionTrack,
  simulatedVenue,
  type TrackedOrder,
} from "../trading/index.ts";
import { type AuctionedBars, auctioned, beforeAuctions, type TradeOn } from "./closing-auction.ts";
import { measure, simpleReturns } from "./metrics.ts";
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
  /**
   * "open" unless given. On "close" an order is decided just before the close, and trades at it: optimistic, for the price it is decided
   * on is the price it gets, slippage aside.
   */
  readonly tradeOn?: TradeOn;
  /** Whether a position that is left is sold, or bought back, at the last close, under costs, so that it counts as a round trip. */
  readonly finalise?: boolean;
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
  /** Every order that was sent, made when first asked for. */
  readonly orders: readonly TrackedOrder[];
  readonly denials: readonly DeniedOrder[];
  readonly account: Account;
  /** When orders traded: on "close" all figures are optimistic. */
  readonly tradeOn: TradeOn;
  readonly finalised: boolean;
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
  tradeOn = "open",
  finalise = false,
  signal,
}: BacktestRequest): Promise<BacktestResult> {
  assert(0 <= from && from < to && to <= bars.close.length, `rows [${from}, ${to}) of ${bars.close.length}`);
  const { instrument } = bars;
  const series = conditions && { bars, conditions };
  const stretch = sliceBars(bars, from, to);
  const split = tradeOn === "close" || finalise ? auctioned(stretch, (row) => tradeOn === "close" || row === to - from - 1) : undefined;
  const lived = split?.bars ?? stretch;
  const agent = agentFor(asked, { bars, seen: series ? seenBars(series) : bars, from, to, costs, initialCash }, split !== undefined);
  const venue = simulatedVenue({
    feed: barsFeed(lived),
    instrument,
    costs,
    initialCash,
    ...(series && { conditionsAt: conditionsOf(series, from, lived, split) }),
  });
  const session = runSessionAtOnce({
    ...venue,
    agent: split ? beforeAuctions(agent, split, finalise) : agent,
    risk: riskEngine(risk),
    journal: noJournal,
    instrument,
    initialCash,
    id: "backtest",
    knownBars: lived,
    ...(signal && { signal }),
  });
  signal?.throwIfAborted();
  assert(
    session.findings.length === 0,
    `the books differ from the simulated venue's: ${session.findings.map(({ message }) => message).join("; ")}`,
  );
  assert(
    session.track.time.length === lived.close.length,
    `${session.track.time.length} of ${lived.close.length} bars were lived, ended by ${session.endedBy}`,
  );
  const { denials, account } = session;
  const fills = split ? inBars(session.fills, stretch, split) : session.fills;
  const track = split ? atCloses(session.track, stretch, split) : session.track;
  const returns = simpleReturns(track.equity, initialCash);
  const performance = { instrument, initialCash, track, fills, barsPerYear: barsPerYear(bars), returns };
  return {
    ...performance,
    tradeOn,
    finalised: finalise,
    get points() {
      return track.points;
    },
    get orders() {
      return session.orders;
    },
    denials,
    account,
    metrics: measure(performance),
  };
}

/** An agent that has been shown what came before the stretch, and is ready for it. */
function agentFor(asked: Agent, stretch: KnownStretch, isSplit: boolean): Agent {
  if (asked.over && !isSplit) return asked.over(stretch);
  const { bars, seen, from } = stretch;
  const agent = seen === bars ? asked : behindFeed(asked, seen);
  const bar = emptyBar();
  for (let row = 0; row < from; row++) agent.update(readBar(bars, row, bar));
  return agent;
}

/** An agent that is shown what a feed shows, bar for bar, whatever trades. */
function behindFeed(agent: Agent, seen: Bars): Agent {
  let row = 0;
  const bar = emptyBar();
  return {
    update: () => agent.update(readBar(seen, row++, bar)),
    decide: (account, orders) => agent.decide(account, orders),
    ...(agent.recall && { recall: (account) => agent.recall!(account) }),
  };
}

/** Fills at the closes of the bars in which they happened, as those of bars without an auction are told. */
function inBars(fills: readonly Fill[], { closeTime }: Bars, { bars, sourceRow }: AuctionedBars): Fill[] {
  const closeOf = new Map(Array.from(bars.closeTime, (time, at) => [time, closeTime[sourceRow[at]!]! as TimeMs]));
  return fills.map((fill) => ({ ...fill, filledAt: closeOf.get(fill.filledAt)! }));
}

/** Where the account stood at the closes, auctions included. */
const atCloses = ({ equity, position }: SessionTrack, bars: Bars, { atClose }: AuctionedBars): SessionTrack =>
  new SessionTrack(
    bars,
    Float64Array.from(atClose, (at) => equity[at]!),
    Float64Array.from(atClose, (at) => position[at]!),
  );

function conditionsOf(
  series: MarketSeries,
  from: number,
  { closeTime }: Bars,
  split?: AuctionedBars,
): (closeTime: number) => BarConditions {
  const rowOf = new Map(Array.from(closeTime, (time, at) => [time, from + (split?.sourceRow[at] ?? at)]));
  return (closeTime) => conditionsAt(series, rowOf.get(closeTime)!);
}
