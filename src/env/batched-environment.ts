import { assert, parse, Random } from "../base/index.ts";
import { Account, accountSlot, accountWidth, type Bars, lotsToReach, toMoney } from "../domain/index.ts";
import type { FeatureMatrix } from "../features/index.ts";
import { closeBarAt, type ConditionColumns, costsFor, costsUnder, type InstrumentCosts, settle, slippedTicks } from "../market/index.ts";
import { AccountSight } from "./account-sight.ts";
import { ActionLog } from "./action-log.ts";
import { isBoundable, requireActions } from "./actions.ts";
import { directStep, type DirectLanes, type DirectRules } from "./direct-step.ts";
import type { EnvironmentKind } from "./environment.ts";
import { ObservationBlock } from "./observation-block.ts";
import { type RewardKind, StepInfo } from "./reward.ts";
import { decodeActions, encodeActions, invalidState, SavedState } from "./saved-state.ts";
import { type Space, widthOf } from "./space.ts";
import { type Chosen, chooseEnvironment, chooseReward, type EnvironmentSpecification, layoutOf } from "./specification.ts";
import { tickRows, tickSlot, tickWidth } from "./tick-columns.ts";
import { usableRows } from "./usable-rows.ts";
import type { VectorEnvironment } from "./vector-environment.ts";

const { cash, position, markTicks, peakEquity } = accountSlot;
const { open, close, closeTime, sinceLastClose } = tickSlot;

/** A specification with its data: environments see rows [from, to) of the bars and of the features made of them. */
export interface EnvironmentOptions extends EnvironmentSpecification {
  /** The environments to choose from; the built-in ones unless given. */
  readonly available?: Readonly<Record<string, EnvironmentKind>>;
  /** The rewards to choose from, likewise. */
  readonly availableRewards?: Readonly<Record<string, RewardKind>>;
  readonly bars: Bars;
  readonly features: FeatureMatrix;
  /** Fees, slippage and halts of each bar beside the costs, as scenarios give them. Features are of what the feed shows. */
  readonly conditions?: ConditionColumns;
  /** The hash of the pipeline that made the features. */
  readonly pipelineHash: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** For the reset at the start; 0 unless given. */
  readonly seed?: number;
}

/** A vector environment of which one may also see the accounts. */
export interface TradingEnvironment extends VectorEnvironment {
  /** A name for each number of an observation. */
  readonly observationNames: readonly string[];
  /** [count], where the accounts stand; an episode that ended has already been followed by a fresh account. */
  readonly accounts: readonly Account[];
  /** [count], closing time of the latest bar that is seen, ms since the epoch. */
  readonly observedAt: Float64Array;
  /** [count], in money units, valid where an episode ended in this step. */
  readonly finalEquity: Float64Array;
}

/**
 * N environments over the same bars. After bar t has closed an action is decided and sized at its close; it fills at the open
 * of bar t+1 with slippage and fee; borrow of bar t+1 is charged and the account marked at its close: that is one step.
 */
export const createVectorEnvironment = (options: EnvironmentOptions): TradingEnvironment => new BatchedEnvironment(options, true);

/** The one implementation. Without `autoReset` the caller resets an ended environment before it steps again. */
export class BatchedEnvironment implements TradingEnvironment, DirectLanes {
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
  readonly accounts: readonly Account[];
  readonly observedAt: Float64Array;
  readonly finalEquity: Float64Array;

  private readonly kind: EnvironmentKind;
  private readonly params: Chosen<EnvironmentKind>["params"];
  private readonly reward: Chosen<RewardKind>;
  readonly costs: InstrumentCosts;
  /** The costs of each row, null where nothing trades; null altogether when there are no conditions. */
  private readonly costsOfRow: readonly (InstrumentCosts | null)[] | null;
  /** The bars, as `tickSlot` says. */
  readonly ticks: Float64Array;
  private readonly autoReset: boolean;
  readonly size: number;
  /** Numbers in the window, which the observation begins with. */
  readonly windowSize: number;
  private readonly firstRow: number;
  readonly lastRow: number;
  private readonly lastStartRow: number;
  readonly maxSteps: number;
  private readonly block: ObservationBlock;
  /** Each account's numbers, one row after the other. */
  readonly ledgers: Float64Array;
  private readonly sight: AccountSight;
  private readonly info = new StepInfo();
  private readonly randoms: Random[] = [];
  private readonly rewardOf: ((step: Readonly<StepInfo>) => number)[] = [];
  readonly startRows: Int32Array;
  readonly rows: Int32Array;
  /** [count] at the last close, as is the drawdown. */
  readonly equity: Float64Array;
  readonly equityBefore: Float64Array;
  readonly equityAfter: Float64Array;
  readonly drawdown: Float64Array;
  /** [count], deepest drawdown of each episode so far. */
  readonly deepest: Float64Array;
  /** [count], fees, borrow and slippage of the step. */
  private readonly charges: Float64Array;
  private readonly actions: ActionLog;
  private readonly rules: DirectRules | undefined;

  constructor(options: EnvironmentOptions, autoReset: boolean) {
    const { bars, features, from, to, count, window, initialCash, costs, pipelineHash, seed = 0 } = options;
    assert(features.rows === bars.close.length, `${features.rows} rows of features for ${bars.close.length} bars`);
    assert(from >= 0 && from <= to && to <= features.rows, `rows [${from}, ${to}) of ${features.rows}`);
    const environment = chooseEnvironment(options);
    this.kind = environment.kind;
    this.params = environment.params;
    this.reward = chooseReward(options);
    this.autoReset = autoReset;
    const { firstRow, lastRow, lastStartRow, maxSteps } = usableRows(options);
    this.firstRow = firstRow;
    this.lastRow = lastRow;
    this.lastStartRow = lastStartRow;
    this.maxSteps = maxSteps;
    this.costs = costsFor(bars.instrument, costs);
    this.costsOfRow = options.conditions ? costsUnder(this.costs, options.conditions) : null;
    this.ticks = tickRows(bars, this.firstRow, to);

    const layout = layoutOf(environment, window, { names: features.names, hash: pipelineHash });
    this.size = layout.size;
    this.observationNames = layout.names;
    this.observationSchema = layout.schema;
    this.actionSpace = layout.actionSpace;
    assert(widthOf(layout.actionSpace) === 1, `${this.kind.name}: an action is one number`);
    this.observationSpace = { kind: "box", size: layout.size, low: -Infinity, high: Infinity };
    this.count = count;
    this.finalObservations = new Float32Array(count * layout.size);
    this.rewards = new Float32Array(count);
    this.constraintCosts = new Float32Array(count);
    this.equity = new Float64Array(count);
    this.equityBefore = new Float64Array(count);
    this.equityAfter = new Float64Array(count);
    this.drawdown = new Float64Array(count);
    this.deepest = new Float64Array(count);
    this.charges = new Float64Array(count);
    this.terminated = new Uint8Array(count);
    this.truncated = new Uint8Array(count);
    this.observedAt = new Float64Array(count);
    this.finalEquity = new Float64Array(count);
    const cash = toMoney(bars.instrument, initialCash);
    this.ledgers = new Float64Array(count * accountWidth);
    this.accounts = Array.from(
      { length: count },
      (_, index) => new Account(cash, this.ledgers.subarray(index * accountWidth, (index + 1) * accountWidth)),
    );
    this.sight = new AccountSight(cash);
    this.info.initialEquity = cash;
    this.startRows = new Int32Array(count);
    this.actions = new ActionLog(count, 1, Math.min(this.maxSteps, 1024));
    this.windowSize = window * features.width;
    this.block = new ObservationBlock({ values: features.values, width: features.width, window, count, size: layout.size });
    this.observations = this.block.observations;
    this.rows = this.block.rows;
    this.rules = this.directRules();
    this.reset(seed);
  }

  /** Starts all episodes; without a seed the random numbers go on where they stand. */
  reset(seed?: number): void {
    this.clearResults();
    for (let index = 0; index < this.count; index++) {
      if (seed !== undefined) this.randoms[index] = new Random(seed, index);
      this.restart(index);
      this.observeAccount(index, this.observations);
    }
    this.block.copyAll();
  }

  step(actions: Float32Array | Int32Array): void {
    requireActions(this.actionSpace, this.count, actions, isBoundable);
    this.actions.write(actions);
    if (this.rules) directStep(this, this.rules, actions);
    else {
      this.act(0, this.count, actions);
      this.close(0, this.count);
      this.conclude();
    }
    this.block.copyAll();
  }

  /** The rules of the direct step, where environment and reward have them. */
  private directRules(): DirectRules | undefined {
    const meaning = this.kind.direct?.(this.params);
    const reward = this.reward.kind.ofEquity;
    if (!meaning || !reward) return undefined;
    return {
      targets: Float64Array.from(meaning.targets),
      maxDrawdown: meaning.maxDrawdown,
      reward,
      initialEquity: this.info.initialEquity,
      trade: (index, exposure) => void this.trade(index, exposure),
      end: (index) => this.end(index),
    };
  }

  save(): SavedState {
    const environments = this.randoms.map((random, index) => ({
      random: random.save(),
      startRow: this.startRows[index]!,
      actions: encodeActions(this.actions.read(index)),
    }));
    return { schema: "tradewind/environment@1", observationSchema: this.observationSchema, stretch: this.stretch(), environments };
  }

  restore(state: unknown): void {
    const { observationSchema, stretch, environments } = parse(SavedState, state, "environment", "checkpoint/invalid");
    const same =
      observationSchema === this.observationSchema && environments.length === this.count && String(stretch) === String(this.stretch());
    if (!same) throw invalidState("it is of another environment, number of environments or stretch of data");
    this.clearResults();
    const episodes = environments.map(({ random, startRow, actions: encoded }, index) => {
      const actions = decodeActions(encoded);
      const room = Math.min(this.maxSteps, this.lastRow - startRow);
      const fits = startRow >= this.firstRow && startRow <= this.lastStartRow && actions.length < room;
      if (!fits || !actions.every((action) => isBoundable(this.actionSpace, action)))
        throw invalidState(`environment ${index} stands where it cannot be`);
      this.randoms[index]!.restore(random);
      this.startAt(index, startRow);
      for (const [step] of actions.entries()) {
        this.act(index, index + 1, actions.subarray(step, step + 1));
        this.close(index, index + 1);
      }
      this.lookAt(index);
      this.observeAccount(index, this.observations);
      return actions;
    });
    this.actions.replace(episodes);
    this.block.copyAll();
  }

  // A step is made of loops that are each compiled as one piece, with what they read in local variables: this halves its time.

  /** Lets actions of environments [from, to) trade at the next bar's open. */
  private act(from: number, to: number, actions: Float32Array | Int32Array): void {
    const { kind, params, sight, charges } = this;
    for (let index = from; index < to; index++) {
      this.lookAt(index);
      const exposure = kind.act(actions[index - from]!, sight, params);
      charges[index] = exposure === null ? 0 : this.trade(index, exposure);
    }
  }

  /** Trades at the next bar's open towards an exposure and returns what fee and slippage cost. */
  private trade(index: number, exposure: number): number {
    const account = this.accounts[index]!;
    const row = this.rows[index]! + 1;
    const lots = lotsToReach(account, exposure);
    const costs = this.costsOfRow === null ? this.costs : this.costsOfRow[row]!;
    if (lots === 0 || costs === null) return 0;
    const { feesPaid } = account;
    const openTicks = this.ticks[row * tickWidth + open]!;
    const priceTicks = slippedTicks(lots, openTicks, costs);
    const slippage = settle(account, lots, priceTicks, costs) * (priceTicks - openTicks);
    return account.feesPaid - feesPaid + slippage;
  }

  /** Lets a bar close for the accounts of environments [from, to), and rewards them. */
  private close(from: number, to: number): void {
    const { ledgers, ticks, rows, equity, drawdown, deepest, constraintCosts, charges, costs, info, rewards, rewardOf } = this;
    for (let index = from; index < to; index++) {
      const ledger = index * accountWidth;
      const bar = ++rows[index]! * tickWidth;
      const borrow = closeBarAt(ledgers, ledger, ticks[bar + close]!, ticks[bar + sinceLastClose]!, costs);
      info.previousEquity = equity[index]!;
      info.equity = equityAt(ledgers, ledger);
      info.peakEquity = ledgers[ledger + peakEquity]!;
      info.charges = charges[index]! + borrow;
      equity[index] = info.equity;
      const fall = info.drawdown;
      const deeper = fall - deepest[index]!;
      drawdown[index] = fall;
      constraintCosts[index] = deeper > 0 ? deeper : 0;
      if (deeper > 0) deepest[index] = fall;
      rewards[index] = rewardOf[index]!(info);
    }
  }

  /** Ends the episodes that are over, and observes all accounts; windows of features are copied together. */
  private conclude(): void {
    const { sight, kind, params, rows, startRows, lastRow, maxSteps, terminated, truncated, observations } = this;
    for (let index = 0; index < this.count; index++) {
      this.lookAt(index);
      const row = rows[index]!;
      const isOver = sight.equity <= 0 || kind.terminated(sight, params);
      const isCutOff = !isOver && (row === lastRow || row - startRows[index]! === maxSteps);
      terminated[index] = isOver ? 1 : 0;
      truncated[index] = isCutOff ? 1 : 0;
      if (isOver || isCutOff) this.end(index);
      else this.observeAccount(index, observations);
    }
  }

  private end(index: number): void {
    this.lookAt(index);
    this.block.copyOne(index, this.finalObservations);
    this.observeAccount(index, this.finalObservations);
    this.finalEquity[index] = this.equity[index]!;
    if (this.autoReset) this.restart(index);
    this.observeAccount(index, this.observations);
  }

  private restart(index: number): void {
    const choices = this.lastStartRow - this.firstRow + 1;
    this.startAt(index, choices === 1 ? this.firstRow : this.firstRow + this.randoms[index]!.below(choices));
  }

  private startAt(index: number, row: number): void {
    const account = this.accounts[index]!;
    account.reset();
    account.mark(this.ticks[row * tickWidth + close]!);
    this.equity[index] = account.equity;
    this.drawdown[index] = 0;
    this.lookAt(index);
    this.startRows[index] = this.rows[index] = row;
    this.deepest[index] = 0;
    this.rewardOf[index] = this.reward.kind.start(this.reward.params);
    this.actions.begin(index);
  }

  private lookAt(index: number): void {
    this.sight.lookAt(this.ledgers, index * accountWidth, this.equity[index]!, this.drawdown[index]!);
  }

  /** Writes what an observation says of the account that the sight is on, and when that is. */
  private observeAccount(index: number, out: Float32Array): void {
    this.kind.observe(this.sight, out, index * this.size + this.windowSize);
    this.observedAt[index] = this.ticks[this.rows[index]! * tickWidth + closeTime]!;
  }

  private clearResults(): void {
    const { rewards, constraintCosts, terminated, truncated, finalObservations, finalEquity } = this;
    for (const column of [rewards, constraintCosts, terminated, truncated, finalObservations, finalEquity]) column.fill(0);
  }

  private stretch(): number[] {
    const closeOf = (row: number) => this.ticks[row * tickWidth + closeTime]!;
    return [this.firstRow, this.lastRow, closeOf(this.firstRow), closeOf(this.lastRow), this.maxSteps];
  }
}

const equityAt = (ledgers: Float64Array, offset: number): number =>
  ledgers[offset + cash]! + ledgers[offset + position]! * ledgers[offset + markTicks]!;
