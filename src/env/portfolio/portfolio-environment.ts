import { assert, parse, Random } from "../../base/index.ts";
import { Portfolio } from "../../domain/index.ts";
import { ActionLog } from "../action-log.ts";
import { isBoundable, requireActions } from "../actions.ts";
import { ObservationBlock } from "../observation-block.ts";
import { type RewardKind, StepInfo } from "../reward.ts";
import { decodeActions, encodeActions, invalidState, SavedState } from "../saved-state.ts";
import { type Space, widthOf } from "../space.ts";
import type { Chosen } from "../specification.ts";
import type { VectorEnvironment } from "../vector-environment.ts";
import { portfolioMarket, type PortfolioMarket, type PortfolioOptions } from "./portfolio-market.ts";
import type { Rebalancing } from "./rebalancing.ts";

/** A portfolio as it stands, in whole money units and whole lots; arrays have a place for each asset. */
export interface PortfolioLedger {
  readonly initialCash: number;
  readonly cash: number;
  readonly equity: number;
  readonly positions: readonly number[];
  /** What a lot of each is worth at the last mark. Whole where its currency is the portfolio's. */
  readonly marks: readonly number[];
  readonly bought: number;
  readonly sold: number;
  readonly fees: number;
  readonly borrow: number;
  readonly dividends: number;
}

/** A vector environment of which one may also see the portfolios. */
export interface PortfolioEnvironment extends VectorEnvironment {
  readonly constraintCosts: Float32Array;
  /** A name for each number of an observation. */
  readonly observationNames: readonly string[];
  /** [count], closing time of the latest row that is seen, ms since the epoch. */
  readonly observedAt: Float64Array;
  /** [count], in money units, valid where an episode ended in this step. */
  readonly finalEquity: Float64Array;
  /** Where a portfolio stands; after an ended episode, at the start of the next. */
  ledger(index: number): PortfolioLedger;
  /** Where a portfolio stood at the end of its last ended episode; null before the first one. */
  finalLedger(index: number): PortfolioLedger | null;
}

/**
 * N portfolios over the same assets on one calendar. After row t has closed an action is decided and sized at its closes; it fills at
 * the opens of row t+1 with slippage and fee; borrow is charged and the portfolio marked at its closes: that is one step. An
 * observation is a window of [assets × features] and of which assets are seen, then the weights held, the share of cash and the
 * drawdown. An asset is seen where it has a bar and features that are numbers, and only then can it be ordered.
 */
export const createPortfolioEnvironment = (options: PortfolioOptions): PortfolioEnvironment => new BatchedPortfolios(options);

class BatchedPortfolios implements PortfolioEnvironment {
  readonly count: number;
  readonly observationSpace: Space;
  readonly observationNames: readonly string[];
  readonly actionSpace: Space;
  readonly observationSchema: string;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float32Array;
  /** Growth of the episode's deepest drawdown in this step, as a share of the peak: an episode's costs add up to its drawdown. */
  readonly constraintCosts: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly observedAt: Float64Array;
  readonly finalEquity: Float64Array;

  private readonly market: PortfolioMarket;
  private readonly rebalancing: Rebalancing;
  private readonly portfolios: readonly Portfolio[];
  private readonly reward: Chosen<RewardKind>;
  private readonly rewardOf: ((step: Readonly<StepInfo>) => number)[] = [];
  private readonly info = new StepInfo();
  private readonly randoms: Random[] = [];
  private readonly block: ObservationBlock;
  private readonly size: number;
  private readonly windowSize: number;
  private readonly actionSize: number;
  private readonly startRows: Int32Array;
  private readonly rows: Int32Array;
  private readonly deepest: Float64Array;
  private readonly finalLedgers: (PortfolioLedger | null)[];
  /** [count], wealth in what the benchmark counts in, and the highest of the episode. */
  private readonly wealth: Float64Array;
  private readonly peakWealth: Float64Array;
  private readonly log: ActionLog;

  constructor(options: PortfolioOptions) {
    const { count, seed = 0 } = options;
    assert(Number.isSafeInteger(count) && count > 0, `${count} environments`);
    const market = portfolioMarket(options);
    const { tables, layout, maxSteps, specification } = market;
    this.market = market;
    this.rebalancing = market.rebalancing;
    this.reward = market.reward;
    this.count = count;
    this.size = layout.size;
    this.observationNames = layout.names;
    this.observationSchema = layout.schema;
    this.observationSpace = { kind: "box", size: layout.size, low: -Infinity, high: Infinity };
    this.actionSpace = layout.actionSpace;
    this.actionSize = widthOf(layout.actionSpace);
    const { observed: values, observedWidth: width } = tables;
    this.windowSize = width * specification.window;
    this.block = new ObservationBlock({ values, width, window: specification.window, count, size: layout.size });
    this.observations = this.block.observations;
    this.rows = this.block.rows;
    this.finalObservations = new Float32Array(count * layout.size);
    this.rewards = new Float32Array(count);
    this.constraintCosts = new Float32Array(count);
    this.terminated = new Uint8Array(count);
    this.truncated = new Uint8Array(count);
    this.observedAt = new Float64Array(count);
    this.finalEquity = new Float64Array(count);
    this.startRows = new Int32Array(count);
    this.deepest = new Float64Array(count);
    this.finalLedgers = Array.from({ length: count }, () => null);
    this.wealth = new Float64Array(count);
    this.peakWealth = new Float64Array(count);
    this.portfolios = Array.from({ length: count }, () => new Portfolio(market.portfolio));
    this.log = new ActionLog(count, this.actionSize, Math.min(maxSteps, 1024));
    this.reset(seed);
  }

  /** Starts all episodes; without a seed the random numbers go on where they stand. */
  reset(seed?: number): void {
    this.clearResults();
    for (let index = 0; index < this.count; index++) {
      if (seed !== undefined) this.randoms[index] = new Random(seed, index);
      this.restart(index);
      this.observePortfolio(index, this.observations);
    }
    this.block.copyAll();
  }

  step(actions: Float32Array | Int32Array): void {
    const { actionSize, count } = this;
    requireActions(this.actionSpace, count, actions, isBoundable);
    this.log.write(actions);
    for (let index = 0; index < count; index++) this.stepOne(index, actions, index * actionSize);
    this.block.copyAll();
  }

  save(): SavedState {
    const environments = this.randoms.map((random, index) => ({
      random: random.save(),
      startRow: this.startRows[index]!,
      actions: encodeActions(this.log.read(index)),
    }));
    return { schema: "tradewind/environment@1", observationSchema: this.observationSchema, stretch: this.stretch(), environments };
  }

  restore(state: unknown): void {
    const { observationSchema, stretch, environments } = parse(SavedState, state, "environment", "checkpoint/invalid");
    const same =
      observationSchema === this.observationSchema && environments.length === this.count && String(stretch) === String(this.stretch());
    if (!same) throw invalidState("it is of another environment, number of environments or stretch of data");
    this.clearResults();
    const { actionSize, market } = this;
    const episodes = environments.map(({ random, startRow, actions: encoded }, index) => {
      const actions = decodeActions(encoded);
      const steps = actions.length / actionSize;
      const room = Math.min(market.maxSteps, market.lastRow - startRow);
      const fits = startRow >= market.firstRow && startRow <= market.lastStartRow && Number.isSafeInteger(steps) && steps < room;
      if (!fits || !actions.every(Number.isFinite)) throw invalidState(`environment ${index} stands where it cannot be`);
      this.randoms[index]!.restore(random);
      this.startAt(index, startRow);
      for (let step = 0; step < steps; step++) this.transact(index, actions, step * actionSize);
      this.observePortfolio(index, this.observations);
      return actions;
    });
    this.log.replace(episodes);
    this.block.copyAll();
  }

  ledger(index: number): PortfolioLedger {
    const { initialCash, cash, equity, position, markTicks, worth, bought, sold, feesPaid, borrowPaid, dividendsReceived } =
      this.portfolios[index]!;
    const marks = Array.from(markTicks, (ticks, asset) => (ticks === 0 ? 0 : ticks * worth[asset]!));
    const charges = { fees: feesPaid, borrow: borrowPaid, dividends: dividendsReceived };
    return { initialCash, cash, equity, positions: [...position], marks, bought, sold, ...charges };
  }

  finalLedger(index: number): PortfolioLedger | null {
    return this.finalLedgers[index]!;
  }

  private stepOne(index: number, actions: Float32Array | Int32Array, offset: number): void {
    const { lastRow, maxSteps, specification } = this.market;
    const deepest = this.deepest[index]!;
    this.rewards[index] = this.transact(index, actions, offset);
    this.constraintCosts[index] = this.deepest[index]! - deepest;
    const { equity, drawdown } = this.portfolios[index]!;
    const row = this.rows[index]!;
    const terminated = equity <= 0 || drawdown >= specification.maxDrawdown;
    const truncated = !terminated && (row === lastRow || row - this.startRows[index]! === maxSteps);
    this.terminated[index] = terminated ? 1 : 0;
    this.truncated[index] = truncated ? 1 : 0;
    if (terminated || truncated) {
      this.block.copyOne(index, this.finalObservations);
      this.observePortfolio(index, this.finalObservations);
      this.finalEquity[index] = equity;
      this.finalLedgers[index] = this.ledger(index);
      this.restart(index);
    }
    this.observePortfolio(index, this.observations);
  }

  /** Lets one row pass for one portfolio and returns the reward. */
  private transact(index: number, actions: Float32Array | Int32Array, offset: number): number {
    const { info } = this;
    const portfolio = this.portfolios[index]!;
    const row = this.rows[index]!;
    const paid = portfolio.feesPaid + portfolio.borrowPaid;
    const slippage = this.rebalancing.step(index, portfolio, row, actions, offset);
    this.rows[index] = row + 1;
    const drawdown = portfolio.drawdown;
    if (drawdown > this.deepest[index]!) this.deepest[index] = drawdown;
    const unit = this.unitAt(index, row + 1);
    info.initialEquity = portfolio.initialCash;
    info.previousEquity = this.wealth[index]!;
    info.equity = portfolio.equity * unit;
    info.charges = (portfolio.feesPaid + portfolio.borrowPaid - paid + slippage) * unit;
    if (info.equity > this.peakWealth[index]!) this.peakWealth[index] = info.equity;
    info.peakEquity = this.peakWealth[index]!;
    this.wealth[index] = info.equity;
    return this.rewardOf[index]!(info);
  }

  /** What a money unit is worth in the benchmark, which is 1 at the start of an episode. */
  private unitAt(index: number, row: number): number {
    const { benchmark } = this.market;
    return benchmark === null ? 1 : benchmark[this.startRows[index]!]! / benchmark[row]!;
  }

  private restart(index: number): void {
    const { firstRow, lastStartRow } = this.market;
    const choices = lastStartRow - firstRow + 1;
    this.startAt(index, choices === 1 ? firstRow : firstRow + this.randoms[index]!.below(choices));
  }

  private startAt(index: number, row: number): void {
    const portfolio = this.portfolios[index]!;
    this.rebalancing.begin(index, portfolio, row);
    this.startRows[index] = this.rows[index] = row;
    this.deepest[index] = 0;
    this.wealth[index] = this.peakWealth[index] = portfolio.equity;
    this.rewardOf[index] = this.reward.kind.start(this.reward.params);
    this.log.begin(index);
  }

  private observePortfolio(index: number, out: Float32Array): void {
    const portfolio = this.portfolios[index]!;
    const { assets, calendar } = this.market.tables;
    const at = index * this.size + this.windowSize;
    this.rebalancing.copyWeights(index, out, at);
    out[at + assets] = portfolio.equity > 0 ? portfolio.cash / portfolio.equity : 0;
    out[at + assets + 1] = portfolio.drawdown;
    this.observedAt[index] = calendar[this.rows[index]!]!;
  }

  private clearResults(): void {
    const { rewards, constraintCosts, terminated, truncated, finalObservations, finalEquity } = this;
    for (const column of [rewards, constraintCosts, terminated, truncated, finalObservations, finalEquity]) column.fill(0);
  }

  private stretch(): number[] {
    const { firstRow, lastRow, maxSteps, tables } = this.market;
    return [firstRow, lastRow, tables.calendar[firstRow]!, tables.calendar[lastRow]!, maxSteps];
  }
}
