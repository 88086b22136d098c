import { expect, test } from "vitest";
import { claimsAlone, claimsOfBest } from "../bench/judgement/study.ts";

// The study behind docs/judgement.md, small: bounds are five standard errors wide.

test("on noise nothing is claimed oftener than its level says", () => {
  const { rounds, difference, probabilistic, randomEntry } = claimsAlone(200, 0, 1);
  expect(difference / rounds).toBeLessThan(0.08);
  expect(probabilistic / rounds).toBeLessThan(0.13);
  expect(randomEntry / rounds).toBeLessThan(0.13);
});

test("a large edge is found, and the best of many rules without one is not taken for skill", () => {
  const { rounds, randomEntry, probabilistic } = claimsAlone(40, 4, 2);
  expect(randomEntry / rounds).toBeGreaterThan(0.8);
  expect(probabilistic / rounds).toBeGreaterThan(0.8);
  const noise = claimsOfBest(40, 20, 0, 3);
  expect(noise.undeflated / noise.rounds).toBeGreaterThan(0.25);
  expect(noise.deflated / noise.rounds).toBeLessThan(0.2);
  expect(noise.superior / noise.rounds).toBeLessThan(0.25);
  expect(noise.overfitting).toBeGreaterThan(0.35);
  const edge = claimsOfBest(10, 20, 6, 4);
  expect(edge.overfitting).toBeLessThan(0.1);
});
