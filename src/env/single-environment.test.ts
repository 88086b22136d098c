import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { createVectorEnvironment } from "./batched-environment.ts";
import { sampleOptions, walk } from "./testing/sample-market.ts";
import { createEnvironment } from "./single-environment.ts";

const options = (fields: Record<string, unknown> = {}) => {
  const { count: _count, ...rest } = sampleOptions(walk(), fields, 1);
  return rest;
};

test("steps are those of a vector environment of one", () => {
  const fields = { episode: { maxSteps: 20 } };
  const single = createEnvironment(options(fields));
  const vector = createVectorEnvironment({ ...options(fields), count: 1 });
  const random = new Random(1);
  vector.reset(4);
  let { observation } = single.reset({ seed: 4 });
  for (let step = 0; step < 100; step++) {
    expect(observation).toEqual(vector.observations);
    const action = random.below(3);
    vector.step(Int32Array.of(action));
    const result = single.step(action);
    expect([result.reward, Number(result.terminated), Number(result.truncated)]).toEqual([
      vector.rewards[0],
      vector.terminated[0],
      vector.truncated[0],
    ]);
    const ended = result.terminated || result.truncated;
    if (ended) expect(result.observation).toEqual(vector.finalObservations);
    observation = ended ? single.reset().observation : result.observation;
  }
});

test("an ended episode waits for a reset", () => {
  const environment = createEnvironment(options({ episode: { maxSteps: 2 } }));
  expect(() => environment.step(0)).toThrow(/reset/);
  environment.reset({ seed: 1 });
  expect(environment.step(0)).toMatchObject({ terminated: false, truncated: false });
  expect(environment.step(0)).toMatchObject({ terminated: false, truncated: true });
  expect(() => environment.step(0)).toThrow(/reset/);
  environment.reset();
  expect(environment.step(0).truncated).toBe(false);
});

test("observations are copies: later steps leave them as they are", () => {
  const environment = createEnvironment(options());
  const held = [environment.reset({ seed: 1 }).observation, environment.step(2).observation];
  const before = held.map((observation) => observation.slice());
  environment.step(0);
  expect(held).toEqual(before);
});

test("a seed gives the same start again, no seed another one", () => {
  const environment = createEnvironment(options());
  const time = (seed?: number) => environment.reset(seed === undefined ? {} : { seed }).info.timeMs;
  const first = time(7);
  expect(new Set([time(), time(), time(), time()]).size).toBeGreaterThan(1);
  expect(time(7)).toBe(first);
});

test("info and render speak of money, exposure and time", () => {
  const environment = createEnvironment(options({ costs: { feeBps: 0, slippageBps: 0 }, episode: { randomStart: false } }));
  const { info } = environment.reset({ seed: 1 });
  expect(info).toMatchObject({ equity: 100_000, cash: 100_000, positionLots: 0, exposure: 0, drawdown: 0, feesPaid: 0 });
  expect(environment.render()).toMatch(
    /^20\d\d-\d\d-\d\d 00:00 {2}SYNTHETIC-WALK-1 {2}equity 100000\.00 USD {2}exposure 0\.0 % {2}drawdown 0\.0 % {2}0 lots$/,
  );
  expect(environment.step(2).info.exposure).toBeGreaterThan(0.9);
  environment.step(0);
  const [state, price, position, equity, ...rest] = environment.render().split("\n");
  expect(state).toContain("exposure −".replace("−", "-"));
  expect(position).toBe("position  ▅█▁"); // Flat, long, short.
  for (const line of [price, equity]) expect(line).toMatch(/^(?:price|equity) +[▁-█]{3}$/);
  expect(rest).toEqual([]);
  environment.reset();
  expect(environment.render()).not.toContain("\n");
});
