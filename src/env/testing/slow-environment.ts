import { Random } from "../../base/index.ts";
import { toMoney, toTicks } from "../../domain/index.ts";
import type { EnvironmentOptions } from "../batched-environment.ts";

/** One trade of an episode. */
interface SlowFill {
  readonly lots: number;
  readonly price: number;
  readonly fee: number;
}

/**
 * The single-asset environment again, for tests: one episode at a time, everything told anew at every step from the fills and
 * the borrow alone, nothing shared with the batched one but the random starts and the rounding rules of its description.
 */
export class SlowEnvironment {
  observation: number[] = [];
  reward = NaN;
  terminated = false;
  truncated = false;
  finalObservation: number[] = [];
  fills: SlowFill[] = [];
  borrow = 0;
  private readonly options: EnvironmentOptions;
  private readonly params: { actions: string; allowShort: boolean; minimumChange: number; maxDrawdown: number };
  private readonly random: Random;
  private equities: number[] = [];
  private start = 0;
  private row = 0;

  constructor(options: EnvironmentOptions, index: number, seed: number) {
    this.options = options;
    this.params = { actions: "short-flat-long", allowShort: true, minimumChange: 0.05, maxDrawdown: 0.5, ...options.environment.params };
    this.random = new Random(seed, index);
    this.begin();
  }

  get initialCash(): number {
    return toMoney(this.options.bars.instrument, this.options.initialCash);
  }

  get position(): number {
    return this.fills.reduce((sum, { lots }) => sum + lots, 0);
  }

  get cash(): number {
    return this.fills.reduce((cash, { lots, price, fee }) => cash - lots * price - fee, this.initialCash) - this.borrow;
  }

  get equity(): number {
    return this.cash + this.position * this.ticks("close", this.row);
  }

  step(action: number): void {
    const before = this.equity;
    const target = this.target(action);
    if (target !== null)
      this.trade(Math.trunc((target * before) / this.ticks("close", this.row)) - this.position, this.ticks("open", this.row + 1));
    this.row++;
    const { closeTime } = this.options.bars;
    const shortValue = Math.max(0, -this.position) * this.ticks("close", this.row);
    const years = (closeTime[this.row]! - closeTime[this.row - 1]!) / (365 * 24 * 3600 * 1000);
    this.borrow += Math.ceil(((shortValue * this.options.costs.borrowBpsPerYear) / 10_000) * years);
    this.equities.push(this.equity);
    this.reward =
      this.options.reward.name === "log-return" ? Math.log(Math.max(this.equity, 1) / before) : (this.equity - before) / this.initialCash;
    this.terminated = this.equity <= 0 || this.drawdown() >= this.params.maxDrawdown;
    const limit = this.options.episode.maxSteps ?? Infinity;
    this.truncated = !this.terminated && (this.row === this.options.to - 1 || this.row - this.start === limit);
    this.observation = this.observe();
    if (!this.terminated && !this.truncated) return;
    this.finalObservation = this.observation;
    this.begin();
  }

  private begin(): void {
    const { features, window, from, to, episode } = this.options;
    const first = Math.max(from, features.firstReady + window - 1);
    const last = episode.randomStart ? to - 1 - Math.min(episode.maxSteps ?? 1, to - 1 - first) : first;
    this.start = this.row = last === first ? first : first + this.random.below(last - first + 1);
    this.fills = [];
    this.borrow = 0;
    this.equities = [this.initialCash];
    this.observation = this.observe();
  }

  private target(action: number): number | null {
    const { actions, allowShort, minimumChange } = this.params;
    const least = allowShort ? -1 : 0;
    if (actions === "target-position") {
      const target = Math.max(least, Math.min(1, action));
      return Math.abs(target - this.exposure()) < minimumChange ? null : target;
    }
    const targets = actions === "hold-buy-sell" ? [null, 1, least] : allowShort ? [-1, 0, 1] : [0, 1];
    const target = targets[action]!;
    const side = this.position > 0 ? 1 : this.position < 0 ? -1 : 0;
    return target === side ? null : target;
  }

  private trade(lots: number, open: number): void {
    const { slippageBps } = this.options.costs;
    const slippage = Math.ceil((open * slippageBps) / 10_000);
    const price = lots > 0 ? open + slippage : Math.max(1, open - slippage);
    const fee = (count: number) =>
      Math.ceil((Math.abs(count) * price * this.options.costs.feeBps) / 10_000) +
      toMoney(this.options.bars.instrument, this.options.costs.feeFixed);
    let traded = lots;
    if (lots > 0) {
      // Halving finds the most that cash pays for; what covers a short position is allowed in any case.
      let [enough, tooMany] = [0, lots + 1];
      while (tooMany - enough > 1) {
        const middle = Math.floor((enough + tooMany) / 2);
        if (middle * price + fee(middle) <= this.cash) enough = middle;
        else tooMany = middle;
      }
      traded = Math.max(enough, Math.min(lots, -this.position));
    }
    if (traded !== 0) this.fills.push({ lots: traded, price, fee: fee(traded) });
  }

  private observe(): number[] {
    const { features, window } = this.options;
    const market = Array.from(features.values.slice((this.row - window + 1) * features.width, (this.row + 1) * features.width));
    const equity = this.equity;
    const unrealised = equity > 0 ? (this.position * this.ticks("close", this.row) - this.costBasis()) / equity : 0;
    return [...market, Math.fround(this.exposure()), Math.fround(unrealised), Math.fround(this.drawdown())];
  }

  private exposure(): number {
    return this.equity > 0 ? (this.position * this.ticks("close", this.row)) / this.equity : 0;
  }

  private drawdown(): number {
    return 1 - this.equity / Math.max(...this.equities);
  }

  /** At average cost, rounded to whole money where a part is closed. */
  private costBasis(): number {
    let [position, basis] = [0, 0];
    for (const { lots, price } of this.fills) {
      const after = position + lots;
      if (position * lots >= 0) basis += lots * price;
      else if (after === 0) basis = 0;
      else if (Math.sign(after) === Math.sign(position)) basis -= Math.round((basis * -lots) / position);
      else basis = after * price;
      position = after;
    }
    return basis;
  }

  private ticks(column: "open" | "close", row: number): number {
    return toTicks(this.options.bars.instrument, this.options.bars[column][row]!);
  }
}
