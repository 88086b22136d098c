/**
 * The latest `window` rows of a feature matrix, oldest first. Whoever owns it moves it.
 *
 * Copying a window is most of an environment's step, so floats go in pairs, as doubles, in a third of the time. That is exact:
 * two finite floats side by side never make a double that is not a number. A second copy of the matrix, one float further on,
 * lets any start meet any offset at a pair's boundary.
 */
export class FeatureWindow {
  /** Numbers in the window. */
  readonly size: number;
  private readonly width: number;
  private readonly values: Float32Array;
  private readonly pairs: Float64Array;
  private readonly shiftedPairs: Float64Array;
  private start = 0;
  private target: Float32Array = new Float32Array(0);
  private targetPairs: Float64Array = new Float64Array(0);

  /** `values` is [rows × width] and must not change any more. */
  constructor(values: Float32Array, width: number, window: number) {
    this.width = width;
    this.size = width * window;
    this.values = values.byteOffset % 8 === 0 ? values : values.slice();
    this.pairs = pairsOf(this.values);
    const shifted = new Float32Array(values.length + 2);
    shifted.set(values, 1);
    this.shiftedPairs = pairsOf(shifted);
  }

  /** Puts the window's end behind a row. */
  moveTo(lastRow: number): void {
    this.start = (lastRow + 1) * this.width - this.size;
  }

  /** Copies the window to `out[offset]` and after, and returns the index behind it. `out` begins its own memory. */
  copyTo(out: Float32Array, offset: number): number {
    const { start, size, values } = this;
    const end = offset + size;
    if (out !== this.target) this.aimAt(out);
    const shift = (start ^ offset) & 1;
    const from = shift ? this.shiftedPairs : this.pairs;
    const to = this.targetPairs;
    const lag = (start + shift - offset) >> 1;
    const lastPair = end >> 1;
    for (let pair = (offset + 1) >> 1; pair < lastPair; pair++) to[pair] = from[pair + lag]!;
    if (offset & 1) out[offset] = values[start]!;
    if (end & 1) out[end - 1] = values[start + size - 1]!;
    return end;
  }

  private aimAt(out: Float32Array): void {
    this.target = out;
    this.targetPairs = pairsOf(out);
  }
}

const pairsOf = (floats: Float32Array) => new Float64Array(floats.buffer, floats.byteOffset, floats.length >> 1);
