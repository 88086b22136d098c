import fc from "fast-check";
import { expect, test } from "vitest";
import { likelySplit, type SuspectMove } from "./split-likelihood.ts";

const daily = { priceScale: 0.015, volumeMove: NaN, prior: 0.1 / 252 };
const split = (price: number, rest: Partial<SuspectMove> = {}) => likelySplit({ ...daily, priceMove: Math.log(price), ...rest });

test("the likelihood is Bayes' rule, by hand", () => {
  // One ratio at a distance of nothing, against Student's density with three degrees of freedom: 6√3 / (π (3 + z²)²) / scale.
  const z = Math.log(2) / 0.015;
  const student = (at: number) => (6 * Math.sqrt(3)) / (Math.PI * (3 + at * at) ** 2);
  const market = (1 - daily.prior) * (student(z) / 0.015);
  const two = daily.prior * 0.28 * (student(0) / 0.015);
  const { likelihood } = split(1 / 2);
  const odds = likelihood / (1 - likelihood);
  expect(odds).toBeGreaterThan(two / market);
  expect(odds).toBeLessThan((1.05 * two) / market); // The other ratios explain little of it.
});

test("usual ratios are named, other ones approximated, and quiet or wild moves are none", () => {
  expect(split(1 / 2)).toMatchObject({ numerator: 2, denominator: 1, usual: true, volumeFollows: null });
  expect(split(1 / 1.97)).toMatchObject({ numerator: 2, denominator: 1, usual: true });
  expect(split(10.1)).toMatchObject({ numerator: 1, denominator: 10, usual: true });
  expect(split(2 / 3)).toMatchObject({ numerator: 3, denominator: 2, usual: true });
  expect(split(6.41)).toMatchObject({ usual: false, numerator: 5, denominator: 32 });
  expect(split(0.97).likelihood).toBeLessThan(0.01);
  expect(split(0.55, { priceScale: 0.08 }).likelihood).toBeLessThan(0.3);
});

test("a volume that moves by the inverse makes a split likelier, one that stays makes it less likely", () => {
  const price = 2 / 3;
  const alone = split(price).likelihood;
  const follows = split(price, { volumeMove: Math.log(3 / 2) });
  const stays = split(price, { volumeMove: 0 });
  expect(follows.volumeFollows).toBe(true);
  expect(stays.volumeFollows).toBe(false);
  expect(follows.likelihood).toBeGreaterThan(stays.likelihood);
  expect(alone).toBeGreaterThan(stays.likelihood);
});

test("whatever the move, a probability and a ratio near it come out", () => {
  const moves = fc.record({
    priceMove: fc.double({ min: -5, max: 5, noNaN: true }),
    priceScale: fc.double({ min: 1e-5, max: 0.5, noNaN: true }),
    volumeMove: fc.oneof(fc.constant(NaN), fc.double({ min: -8, max: 8, noNaN: true })),
    prior: fc.double({ min: 1e-9, max: 0.5, noNaN: true }),
  });
  fc.assert(
    fc.property(moves, (move) => {
      const { numerator, denominator, usual, likelihood } = likelySplit(move);
      expect(likelihood).toBeGreaterThanOrEqual(0);
      expect(likelihood).toBeLessThanOrEqual(1);
      expect(Number.isInteger(numerator) && Number.isInteger(denominator) && numerator > 0 && denominator > 0).toBe(true);
      if (!usual) expect(Math.abs(Math.log(denominator / numerator) - move.priceMove)).toBeLessThan(0.0051);
    }),
  );
});
