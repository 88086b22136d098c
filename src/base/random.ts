import { assert } from "./assert.ts";

/** Everything a generator needs to go on where it stood: four words of state and the spare normal draw, if any. */
export interface RandomState {
  readonly words: readonly [number, number, number, number];
  readonly spare: number | null;
}

/** A seeded source of random numbers: xoshiro128++ (Blackman & Vigna, 2021), seeded by SplitMix32. Its state can be saved and restored. */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;
  private spare = NaN;

  /** `seed` is any integer; `stream` gives independent generators of one seed. */
  constructor(seed: number, stream = 0) {
    assert(Number.isSafeInteger(seed) && Number.isSafeInteger(stream), `seed and stream must be integers, got ${seed}, ${stream}`);
    let state = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)) | 0;
    const splitMix = () => {
      state = (state + 0x9e3779b9) | 0;
      let word = state ^ (state >>> 16);
      word = Math.imul(word, 0x21f0aaad);
      word ^= word >>> 15;
      word = Math.imul(word, 0x735a2d97);
      return word ^ (word >>> 15);
    };
    this.a = splitMix();
    this.b = splitMix();
    this.c = splitMix();
    this.d = splitMix();
  }

  /** 32 uniform bits as an unsigned integer. */
  bits(): number {
    const { a, b, c, d } = this;
    const sum = (a + d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
    const mixed = d ^ b;
    const third = c ^ a;
    this.b = b ^ third;
    this.a = a ^ mixed;
    this.c = third ^ (b << 9);
    this.d = (mixed << 11) | (mixed >>> 21);
    return result;
  }

  /** Uniform in [0, 1) with 32 bits of resolution. */
  uniform(): number {
    return this.bits() * 2 ** -32;
  }

  /** Uniform integer in [0, limit), without modulo bias beyond 2⁻³² · limit. */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** Standard normal draw (Marsaglia's polar method, 1964). */
  normal(): number {
    if (!Number.isNaN(this.spare)) {
      const draw = this.spare;
      this.spare = NaN;
      return draw;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * scale;
      return x * scale;
    }
  }

  /** Puts an array of indices or values into random order (Fisher & Yates). */
  shuffle(values: { [index: number]: number; readonly length: number }): void {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const value = values[last]!;
      values[last] = values[other]!;
      values[other] = value;
    }
  }

  save(): RandomState {
    return { words: [this.a | 0, this.b | 0, this.c | 0, this.d | 0], spare: Number.isNaN(this.spare) ? null : this.spare };
  }

  restore({ words, spare }: RandomState): void {
    [this.a, this.b, this.c, this.d] = words;
    this.spare = spare ?? NaN;
  }
}
