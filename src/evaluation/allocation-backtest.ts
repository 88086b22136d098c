import { assert, UserError } from "../base/index.ts";
import { adjustForward } from "../data/index.ts";
import type { Bars, CorporateAction } from "../domain/index.ts";
import { createPortfolioEnvironment, type PortfolioLedger, PortfolioSpecification } from "../env/index.ts";
import type { Costs } from "../market/index.ts";
import { simpleReturns } from "./metrics.ts";
import type { ReturnWindow } from "./portfolio-math/covariance.ts";

/** An asset to be held: its own bars, with splits, dividends and the delisting, oldest first. */
export interface AllocatedAsset {
  readonly bars: Bars;
  readonly actions?: readonly CorporateAction[];
  /** Its own, where they differ from the others'. */
  readonly costs?: Costs;
}

/** What to backtest: a rule for weights over assets that share a currency. */
export interface AllocationBacktestRequest {
  readonly assets: readonly AllocatedAsset[];
  /** Weights from the returns so far and from what is held, as `Allocation.start` gives it. */
  readonly weigh: (past: ReturnWindow, held: Float64Array) => Float64Array;
  /** Bars of returns that an asset must have before it is given any weight. */
  readonly needed: number;
  readonly costs: Costs;
  /** In the assets' currency. */
  readonly initialCash: number;
  /** Bars from one decision to the next; in between what is held is left alone. */
  readonly rebalanceEvery?: number;
  /** Share of equity below which a change of weight is not traded. */
  readonly minimumChange?: number;
}

/** How an allocation did, a place for each bar from the first decision on, at its close. */
export interface AllocationBacktest {
  readonly symbols: readonly string[];
  /** ms since the epoch. */
  readonly time: Float64Array;
  /** In money units; the first is initial cash. */
  readonly equity: Float64Array;
  /** Simple returns, one a bar; the first bar's is 0. */
  readonly returns: Float64Array;
  /** [bars × assets] Shares of equity held at the close. */
  readonly weights: Float64Array;
  /** Traded value of the bar as a share of the equity before it, both sides counted. */
  readonly turnover: Float64Array;
  /** Fees of the bar, in money units. */
  readonly fees: Float64Array;
  readonly initialCash: number;
}

/**
 * Backtests an allocation by the stepping of the portfolio environment: decided and sized at the closes of a bar, filled at the next
 * opens with its costs, sells first. It begins with the first bar at which an asset has enough returns; one that is not quoted at a
 * decision, or has too few, is given no weight, and weights are spread over the others. Returns are total returns of bars with
 * splits and dividends; 0 where an asset has no bar. A holding without bars for long is given up as training does: see `missing` of
 * `PortfolioSpecification`.
 */
export function backtestAllocation(request: AllocationBacktestRequest): AllocationBacktest {
  const { assets, weigh, rebalanceEvery = 1 } = request;
  const history = historyOf(assets);
  const first = firstRow(history, request.needed);
  const environment = createPortfolioEnvironment(environmentOptions(request, history.calendar[first]!));
  const changes = new Float32Array(assets.length);
  const book = new Book(environment.ledger(0), history.calendar.subarray(first));
  for (let row = first; row < history.calendar.length - 1; row++) {
    changes.fill(0);
    if ((row - first) % rebalanceEvery === 0) {
      const target = targetAt(history, { row, needed: request.needed, held: book.weights, weigh });
      for (const [asset, weight] of target.entries()) changes[asset] = Math.min(1, Math.max(-1, weight - book.weights[asset]!));
    }
    environment.step(changes);
    const hasEnded = environment.terminated[0] === 1 || environment.truncated[0] === 1;
    book.add(hasEnded ? environment.finalLedger(0)! : environment.ledger(0));
    if (environment.terminated[0] === 1) break; // Ruined: nothing is left to spread.
  }
  return book.finish(assets.map(({ bars }) => bars.instrument.symbol));
}

const environmentOptions = ({ assets, costs, initialCash, minimumChange = 0 }: AllocationBacktestRequest, fromMs: number) => ({
  ...PortfolioSpecification.parse({
    actions: { kind: "orders", maxChange: 1 },
    minimumChange: Math.max(minimumChange, 1e-9), // What is to be kept differs from itself by rounding alone.
    maxDrawdown: 1,
    window: 1,
    costs,
    initialCash,
    episode: { maxSteps: null, randomStart: false },
  }),
  assets: assets.map((asset) => ({ ...asset, features: quoted(asset.bars) })),
  pipelineHash: "quoted",
  count: 1,
  fromMs,
});

/** The environment wants features: one that says that there is a bar. */
const quoted = ({ close }: Bars) => ({
  names: ["quoted"],
  width: 1,
  rows: close.length,
  values: new Float32Array(close.length).fill(1),
  firstReady: 0,
});

/** Returns of all assets on the calendar of all their bars. */
interface History {
  readonly calendar: Float64Array;
  readonly assets: number;
  /** [rows × assets] */
  readonly returns: Float64Array;
  /** [rows × assets] 1 where there is a bar. */
  readonly quoted: Uint8Array;
  /** [assets] Row of the first bar. */
  readonly listed: Int32Array;
}

function historyOf(assets: readonly AllocatedAsset[]): History {
  const calendar = Float64Array.from(new Set(assets.flatMap(({ bars }) => [...bars.closeTime]))).sort();
  const [count, rows] = [assets.length, calendar.length];
  const rowOf = new Map(Array.from(calendar, (time, row) => [time, row]));
  const history = {
    calendar,
    assets: count,
    returns: new Float64Array(rows * count),
    quoted: new Uint8Array(rows * count),
    listed: new Int32Array(count),
  };
  for (const [asset, { bars, actions = [] }] of assets.entries()) {
    const { close, closeTime } = adjustForward(bars, actions);
    history.listed[asset] = rowOf.get(closeTime[0]!)!;
    for (let bar = 0; bar < close.length; bar++) {
      const cell = rowOf.get(closeTime[bar]!)! * count + asset;
      history.quoted[cell] = 1;
      if (bar > 0) history.returns[cell] = close[bar]! / close[bar - 1]! - 1;
    }
  }
  return history;
}

const isReady = ({ quoted: isQuoted, listed, assets }: History, row: number, asset: number, needed: number): boolean =>
  isQuoted[row * assets + asset] === 1 && row - listed[asset]! >= needed;

function firstRow(history: History, needed: number): number {
  for (let row = 0; row < history.calendar.length - 1; row++)
    for (let asset = 0; asset < history.assets; asset++) if (isReady(history, row, asset, needed)) return row;
  throw new UserError("data/too-short", `no asset has ${needed} returns and a bar after them`, {
    path: "assets",
    hint: "Use longer data or an allocation that looks back less far.",
  });
}

interface Choice {
  readonly row: number;
  readonly needed: number;
  readonly held: Float64Array;
  readonly weigh: AllocationBacktestRequest["weigh"];
}

/** Target weights of all assets, from the rows up to `row` alone. */
function targetAt(history: History, { row, needed, held, weigh }: Choice): Float64Array {
  const { assets, returns, listed } = history;
  const ready = Array.from({ length: assets }, (_, asset) => asset).filter((asset) => isReady(history, row, asset, needed));
  const target = new Float64Array(assets);
  if (ready.length === 0) return held;
  const from = Math.max(...ready.map((asset) => listed[asset]!)) + 1;
  const rows = row + 1 - from;
  const values = new Float64Array(rows * ready.length);
  for (let past = 0; past < rows; past++)
    for (const [place, asset] of ready.entries()) values[past * ready.length + place] = returns[(from + past) * assets + asset]!;
  const own = Float64Array.from(ready, (asset) => held[asset]!);
  const sum = own.reduce((total, weight) => total + weight, 0);
  const shares = own.map((weight) => (sum > 0 ? weight / sum : 1 / ready.length));
  const weights = weigh({ values, rows, assets: ready.length }, shares);
  assert(weights.length === ready.length, `${weights.length} weights for ${ready.length} assets`);
  for (const [place, asset] of ready.entries()) target[asset] = weights[place]!;
  return target;
}

/** Writes ledgers down, bar by bar. */
class Book {
  /** [assets] As they stand. */
  weights: Float64Array;
  private readonly time: Float64Array;
  private readonly equity: Float64Array;
  private readonly allWeights: Float64Array;
  private readonly turnover: Float64Array;
  private readonly fees: Float64Array;
  private last: PortfolioLedger;
  private row = 0;

  constructor(start: PortfolioLedger, time: Float64Array) {
    const rows = time.length;
    this.time = time;
    this.last = start;
    this.weights = weightsOf(start);
    this.equity = new Float64Array(rows);
    this.equity[0] = start.equity;
    this.allWeights = new Float64Array(rows * this.weights.length);
    this.turnover = new Float64Array(rows);
    this.fees = new Float64Array(rows);
  }

  add(ledger: PortfolioLedger): void {
    const row = ++this.row;
    const { bought, sold, fees, equity } = this.last;
    this.equity[row] = ledger.equity;
    this.turnover[row] = (ledger.bought + ledger.sold - bought - sold) / equity;
    this.fees[row] = ledger.fees - fees;
    this.weights = weightsOf(ledger);
    this.allWeights.set(this.weights, row * this.weights.length);
    this.last = ledger;
  }

  finish(symbols: readonly string[]): AllocationBacktest {
    const { time, equity, allWeights: weights, turnover, fees } = this;
    const initialCash = equity[0]!;
    return { symbols, time, equity, returns: simpleReturns(equity, initialCash), weights, turnover, fees, initialCash };
  }
}

const weightsOf = ({ equity, positions, marks }: PortfolioLedger): Float64Array =>
  Float64Array.from(positions, (lots, asset) => (equity > 0 ? (lots * marks[asset]!) / equity : 0));
