import { assert, Bug, parse, Random, UserError } from "../base/index.ts";
import { Account, type Bars, lotsToReach, toMoney } from "../domain/index.ts";
import type { FeatureMatrix } from "../features/index.ts";
import { closeBar, type ConditionColumns, costsFor, costsUnder, type InstrumentCosts, settle, slippedTicks } from "../market/index.ts";
import { ActionLog } from "./action-log.ts";
import type { AccountView, EnvironmentKind, View } from "./environment.ts";
import { FeatureWindow } from "./feature-window.ts";
import { type RewardKind, StepInfo } from "./reward.ts";
import { decodeActions, encodeActions, invalidState, SavedState } from "./saved-state.ts";
import { type Space, widthOf } from "./space.ts";
import { type Chosen, chooseEnvironment, chooseReward, type EnvironmentSpecification, layoutOf } from "./specification.ts";
import { tickColumns, type TickColumns } from "./tick-columns.ts";
import type { VectorEnvironment } from "./vector-environment.ts";

/** A specification with its data: environments see rows [from, to) of the bars and of the features made of them. */
export interface EnvironmentOptions extends EnvironmentSpecification {
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
export class BatchedEnvironment implements TradingEnvironment {
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
  private readonly costs: InstrumentCosts;
  /** The costs of each row, null where nothing trades; null altogether when there are no conditions. */
  private readonly costsOfRow: readonly (InstrumentCosts | null)[] | null;
  private readonly columns: TickColumns;
  private readonly autoReset: boolean;
  private readonly size: number;
  private readonly firstRow: number;
  private readonly lastRow: number;
  private readonly lastStartRow: number;
  private readonly maxSteps: number;
  private readonly features: FeatureWindow;
  private readonly view: { features: FeatureWindow; account: AccountView };
  private readonly info = new StepInfo();
  private readonly randoms: Random[] = [];
  private readonly rewardOf: ((step: Readonly<StepInfo>) => number)[] = [];
  private readonly startRows: Int32Array;
  private readonly rows: Int32Array;
  /** Deepest drawdown of each episode so far. */
  private readonly deepest: Float64Array;
  private readonly actions: ActionLog;

  constructor(options: EnvironmentOptions, autoReset: boolean) {
    const { bars, features, from, to, count, window, episode, initialCash, costs, pipelineHash, seed = 0 } = options;
    assert(features.rows === bars.close.length, `${features.rows} rows of features for ${bars.close.length} bars`);
    assert(from >= 0 && from <= to && to <= features.rows, `rows [${from}, ${to}) of ${features.rows}`);
    const environment = chooseEnvironment(options);
    this.kind = environment.kind;
    this.params = environment.params;
    this.reward = chooseReward(options);
    this.autoReset = autoReset;
    this.firstRow = Math.max(from, features.firstReady + window - 1);
    this.lastRow = to - 1;
    if (this.lastRow <= this.firstRow) throw tooShort(this.firstRow, to);
    this.maxSteps = Math.min(episode.maxSteps ?? Infinity, this.lastRow - this.firstRow);
    // A random start leaves room for a whole episode; without a limit of steps, for one step.
    const room = episode.maxSteps === null ? 1 : this.maxSteps;
    this.lastStartRow = episode.randomStart ? this.lastRow - room : this.firstRow;
    this.costs = costsFor(bars.instrument, costs);
    this.costsOfRow = options.conditions ? costsUnder(this.costs, options.conditions) : null;
    this.columns = tickColumns(bars, this.firstRow, to);
    refuseGaps(features, this.firstRow - window + 1, to);

    const layout = layoutOf(environment, window, { names: features.names, hash: pipelineHash });
    this.size = layout.size;
    this.observationNames = layout.names;
    this.observationSchema = layout.schema;
    this.actionSpace = layout.actionSpace;
    assert(widthOf(layout.actionSpace) === 1, `${this.kind.name}: an action is one number`);
    this.observationSpace = { kind: "box", size: layout.size, low: -Infinity, high: Infinity };
    this.count = count;
    this.observations = new Float32Array(count * layout.size);
    this.finalObservations = new Float32Array(count * layout.size);
    this.rewards = new Float32Array(count);
    this.constraintCosts = new Float32Array(count);
    this.deepest = new Float64Array(count);
    this.terminated = new Uint8Array(count);
    this.truncated = new Uint8Array(count);
    this.observedAt = new Float64Array(count);
    this.finalEquity = new Float64Array(count);
    this.accounts = Array.from({ length: count }, () => new Account(toMoney(bars.instrument, initialCash)));
    this.startRows = new Int32Array(count);
    this.rows = new Int32Array(count);
    this.actions = new ActionLog(count, Math.min(this.maxSteps, 1024));
    this.features = new FeatureWindow(features.values, features.width, window);
    this.view = { features: this.features, account: this.accounts[0]! };
    this.reset(seed);
  }

  /** Starts all episodes; without a seed the random numbers go on where they stand. */
  reset(seed?: number): void {
    this.clearResults();
    for (let index = 0; index < this.count; index++) {
      if (seed !== undefined) this.randoms[index] = new Random(seed, index);
      this.restart(index);
      this.observe(index, this.observations);
    }
  }

  step(actions: Float32Array | Int32Array): void {
    if (actions.length !== this.count) throw new Bug(`${actions.length} actions for ${this.count} environments`);
    for (let index = 0; index < this.count; index++) this.stepOne(index, actions[index]!);
  }

  save(): SavedState {
    const environments = this.randoms.map((random, index) => ({
      random: random.save(),
      startRow: this.startRows[index]!,
      actions: encodeActions(this.actions.read(index, this.rows[index]! - this.startRows[index]!)),
    }));
    return { schema: "tradewind/environment@1", observationSchema: this.observationSchema, stretch: this.stretch(), environments };
  }

  restore(state: unknown): void {
    const { observationSchema, stretch, environments } = parse(SavedState, state, "environment", "checkpoint/invalid");
    const same =
      observationSchema === this.observationSchema && environments.length === this.count && String(stretch) === String(this.stretch());
    if (!same) throw invalidState("it is of another environment, number of environments or stretch of data");
    this.clearResults();
    for (const [index, { random, startRow, actions: encoded }] of environments.entries()) {
      const actions = decodeActions(encoded);
      const room = Math.min(this.maxSteps, this.lastRow - startRow);
      const fits = startRow >= this.firstRow && startRow <= this.lastStartRow && actions.length < room;
      if (!fits || !actions.every((action) => this.accepts(action))) throw invalidState(`environment ${index} stands where it cannot be`);
      this.randoms[index]!.restore(random);
      this.startAt(index, startRow);
      for (const action of actions) this.transact(index, action);
      this.observe(index, this.observations);
    }
  }

  private stepOne(index: number, action: number): void {
    if (!this.accepts(action)) this.refuse(index, action);
    const deepest = this.deepest[index]!;
    this.rewards[index] = this.transact(index, action);
    this.constraintCosts[index] = this.deepest[index]! - deepest;
    const account = this.accounts[index]!;
    const row = this.rows[index]!;
    const terminated = this.info.equity <= 0 || this.kind.terminated(account, this.params);
    const truncated = !terminated && (row === this.lastRow || row - this.startRows[index]! === this.maxSteps);
    this.terminated[index] = terminated ? 1 : 0;
    this.truncated[index] = truncated ? 1 : 0;
    if (terminated || truncated) {
      this.observe(index, this.finalObservations);
      this.finalEquity[index] = this.info.equity;
      if (this.autoReset) this.restart(index);
    }
    this.observe(index, this.observations);
  }

  /** Lets one bar pass for one environment and returns the reward. */
  private transact(index: number, action: number): number {
    const { info, columns } = this;
    const account = this.accounts[index]!;
    const row = this.rows[index]! + 1;
    const paid = account.feesPaid + account.borrowPaid;
    info.previousEquity = account.equity;
    const exposure = this.kind.act(action, account, this.params);
    const slippage = exposure === null ? 0 : this.trade(account, lotsToReach(account, exposure), row);
    closeBar(account, columns.closeTicks[row]!, columns.closeTime[row]! - columns.closeTime[row - 1]!, this.costs);
    info.equity = account.equity;
    info.charges = account.feesPaid + account.borrowPaid - paid + slippage;
    info.peakEquity = account.peakEquity;
    this.actions.write(index, row - 1 - this.startRows[index]!, action);
    this.rows[index] = row;
    this.deepest[index] = Math.max(this.deepest[index]!, account.drawdown);
    return this.rewardOf[index]!(info);
  }

  /** Trades at a bar's open and returns what slippage cost. */
  private trade(account: Account, lots: number, row: number): number {
    const costs = this.costsOfRow === null ? this.costs : this.costsOfRow[row]!;
    if (lots === 0 || costs === null) return 0;
    const openTicks = this.columns.openTicks[row]!;
    const priceTicks = slippedTicks(lots, openTicks, costs);
    return settle(account, lots, priceTicks, costs) * (priceTicks - openTicks);
  }

  private restart(index: number): void {
    const choices = this.lastStartRow - this.firstRow + 1;
    this.startAt(index, choices === 1 ? this.firstRow : this.firstRow + this.randoms[index]!.below(choices));
  }

  private startAt(index: number, row: number): void {
    const account = this.accounts[index]!;
    account.reset();
    account.mark(this.columns.closeTicks[row]!);
    this.startRows[index] = this.rows[index] = row;
    this.deepest[index] = 0;
    this.rewardOf[index] = this.reward.kind.start(this.reward.params);
    this.info.initialEquity = account.equity; // The same for all and always.
  }

  private observe(index: number, out: Float32Array): void {
    const row = this.rows[index]!;
    this.features.moveTo(row);
    this.view.account = this.accounts[index]!;
    this.kind.observe(this.view as View, out, index * this.size);
    this.observedAt[index] = this.columns.closeTime[row]!;
  }

  private accepts(action: number): boolean {
    const space = this.actionSpace;
    return space.kind === "box" ? Number.isFinite(action) : Number.isInteger(action) && action >= 0 && action < space.count;
  }

  private refuse(index: number, action: number): never {
    throw new Bug(`environment ${index}: ${action} is not an action of ${JSON.stringify(this.actionSpace)}`);
  }

  private clearResults(): void {
    const { rewards, constraintCosts, terminated, truncated, finalObservations, finalEquity } = this;
    for (const column of [rewards, constraintCosts, terminated, truncated, finalObservations, finalEquity]) column.fill(0);
  }

  private stretch(): number[] {
    const { closeTime } = this.columns;
    return [this.firstRow, this.lastRow, closeTime[this.firstRow]!, closeTime[this.lastRow]!, this.maxSteps];
  }
}

/** Features that an observation can show must be numbers. */
function refuseGaps({ names, width, values }: FeatureMatrix, from: number, to: number): void {
  for (let index = from * width; index < to * width; index++) {
    if (Number.isFinite(values[index])) continue;
    throw new UserError("data/invalid-value", `feature "${names[index % width]}" is ${values[index]} at row ${Math.floor(index / width)}`, {
      path: "features",
      hint: "Clean the bars before that row, or leave the feature or the stretch out.",
    });
  }
}

const tooShort = (firstRow: number, to: number) =>
  new UserError("data/too-short", `No two usable bars: features are ready from row ${firstRow}, the stretch ends before row ${to}`, {
    path: "data",
    hint: "Use a longer stretch, a shorter window, or indicators with a shorter warm-up.",
  });
