import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { actionNoise } from "./noise.ts";

test("normal noise has the asked deviation and no memory", () => {
  const noise = actionNoise({ actionNoise: "normal", actionNoiseStd: 0.3 }, 2, 4, new Random(1))!;
  const actions = new Float32Array(4);
  let [squares, products] = [0, 0];
  let last = 0;
  for (let turn = 0; turn < 10_000; turn++) {
    actions.fill(0);
    noise.addTo(actions);
    squares += actions[0]! ** 2 + actions[3]! ** 2;
    products += actions[0]! * last;
    last = actions[0]!;
  }
  expect(Math.sqrt(squares / 20_000)).toBeCloseTo(0.3, 2);
  expect(Math.abs(products / 10_000)).toBeLessThan(0.005);
  expect(noise.state).toHaveLength(0);
});

test("an Ornstein–Uhlenbeck process follows its recursion and starts anew with an episode", () => {
  const noise = actionNoise({ actionNoise: "ornstein-uhlenbeck", actionNoiseStd: 0.5 }, 2, 4, new Random(2))!;
  const twin = new Random(2);
  const expected = [0, 0, 0, 0];
  for (let turn = 0; turn < 50; turn++) {
    const actions = Float32Array.of(1, 1, 1, 1);
    noise.addTo(actions);
    for (let at = 0; at < 4; at++) {
      expected[at]! += 0.15 * (0 - expected[at]!) * 0.01 + 0.5 * Math.sqrt(0.01) * twin.normal();
      expect(actions[at]).toBeCloseTo(1 + expected[at]!, 5);
    }
    if (turn !== 25) continue;
    noise.reset(1);
    expected.fill(0, 2);
  }
  expect([...noise.state].every((value) => value !== 0)).toBe(true);
});

test("no noise is none", () => {
  expect(actionNoise({ actionNoise: "none", actionNoiseStd: 0.1 }, 1, 1, new Random(1))).toBeUndefined();
});
