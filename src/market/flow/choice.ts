import { assert, type Random } from "../../base/index.ts";

/** Draws a place with probabilities proportional to weights, in constant time: Walker's aliases (1977), made by Vose's method (1991). */
export class Choice {
  /** Σ weights. */
  readonly total: number;
  private readonly keep: Float64Array;
  private readonly alias: Int32Array;

  constructor(weights: readonly number[]) {
    const { length } = weights;
    this.total = weights.reduce((sum, weight) => sum + weight, 0);
    assert(length > 0 && weights.every((weight) => weight >= 0) && Number.isFinite(this.total), "weights are at least 0");
    this.keep = new Float64Array(length).fill(1);
    this.alias = Int32Array.from({ length }, (_, index) => index);
    if (this.total === 0) return;
    const scaled = weights.map((weight) => (weight * length) / this.total);
    const small = scaled.flatMap((weight, index) => (weight < 1 ? [index] : []));
    const large = scaled.flatMap((weight, index) => (weight < 1 ? [] : [index]));
    while (small.length > 0 && large.length > 0) {
      const less = small.pop()!;
      const more = large.at(-1)!;
      this.keep[less] = scaled[less]!;
      this.alias[less] = more;
      scaled[more]! -= 1 - scaled[less]!;
      if (scaled[more]! < 1) small.push(large.pop()!);
    }
  }

  /** A place; of all weights 0 any. */
  draw(random: Random): number {
    const point = random.uniform() * this.keep.length;
    const place = Math.floor(point);
    return point - place < this.keep[place]! ? place : this.alias[place]!;
  }
}
