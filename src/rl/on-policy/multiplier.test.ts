import { expect, test } from "vitest";
import { Multiplier } from "./multiplier.ts";

test("moves as Adam does on -λ·violation", () => {
  const multiplier = new Multiplier({ initial: 1, learningRate: 0.1 });
  const expected = [0.900000009999999, 0.9366103603884888, 0.9022862539477428, 0.8741700347099896];
  [-0.1, 0.2, -0.3, 0].forEach((violation, index) => {
    multiplier.update(violation);
    expect(multiplier.value).toBeCloseTo(expected[index]!, 13);
  });
});

test("is never below 0, and rises again", () => {
  const multiplier = new Multiplier({ initial: 0.05, learningRate: 0.1 });
  for (let turn = 0; turn < 3; turn++) multiplier.update(-1);
  expect(multiplier.value).toBe(0);
  for (let turn = 0; turn < 50; turn++) multiplier.update(1);
  expect(multiplier.value).toBeGreaterThan(0.5);
});

test("saved and restored it goes on as it would have", () => {
  const [one, other] = [0, 1].map(() => new Multiplier({ initial: 0.3, learningRate: 0.05 }));
  one!.update(0.7);
  other!.restore(JSON.parse(JSON.stringify(one!.save())));
  one!.update(-0.2);
  other!.update(-0.2);
  expect(other!.value).toBe(one!.value);
});
