import { expect, test } from "vitest";
import { constantSchedule, cosineSchedule, linearSchedule, warmUp } from "./schedule.ts";

test.each([
  ["constant", constantSchedule(3), [3, 3, 3, 3]],
  ["linear", linearSchedule(4), [4, 3, 2, 0]],
  ["linear to a floor", linearSchedule(4, 2), [4, 3.5, 3, 2]],
  ["cosine", cosineSchedule(4), [4, 2 + Math.SQRT2, 2, 0]],
  ["cosine to a floor", cosineSchedule(4, 2), [4, 3 + Math.SQRT1_2, 3, 2]],
  ["warm-up over a half", warmUp(0.5, linearSchedule(4)), [0, 2, 4, 0]],
  ["warm-up over a quarter", warmUp(0.25, linearSchedule(3)), [0, 3, 2, 0]],
])("%s, after none, a quarter, half and all of training", (_, schedule, expected) => {
  [1, 0.75, 0.5, 0].forEach((remaining, index) => expect(schedule(remaining)).toBeCloseTo(expected[index]!, 12));
});
