import { expect, test } from "vitest";
import { toyEnvironment } from "./toy-environment.ts";
import { cartPole, endless } from "./toys.ts";

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
