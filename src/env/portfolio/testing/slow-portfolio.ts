import { Random } from "../../../base/index.ts";
import type { PortfolioAsset } from "../market-tables.ts";
import type { PortfolioOptions } from "../portfolio-market.ts";

/**
 * The portfolio environment again, for tests: one episode at a time over assets of one currency, everything looked up by time in the
 * assets' own bars, with nothing shared with the batched one but the random starts and the rounding rules of its description.
 */
export class SlowPortfolio {
  observation: number[] = [];
  finalObservation: number[] = [];
  reward = NaN;
  terminated = false;
  truncated = false;
  cash = 0;
  fees = 0;
  borrow = 0;
  dividends = 0;
  lots: number[] = [];
  private readonly options: PortfolioOptions;
  private readonly times: number[];
  private readonly unit: number;
  private readonly random: Random;
  private marks: number[] = [];
  private peak = 0;
  private start = 0;
  private row = 0;

  /** `unit` is how many money units a currency unit has. */
  constructor(options: PortfolioOptions, unit: number, index: number, seed: number) {
    this.options = options;
    this.unit = unit;
    this.random = new Random(seed, index);
    this.times = [...new Set(options.assets.flatMap(({ bars }) => [...bars.closeTime]))].sort((left, right) => left - right);
    this.begin();
  }

  get equity(): number {
    return this.lots.reduce((sum, lots, asset) => sum + lots * this.marks[asset]! * this.worth(asset), this.cash);
  }

  step(action: readonly number[]): void {
    const { assets, minimumChange, maxDrawdown, episode, benchmark } = this.options;
    const before = this.equity;
    const weights = this.weights();
    const targets = this.targets(action, weights);
    const orders = assets.map((_, asset) =>
      !this.isSeen(asset, this.row) || Math.abs(targets[asset]! - weights[asset]!) < minimumChange
        ? 0
        : Math.trunc((targets[asset]! * before) / (this.marks[asset]! * this.worth(asset))) - this.lots[asset]!,
    );
    const benchmarkBefore = this.times[this.row]!;
    this.row++;
    for (const asset of assets.keys()) if (this.happens(asset)) orders[asset] = 0;
    for (const side of [-1, 1]) for (const [asset, lots] of orders.entries()) if (Math.sign(lots) === side) this.fill(asset, lots);
    this.close(this.times[this.row]! - benchmarkBefore);
    const after = this.equity;
    this.peak = Math.max(this.peak, after);
    this.reward = benchmark === "money" ? Math.log(Math.max(after, 1) / before) : NaN;
    this.terminated = after <= 0 || 1 - after / this.peak >= maxDrawdown;
    const limit = episode.maxSteps ?? Infinity;
    this.truncated = !this.terminated && (this.row === this.times.length - 1 || this.row - this.start === limit);
    this.observation = this.observe();
    if (!this.terminated && !this.truncated) return;
    this.finalObservation = this.observation;
    this.begin();
  }

  private begin(): void {
    const { assets, episode, window, initialCash } = this.options;
    const firstSeen = this.times.findIndex((_, row) => assets.some((__, asset) => this.isSeen(asset, row)));
    const first = Math.max(firstSeen, window - 1);
    const end = this.times.length - 1;
    const last = episode.randomStart ? end - Math.min(episode.maxSteps ?? 1, end - first) : first;
    this.start = this.row = last === first ? first : first + this.random.below(last - first + 1);
    this.cash = this.peak = Math.round(initialCash * this.unit);
    this.fees = this.borrow = this.dividends = 0;
    this.lots = assets.map(() => 0);
    this.marks = assets.map((_, asset) => this.price(asset, this.row, "close"));
    this.observation = this.observe();
  }

  /** Books what happens to an asset before the row opens; true when its orders are void. */
  private happens(asset: number): boolean {
    const { assets, missing } = this.options;
    const [from, to] = [this.times[this.row - 1]!, this.times[this.row]!];
    let isVoid = false;
    for (const action of assets[asset]!.actions ?? []) {
      if (action.timeMs < from || action.timeMs >= to) continue;
      const held = this.lots[asset]!;
      isVoid ||= action.kind !== "dividend";
      if (action.kind === "dividend") {
        const paid = Math.floor(Number((held * action.amount * 100 * this.worth(asset)).toFixed(6)));
        this.cash += paid;
        this.dividends += paid;
      } else if (action.kind === "delisting") {
        this.cash += held * Math.round(action.price * 100) * this.worth(asset);
        this.lots[asset] = 0;
      } else {
        const { numerator, denominator } = action;
        const whole = Math.trunc((held * numerator) / denominator);
        this.cash += Math.floor(((held * numerator - whole * denominator) * this.marks[asset]! * this.worth(asset)) / numerator);
        this.lots[asset] = whole;
        this.marks[asset] = Math.round((this.marks[asset]! * denominator) / numerator);
      }
    }
    let without = 0;
    while (without < this.row && this.bar(asset, this.row - without) < 0) without++;
    const wasListed = assets[asset]!.bars.closeTime[0]! < to;
    if (!wasListed || without !== missing.giveUpAfter) return isVoid;
    const held = this.lots[asset]!;
    this.cash += held * (held > 0 ? Math.floor(this.marks[asset]! * (1 - missing.haircut)) : this.marks[asset]!) * this.worth(asset);
    this.lots[asset] = 0;
    return true;
  }

  private fill(asset: number, lots: number): void {
    const { conditions } = this.options.assets[asset]!;
    const bar = this.bar(asset, this.row);
    if (bar < 0 || conditions?.halted[bar]) return;
    const { slippageBps, feeBps } = this.options.costs;
    const open = this.price(asset, this.row, "open");
    const slippage = Math.ceil((open * slippageBps) / 10_000);
    const price = lots > 0 ? open + slippage : Math.max(1, open - slippage);
    const bps = feeBps * (conditions?.feeFactor[bar] ?? 1);
    const fee = (count: number) => Math.ceil(Math.ceil((Math.abs(count) * price * bps) / 10_000) * this.worth(asset));
    let traded = lots;
    if (lots > 0 && lots * price * this.worth(asset) + fee(lots) > this.cash) {
      let enough = 0;
      for (let step = 2 ** 40; step >= 1; step /= 2) {
        const more = enough + step;
        if (more <= lots && more * price * this.worth(asset) + fee(more) <= this.cash) enough = more;
      }
      traded = Math.max(enough, Math.min(lots, -this.lots[asset]!));
    }
    if (traded === 0) return;
    this.lots[asset]! += traded;
    this.cash -= traded * price * this.worth(asset) + fee(traded);
    this.fees += fee(traded);
  }

  private close(elapsedMs: number): void {
    const years = elapsedMs / (365 * 86_400_000);
    for (const [asset, lots] of this.lots.entries()) {
      const close = this.price(asset, this.row, "close");
      if (close > 0) this.marks[asset] = close;
      if (lots >= 0) continue;
      const value = -lots * this.marks[asset]! * this.worth(asset);
      const paid = Math.ceil(((value * this.options.costs.borrowBpsPerYear) / 10_000) * years);
      this.borrow += paid;
      this.cash -= paid;
    }
  }

  private targets(action: readonly number[], weights: readonly number[]): number[] {
    const { actions } = this.options;
    const numbers = action.map((value) => Math.max(-1, Math.min(1, value)));
    const seen = weights.map((_, asset) => this.isSeen(asset, this.row));
    if (actions.kind === "long-only") {
      const cash = numbers.at(-1)!;
      const parts = weights.map((_, asset) => (seen[asset] ? Math.exp(actions.sharpness * numbers[asset]!) : 0));
      const total = parts.reduce((sum, part) => sum + part, Math.exp(actions.sharpness * cash));
      const stuck = weights.reduce((sum, weight, asset) => (seen[asset] ? sum : sum + weight), 0);
      return weights.map((weight, asset) => (seen[asset] ? parts[asset]! * (Math.max(0, 1 - stuck) / total) : weight));
    }
    const { maxWeight, maxGross, maxNet } = actions;
    const wished = weights.map((weight, asset) => {
      if (!seen[asset]) return weight;
      if (actions.kind === "long-short") return numbers[asset]! * maxWeight;
      return Math.min(maxWeight, Math.max(actions.allowShort ? -maxWeight : 0, weight + numbers[asset]! * actions.maxChange));
    });
    const sum = (of: (weight: number) => number, which: boolean) =>
      wished.reduce((total, weight, asset) => (seen[asset] === which ? total + of(weight) : total), 0);
    const gross = sum(Math.abs, true);
    const shrink = gross > 0 ? Math.min(1, Math.max(0, maxGross - sum(Math.abs, false)) / gross) : 1;
    const [long, short] = [shrink * sum((weight) => Math.max(0, weight), true), shrink * sum((weight) => Math.max(0, -weight), true)];
    const net = sum((weight) => weight, false) + long - short;
    const keptLong = net > maxNet && long > 0 ? Math.max(0, 1 - (net - maxNet) / long) : 1;
    const keptShort = net < -maxNet && short > 0 ? Math.max(0, 1 - (-maxNet - net) / short) : 1;
    return wished.map((weight, asset) => (seen[asset] ? weight * shrink * (weight > 0 ? keptLong : keptShort) : weight));
  }

  private observe(): number[] {
    const { assets, window } = this.options;
    const rows = Array.from({ length: window }, (_, index) => this.row - window + 1 + index);
    const market = rows.flatMap((row) => [
      ...assets.flatMap(({ features }, asset) =>
        features.names.map((_, feature) =>
          this.isSeen(asset, row) ? features.values[this.bar(asset, row) * features.width + feature]! : 0,
        ),
      ),
      ...assets.map((_, asset) => Number(this.isSeen(asset, row))),
    ]);
    const equity = this.equity;
    const drawdown = 1 - equity / this.peak;
    return [...market, ...[...this.weights(), equity > 0 ? this.cash / equity : 0, drawdown].map(Math.fround)];
  }

  private weights(): number[] {
    const equity = this.equity;
    return this.lots.map((lots, asset) => (equity > 0 ? lots * this.marks[asset]! * this.worth(asset) * (1 / equity) : 0));
  }

  private isSeen(asset: number, row: number): boolean {
    const { features } = this.options.assets[asset]!;
    const bar = this.bar(asset, row);
    return bar >= 0 && features.values.subarray(bar * features.width, (bar + 1) * features.width).every(Number.isFinite);
  }

  private bar(asset: number, row: number): number {
    return this.asset(asset).bars.closeTime.indexOf(this.times[row]!);
  }

  private price(asset: number, row: number, column: "open" | "close"): number {
    const bar = this.bar(asset, row);
    return bar < 0 ? 0 : Math.round(this.asset(asset).bars[column][bar]! * 100);
  }

  private worth(asset: number): number {
    const { tickSize, lotSize } = this.asset(asset).bars.instrument;
    return Math.round(tickSize * lotSize * this.unit);
  }

  private asset(index: number): PortfolioAsset {
    return this.options.assets[index]!;
  }
}
