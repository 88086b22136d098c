import { describe, expect, test } from "vitest";
import { type SwitchingPeriod, switchingPeriods, switchMembers } from "./switching.ts";

test("training grows, validation rolls before each stretch of trading, and trading leaves no gap", () => {
  expect(switchingPeriods({ from: 10, to: 100 }, { training: 40, validation: 10, trading: 15 })).toEqual([
    { training: { from: 10, to: 50 }, validation: { from: 50, to: 60 }, trading: { from: 60, to: 75 } },
    { training: { from: 10, to: 65 }, validation: { from: 65, to: 75 }, trading: { from: 75, to: 90 } },
    { training: { from: 10, to: 80 }, validation: { from: 80, to: 90 }, trading: { from: 90, to: 100 } },
  ]);
});

test.each([
  [{ training: 0, validation: 1, trading: 1 }, "config/invalid"],
  [{ training: 1, validation: 1.5, trading: 1 }, "config/invalid"],
  [{ training: 50, validation: 50, trading: 1 }, "data/too-short"],
])("%j is refused", (lengths, code) => {
  expect(() => switchingPeriods({ from: 0, to: 100 }, lengths)).toThrow(expect.objectContaining({ code }) as Error);
});

describe("the member of a period", () => {
  const periods = switchingPeriods({ from: 0, to: 8 }, { training: 1, validation: 1, trading: 1 });
  const chosen = async (scores: readonly (readonly number[])[]) =>
    (await switchMembers(periods.slice(0, scores.length), (_, index) => scores[index]!)).map(({ active }) => active);

  test("is the one that did best in validation", async () => {
    expect(
      await chosen([
        [0.1, 0.7, 0.3],
        [0.1, 0.2, 0.3],
        [-1, -2, -3],
      ]),
    ).toEqual([1, 2, 0]);
  });

  test("stays where none is better than it, and where scores are no numbers", async () => {
    expect(
      await chosen([
        [0, 1, 1],
        [1, 1, 1],
        [NaN, NaN, NaN],
        [NaN, NaN, -5],
        [NaN, 2, NaN],
      ]),
    ).toEqual([1, 1, 1, 2, 1]);
  });

  test("is chosen by what its validation says, one period after the other", async () => {
    const asked: SwitchingPeriod[] = [];
    const choices = await switchMembers(periods, async (period, index) => {
      await Promise.resolve();
      asked.push(period);
      return [0, index];
    });
    expect(asked).toEqual(periods);
    expect(choices[3]).toEqual({ period: periods[3], active: 1, scores: [0, 3] });
  });
});
