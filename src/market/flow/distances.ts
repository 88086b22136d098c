import type { Random } from "../../base/index.ts";
import { Choice } from "./choice.ts";
import { invalidTrader } from "./trader.ts";

/**
 * Distances from the other side's best price in ticks, in bins: bin i holds those above `ends[i − 1]` up to `ends[i]`, all alike.
 * What lies beyond counts to the last bin.
 */
export class Distances {
  private readonly starts: Float64Array;
  private readonly widths: Float64Array;
  private readonly bins: Uint16Array;
  private readonly choice: Choice;

  /** `weights` says how often each bin is drawn, in any unit. */
  constructor(ends: readonly number[], weights: readonly number[]) {
    const isAscending = ends.every((end, index) => index === 0 || end > ends[index - 1]!);
    if (!isAscending) throw invalidTrader("distances", "must ascend", "Give the upper end of each bin, nearest first.");
    this.starts = Float64Array.from(ends, (_, index) => (index === 0 ? 1 : ends[index - 1]! + 1));
    this.widths = Float64Array.from(ends, (end, index) => end - this.starts[index]! + 1);
    this.bins = new Uint16Array(ends.at(-1)! + 1);
    ends.forEach((end, index) => this.bins.fill(index, this.starts[index], end + 1));
    this.choice = new Choice(weights);
  }

  /** Σ weights. */
  get total(): number {
    return this.choice.total;
  }

  draw(random: Random): number {
    return this.drawIn(this.choice.draw(random), random);
  }

  /** Any distance of a bin. */
  drawIn(bin: number, random: Random): number {
    return this.starts[bin]! + random.below(this.widths[bin]!);
  }

  binOf(distance: number): number {
    return this.bins[distance < this.bins.length ? Math.max(0, distance) : this.bins.length - 1]!;
  }
}
