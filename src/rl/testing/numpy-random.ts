import type { Random } from "../../base/index.ts";

const word = 2n ** 32n;
const [low64, low128] = [2n ** 64n - 1n, 2n ** 128n - 1n];
const multiplier = 0x2360ed051fc65da44385df649fccf645n;

/** Folds the upper half of 32 bits into the lower. */
const folded = (value: number): number => (value ^ (value >>> 16)) >>> 0;

/** A hash of 32-bit words whose constant changes with every call, as in NumPy's SeedSequence. */
function hasher(start: number, factor: number): (value: number) => number {
  let constant = start;
  return (value) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, factor);
    return folded(Math.imul(mixed, constant));
  };
}

/** The eight words that NumPy's SeedSequence makes of a small seed. */
function seedWords(seed: number): number[] {
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = [seed, 0, 0, 0].map(hash);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = folded((Math.imul(0xca01f9dd, pool[to]!) - Math.imul(0x4973f715, hash(pool[from]!))) | 0);
    }
  }
  return Array.from({ length: 8 }, (_, at) => pool[at % 4]!).map(hasher(0x8b51f9dd, 0x58f38ded));
}

/** Uniform numbers of `numpy.random.default_rng(seed)`, which Gymnasium resets with: PCG64 (O'Neill, 2014), seeded by SeedSequence. */
export function numpyRandom(seed: number): Pick<Random, "uniform"> {
  const words = seedWords(seed).map(BigInt);
  const [first, second, third, fourth] = [0, 2, 4, 6].map((at) => words[at]! + word * words[at + 1]!) as [bigint, bigint, bigint, bigint];
  const increment = ((((third << 64n) | fourth) << 1n) | 1n) & low128;
  const next = (state: bigint) => (state * multiplier + increment) & low128;
  let state = next((increment + ((first << 64n) | second)) & low128);
  return {
    uniform() {
      state = next(state);
      const [mixed, turn] = [(state >> 64n) ^ (state & low64), state >> 122n];
      const bits = ((mixed >> turn) | (mixed << (64n - turn))) & low64;
      return Number(bits >> 11n) * 2 ** -53;
    },
  };
}
