import fc from "fast-check";
import { expect, test } from "vitest";
import { generalisedAdvantage, type AdvantageInput } from "./advantage.ts";

const params = { gamma: 0.99, gaeLambda: 0.95 };

const cases = [
  { name: "no end", terminated: [0, 0, 0, 0], truncated: [0, 0, 0, 0], expected: [10.628140290434375, 9.71625761875, 7.6887375, 4.475] },
  { name: "terminated after t = 1", terminated: [0, 1, 0, 0], truncated: [0, 0, 0, 0], expected: [2.4305, 1.0, 7.6887375, 4.475] },
  { name: "truncated after t = 1", terminated: [0, 0, 0, 0], truncated: [0, 1, 0, 0], expected: [3.59436875, 2.2375, 7.6887375, 4.475] },
  {
    name: "terminated after the last step",
    terminated: [0, 0, 0, 1],
    truncated: [0, 0, 0, 0],
    expected: [8.56916278025, 7.5270205, 5.361, 2.0],
  },
];

test.each(cases)("closed form: $name", ({ terminated, truncated, expected }) => {
  const advantages = new Float64Array(4);
  const valueTargets = new Float64Array(4);
  const values = Float64Array.of(0.5, 1, 1.5, 2, 2.5);
  const columns = { rewards: Float64Array.of(1, 2, 3, 4), values, finalValues: Float64Array.of(0, 1.25, 0, 0) };
  generalisedAdvantage(
    { count: 1, ...columns, terminated: Uint8Array.from(terminated), truncated: Uint8Array.from(truncated) },
    params,
    advantages,
    valueTargets,
  );
  expected.forEach((value, at) => {
    expect(advantages[at]).toBeCloseTo(value, 13);
    expect(valueTargets[at]).toBeCloseTo(value + values[at]!, 13);
  });
});

/** The definition, one environment and one step at a time: the discounted sum of later errors up to the end of the episode. */
function naiveAdvantage(
  { count, rewards, values, finalValues, terminated, truncated }: AdvantageInput,
  step: number,
  index: number,
): number {
  let advantage = 0;
  let weight = 1;
  for (let at = step * count + index; at < rewards.length; at += count) {
    const next = terminated[at] ? 0 : truncated[at] ? finalValues[at]! : values[at + count]!;
    advantage += weight * (rewards[at]! + params.gamma * next - values[at]!);
    if (terminated[at] || truncated[at]) break;
    weight *= params.gamma * params.gaeLambda;
  }
  return advantage;
}

test("many environments side by side agree with the definition", () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true });
  const flag = fc.integer({ min: 0, max: 3 }).map((value) => Number(value === 0));
  const rollout = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 })).chain(([count, steps]) => {
    const rows = count * steps;
    const array = <T>(of: fc.Arbitrary<T>, length: number) => fc.array(of, { minLength: length, maxLength: length });
    return fc.record({
      count: fc.constant(count),
      rewards: array(number, rows),
      values: array(number, rows + count),
      finalValues: array(number, rows),
      terminated: array(flag, rows),
      truncated: array(flag, rows),
    });
  });
  fc.assert(
    fc.property(rollout, ({ count, rewards, values, finalValues, terminated, truncated }) => {
      const input: AdvantageInput = {
        count,
        rewards: Float64Array.from(rewards),
        values: Float64Array.from(values),
        finalValues: Float64Array.from(finalValues),
        terminated: Uint8Array.from(terminated),
        truncated: Uint8Array.from(truncated),
      };
      const advantages = new Float64Array(rewards.length);
      generalisedAdvantage(input, params, advantages, new Float64Array(rewards.length));
      advantages.forEach((value, at) => expect(value).toBeCloseTo(naiveAdvantage(input, Math.floor(at / count), at % count), 9));
    }),
  );
});
