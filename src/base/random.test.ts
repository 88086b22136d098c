import { expect, test } from "vitest";
import { Random } from "./random.ts";

/** xoshiro128++ as its authors print it, on unsigned words in plain arrays. */
function reference(words: readonly number[]) {
  const s = words.map((word) => word >>> 0);
  const rotate = (x: number, k: number) => ((x << k) | (x >>> (32 - k))) >>> 0;
  return () => {
    const result = (rotate((s[0]! + s[3]!) >>> 0, 7) + s[0]!) >>> 0;
    const t = (s[1]! << 9) >>> 0;
    s[2] = (s[2]! ^ s[0]!) >>> 0;
    s[3] = (s[3]! ^ s[1]!) >>> 0;
    s[1] = (s[1]! ^ s[2]!) >>> 0;
    s[0] = (s[0]! ^ s[3]!) >>> 0;
    s[2] = (s[2]! ^ t) >>> 0;
    s[3] = rotate(s[3]!, 11);
    return result;
  };
}

test("is xoshiro128++", () => {
  const random = new Random(7);
  const next = reference(random.save().words);
  for (let draw = 0; draw < 1000; draw++) expect(random.bits()).toBe(next());
});

test("the published first values from the state 1, 2, 3, 4", () => {
  const random = new Random(0);
  random.restore({ words: [1, 2, 3, 4], spare: null });
  expect([random.bits(), random.bits(), random.bits()]).toEqual([641, 1573767, 3222811527]);
});

test("one seed, one sequence; other seeds and streams, others", () => {
  const draws = (random: Random) => Array.from({ length: 8 }, () => random.bits());
  expect(draws(new Random(3))).toEqual(draws(new Random(3)));
  const sequences = [new Random(3), new Random(4), new Random(3, 1), new Random(2 ** 40 + 3), new Random(-3)].map((random) =>
    draws(random).join(),
  );
  expect(new Set(sequences).size).toBe(sequences.length);
});

test("goes on from a saved state, the spare normal draw included", () => {
  const random = new Random(11);
  random.normal();
  const saved = JSON.parse(JSON.stringify(random.save()));
  const ahead = [random.normal(), random.normal(), random.uniform()];
  const other = new Random(0);
  other.restore(saved);
  expect([other.normal(), other.normal(), other.uniform()]).toEqual(ahead);
});

test("moments of the uniform and the normal", () => {
  const random = new Random(5);
  const count = 200_000;
  let uniformMean = 0;
  let mean = 0;
  let square = 0;
  let fourth = 0;
  for (let draw = 0; draw < count; draw++) {
    uniformMean += random.uniform() / count;
    const normal = random.normal();
    mean += normal / count;
    square += normal ** 2 / count;
    fourth += normal ** 4 / count;
  }
  expect(uniformMean).toBeCloseTo(0.5, 2);
  expect(mean).toBeCloseTo(0, 2);
  expect(square).toBeCloseTo(1, 1);
  expect(Math.abs(fourth - 3)).toBeLessThan(0.1);
});

test("a shuffle keeps every value and reaches every order", () => {
  const random = new Random(1);
  const orders = new Map<string, number>();
  for (let round = 0; round < 6000; round++) {
    const values = [1, 2, 3];
    random.shuffle(values);
    orders.set(values.join(""), (orders.get(values.join("")) ?? 0) + 1);
  }
  expect([...orders.keys()].sort()).toEqual(["123", "132", "213", "231", "312", "321"]);
  for (const times of orders.values()) expect(Math.abs(times - 1000)).toBeLessThan(150);
});
