import { assert } from "../base/index.ts";
import type { Bar } from "../domain/index.ts";
import type { ReturnWindow } from "./portfolio-math/covariance.ts";

/** A function from the returns so far and the shares held to weights, as `Allocation.start` gives it. */
export type Weigh = (past: ReturnWindow, held: Float64Array) => Float64Array;

/**
 * Makes an allocation's weights of closes as they come. Returns are 0 where an asset has no bar. An asset is given weight once it has
 * returns enough and while it is quoted; what is stuck in the others is left alone, and weights are spread over the rest.
 */
export class AllocationDecisions {
  private readonly assets: number;
  private readonly weigh: Weigh;
  private readonly needed: number;
  /** [rows × assets] with room for more. */
  private returns: Float64Array;
  private rows = 0;
  private readonly closes: Float64Array;
  private readonly isQuoted: Uint8Array;
  /** [assets] Row of the first bar. */
  private readonly listed: Float64Array;

  constructor(assets: number, weigh: Weigh, needed: number) {
    this.assets = assets;
    this.weigh = weigh;
    this.needed = needed;
    this.returns = new Float64Array(256 * assets);
    this.closes = new Float64Array(assets).fill(NaN);
    this.isQuoted = new Uint8Array(assets);
    this.listed = new Float64Array(assets).fill(Infinity);
  }

  /** The closes of a row. */
  update(fresh: readonly (Readonly<Bar> | null)[]): void {
    const row = this.rows++;
    if (this.rows * this.assets > this.returns.length) this.grow();
    for (const [asset, bar] of fresh.entries()) {
      this.isQuoted[asset] = bar ? 1 : 0;
      if (!bar) continue;
      const before = this.closes[asset]!;
      this.returns[row * this.assets + asset] = Number.isNaN(before) ? 0 : bar.close / before - 1;
      this.closes[asset] = bar.close;
      this.listed[asset] = Math.min(this.listed[asset]!, row);
    }
  }

  /** Whether any asset can be given weight at the newest row. */
  get isReady(): boolean {
    return this.ready().length > 0;
  }

  /** Weights from what has come so far; NaN for assets that cannot be given any. `held` are shares of equity. */
  decide(held: Float64Array): Float64Array {
    const target = new Float64Array(this.assets).fill(NaN);
    const ready = this.ready();
    if (ready.length === 0) return target;
    const own = Float64Array.from(ready, (asset) => held[asset]!);
    const sum = own.reduce((total, weight) => total + weight, 0);
    const shares = own.map((weight) => (sum > 0 ? weight / sum : 1 / ready.length));
    const weights = this.weigh(this.window(ready), shares);
    assert(weights.length === ready.length, `${weights.length} weights for ${ready.length} assets`);
    const stuck = held.reduce((total, weight) => total + weight, 0) - sum;
    for (const [place, asset] of ready.entries()) target[asset] = weights[place]! * Math.min(1, Math.max(0, 1 - stuck));
    return target;
  }

  private ready(): number[] {
    const ready: number[] = [];
    for (let asset = 0; asset < this.assets; asset++)
      if (this.isQuoted[asset] === 1 && this.rows - 1 - this.listed[asset]! >= this.needed) ready.push(asset);
    return ready;
  }

  /** The rows since the last of these assets was listed; without a copy where they are all. */
  private window(ready: readonly number[]): ReturnWindow {
    const { assets, returns, rows: end } = this;
    const from = Math.max(...ready.map((asset) => this.listed[asset]!)) + 1;
    const rows = end - from;
    if (ready.length === assets) return { values: returns.subarray(from * assets, end * assets), rows, assets };
    const values = new Float64Array(rows * ready.length);
    for (let row = 0; row < rows; row++)
      for (const [place, asset] of ready.entries()) values[row * ready.length + place] = returns[(from + row) * assets + asset]!;
    return { values, rows, assets: ready.length };
  }

  private grow(): void {
    const longer = new Float64Array(2 * this.returns.length);
    longer.set(this.returns);
    this.returns = longer;
  }
}
