import { expect, test } from "vitest";
import { giveStretch, takeStretch } from "./arena.ts";

test("stretches do not overlap, are zero, come back whole, and run out", () => {
  const taken = [5, 16, 17, 1000, 1].map((size) => takeStretch(size)!);
  const places = taken.map(({ byteOffset, byteLength }) => [byteOffset, byteOffset + byteLength] as const);
  places.forEach(([start, end], index) => {
    expect(start % 64).toBe(0);
    for (const [otherStart, otherEnd] of places.slice(index + 1)) expect(end <= otherStart || otherEnd <= start).toBe(true);
  });
  for (const each of taken) each.fill(1);
  for (const index of [1, 3, 0, 4, 2]) giveStretch(taken[index]!);
  const all = takeStretch(2 ** 22)!;
  expect(all.every((value) => value === 0)).toBe(true);
  expect(takeStretch(1)).toBeUndefined();
  giveStretch(all);
  expect(takeStretch(1)).toHaveLength(1);
});
