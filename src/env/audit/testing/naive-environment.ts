import { assert, Random, type RandomState } from "../../../base/index.ts";
import type { Bars } from "../../../domain/index.ts";
import type { VectorEnvironment } from "../../vector-environment.ts";

/** Mistakes that environments for trading are known for; each can be made. */
export type Fault =
  | "fills at the observed close"
  | "fee left out of what can be afforded"
  | "last reward twice"
  | "truncation as termination"
  | "final observation of the next episode"
  | "seed ignored"
  | "position survives a reset"
  | "scaled by the whole series"
  | "observations kept in one list";

interface Lane {
  random: Random;
  row: number;
  age: number;
  cash: number;
  position: number;
  fees: number;
}

const initialCash = 1_000_000;
const stake = 200; // Lots that one action buys or sells.
const feePerMille = 2;
const lookback = 3;
const episode = 50;
const size = lookback + 2;
const shared: number[] = [];

/**
 * Somebody else's environment, for tests: it shares nothing with ours but the contract. Sell, hold or buy `stake` lots for cash;
 * prices are whole cents, a lot costs what a tick is worth, and the reward is the change of equity in thousandths of the start.
 */
export class NaiveEnvironment implements VectorEnvironment {
  readonly count: number;
  readonly observationSpace = { kind: "box", size, low: -1000, high: 1000 } as const;
  readonly actionSpace = { kind: "discrete", count: 3, labels: ["sell", "hold", "buy"] } as const;
  readonly observationSchema = "naive";
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly finalEquity: Float64Array;
  private readonly open: Int32Array;
  private readonly close: Int32Array;
  private readonly closeTime: Float64Array;
  private readonly scale: number;
  private readonly maxSteps: number | undefined;
  private readonly faults: ReadonlySet<Fault>;
  private readonly lanes: Lane[];

  constructor(bars: Bars, { count, seed, maxSteps }: { count: number; seed: number; maxSteps?: number }, faults: readonly Fault[] = []) {
    const cents = (column: Float64Array) => Int32Array.from(column, (price) => Math.max(1, Math.round(100 * price)));
    this.count = count;
    this.open = cents(bars.open);
    this.close = cents(bars.close);
    this.closeTime = bars.closeTime;
    this.maxSteps = maxSteps;
    this.faults = new Set(faults);
    const mean = this.close.reduce((sum, price) => sum + price, 0) / this.close.length;
    this.scale = this.faults.has("scaled by the whole series") ? 1e4 / mean : 1;
    this.observations = new Float32Array(count * size);
    this.finalObservations = new Float32Array(count * size);
    this.rewards = new Float32Array(count);
    this.terminated = new Uint8Array(count);
    this.truncated = new Uint8Array(count);
    this.finalEquity = new Float64Array(count);
    this.lanes = Array.from({ length: count }, () => ({ random: new Random(0), row: 0, age: 0, cash: 0, position: 0, fees: 0 }));
    this.reset(seed);
  }

  reset(seed: number): void {
    for (const [index, lane] of this.lanes.entries()) {
      lane.random = new Random(this.faults.has("seed ignored") ? 7 : seed, index);
      this.start(lane);
      this.observe(lane, this.observations, index);
    }
  }

  step(actions: Float32Array | Int32Array): void {
    assert(actions.length === this.count, "an action for each");
    assert(
      actions.every((action) => action === 0 || action === 1 || action === 2),
      "sell, hold or buy",
    );
    for (const [index, lane] of this.lanes.entries()) this.stepOne(lane, index, actions[index]! - 1);
    if (this.faults.has("observations kept in one list")) this.mixIn();
  }

  save(): unknown {
    return this.lanes.map(({ random, ...rest }) => ({ ...rest, random: random.save() }));
  }

  restore(state: unknown): void {
    for (const [index, { random, ...rest }] of (state as (Omit<Lane, "random"> & { random: RandomState })[]).entries()) {
      Object.assign(this.lanes[index]!, rest);
      this.lanes[index]!.random.restore(random);
      this.observe(this.lanes[index]!, this.observations, index);
    }
  }

  /** Where an account stands. */
  ledger(index: number) {
    const { cash, position, fees, row } = this.lanes[index]!;
    const mark = this.close[row]!;
    return { initialCash, cash, equity: cash + position * mark, positions: [position], marks: [mark], charges: fees };
  }

  timeMs(index: number): number {
    return this.closeTime[this.lanes[index]!.row]!;
  }

  private stepOne(lane: Lane, index: number, side: number): void {
    const before = this.equityOf(lane);
    this.trade(lane, side, this.faults.has("fills at the observed close") ? this.close[lane.row]! : this.open[lane.row + 1]!);
    lane.row++;
    lane.age++;
    const equity = this.equityOf(lane);
    const isRuined = equity < initialCash / 2;
    const isOver = lane.age === (this.maxSteps ?? episode) || lane.row === this.close.length - 1;
    const asTerminated = this.faults.has("truncation as termination");
    this.terminated[index] = isRuined || (isOver && asTerminated) ? 1 : 0;
    this.truncated[index] = isOver && !isRuined && !asTerminated ? 1 : 0;
    const ended = isRuined || isOver;
    this.rewards[index] = ((equity - before) / initialCash) * (ended && this.faults.has("last reward twice") ? 2000 : 1000);
    if (ended) {
      this.observe(lane, this.finalObservations, index);
      this.finalEquity[index] = equity;
      this.start(lane);
      if (this.faults.has("final observation of the next episode")) this.observe(lane, this.finalObservations, index);
    }
    this.observe(lane, this.observations, index);
  }

  private trade(lane: Lane, side: number, price: number): void {
    const feeOf = (lots: number) => Math.ceil((lots * price * feePerMille) / 1000);
    const charged = this.faults.has("fee left out of what can be afforded") ? 0 : feePerMille;
    const affordable = Math.max(0, Math.floor((lane.cash * 1000) / (price * (1000 + charged))) - (charged > 0 ? 1 : 0));
    const lots = side > 0 ? Math.min(stake, affordable) : side < 0 ? Math.min(stake, lane.position) : 0;
    const fee = feeOf(lots);
    lane.position += side * lots;
    lane.cash -= side * lots * price + fee;
    lane.fees += fee;
  }

  private start(lane: Lane): void {
    const room = (this.maxSteps === undefined ? episode : 4 * episode) + 1; // A limit of somebody else's leaves the starts alone.
    lane.row = lookback + lane.random.below(this.close.length - lookback - room);
    if (this.faults.has("position survives a reset") && lane.position > 0) lane.cash = initialCash - lane.position * this.close[lane.row]!;
    else lane.cash = initialCash;
    if (!this.faults.has("position survives a reset")) lane.position = 0;
    lane.age = lane.fees = 0;
  }

  private equityOf({ cash, position, row }: Lane): number {
    return cash + position * this.close[row]!;
  }

  private observe(lane: Lane, out: Float32Array, index: number): void {
    const { row, cash, position } = lane;
    for (let age = 0; age < lookback; age++)
      out[index * size + age] = 100 * this.scale * Math.log(this.close[row - age]! / this.close[row - age - 1]!);
    out[index * size + lookback] = (position * this.close[row]!) / initialCash;
    out[index * size + lookback + 1] = cash / initialCash;
  }

  /** A list that all environments append to, the latest of which is shown. */
  private mixIn(): void {
    shared.push(...this.observations.subarray(0, size));
    this.observations[0] = (shared.at(-size) ?? 0) + (shared.at(-2 * size) ?? 0);
  }
}
