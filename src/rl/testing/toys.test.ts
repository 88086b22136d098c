import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { toyEnvironment } from "./toy-environment.ts";
import { cartPole, endless } from "./toys.ts";

test("CartPole moves as Gymnasium's", () => {
  const state = Float64Array.of(0.01, -0.02, 0.03, 0.04);
  const { terminated } = cartPole.step(state, [1], new Random(0));
  [0.0096, 0.17467919574755525, 0.0308, -0.2430687179600081].forEach((value, at) => expect(state[at]).toBeCloseTo(value, 14));
  expect(terminated).toBe(false);
});

test("CartPole falls at the step at which Gymnasium's does", () => {
  const state = Float64Array.of(0.027395604855596334, -0.006112156024794771, 0.03585979199113824, 0.019736802905936393);
  let steps = 0;
  while (!cartPole.step(state, [steps++ % 2], new Random(0)).terminated);
  expect(steps).toBe(23);
});

test("an episode that ends shows its last observation, and the next one's first", () => {
  const environment = toyEnvironment(endless, 2);
  environment.reset(1);
  for (let step = 1; step <= 32; step++) {
    environment.step(Int32Array.of(0, 1));
    expect([...environment.truncated]).toEqual(step === 32 ? [1, 1] : [0, 0]);
  }
});

test("a saved toy goes on as it would have", () => {
  const play = (environment: ReturnType<typeof toyEnvironment>) => {
    for (let step = 0; step < 60; step++) environment.step(Int32Array.of(step & 1, 1));
    return [...environment.observations];
  };
  const environment = toyEnvironment(cartPole, 2);
  environment.reset(5);
  play(environment);
  const copy = toyEnvironment(cartPole, 2);
  copy.restore(JSON.parse(JSON.stringify(environment.save())));
  expect(play(copy)).toEqual(play(environment));
});
