import { expect, test } from "vitest";
import { studentTail } from "./index.ts";

// What SciPy 1 says: 2 * scipy.stats.t.sf(|t|, degrees).
test.each([
  [0, 3, 1],
  [1, 1, 0.5],
  [0.3, 2, 0.7924856608401776],
  [2, 10, 0.07338803477074037],
  [-2.5, 30, 0.01811564906806669],
  [5, 4, 0.007490433881274525],
  [12, 60, 1.378632264181775e-17],
  [40, 8, 1.6785718879145792e-10],
  [0.01, 500, 0.9920252759930329],
  [8, 2000, 2.0864365381608377e-15],
])("t = %d with %d degrees of freedom", (t, degrees, probability) => {
  expect(studentTail(t, degrees) / probability).toBeCloseTo(1, 10);
});

test("with one degree it is Cauchy's, with two it has a closed form", () => {
  for (const t of [0.1, 0.7, 1, 3, 25, 400]) {
    expect(studentTail(t, 1) / (1 - (2 / Math.PI) * Math.atan(t))).toBeCloseTo(1, 9);
    expect(studentTail(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 13);
  }
});
