import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { stress } from "../market/index.ts";
import { createVectorEnvironment } from "./batched-environment.ts";
import { joinEnvironments } from "./joined-environment.ts";
import { sampleOptions, walk } from "./testing/sample-market.ts";
import type { VectorEnvironment } from "./vector-environment.ts";

const bars = walk(3);
const crashed = stress([bars], [{ scenario: "flash-crash", onsetMs: bars.closeTime[120]! }])[0]!.bars;
const fields = {
  episode: { maxSteps: 30 },
  environment: { name: "single-asset", params: { actions: "target-position", maxDrawdown: 0.1 } },
};
const counts = [3, 1, 4];
const partsOf = () =>
  counts.map((count, index) => createVectorEnvironment({ ...sampleOptions(index === 1 ? crashed : bars, fields, count), seed: index }));

const columns = ({ observations, finalObservations, rewards, terminated, truncated, constraintCosts }: VectorEnvironment) => [
  [...observations],
  [...finalObservations],
  [...rewards],
  [...terminated],
  [...truncated],
  [...constraintCosts!],
];
/** What the parts hold, one after the other. */
const concatenated = (parts: readonly VectorEnvironment[]) =>
  parts.map(columns).reduce((all, part) => all.map((column, index) => [...column, ...part[index]!]));

test("is its parts side by side, whatever is done, with a save and a restore on the way", () => {
  const property = fc.property(fc.nat(1000), fc.integer({ min: 1, max: 60 }), (seed, saveAt) => {
    const alone = partsOf();
    let joined = joinEnvironments(partsOf());
    const observations = joined.observations;
    expect(columns(joined)).toEqual(concatenated(alone));
    joined.reset(seed);
    for (const [index, part] of alone.entries()) part.reset(seed + index * 1_000_003);
    const random = new Random(seed);
    const endings = [0, 0];
    for (let step = 0; step < 70; step++) {
      if (step === saveAt) {
        const state: unknown = JSON.parse(JSON.stringify(joined.save()));
        expect(joined.observations, "its arrays are its own throughout").toBe(observations);
        joined = joinEnvironments(partsOf());
        joined.restore(state);
      }
      const actions = Float32Array.from({ length: 8 }, () => 2 * random.uniform() - 1);
      joined.step(actions);
      let from = 0;
      for (const part of alone) part.step(actions.subarray(from, (from += part.count)));
      const [seen, last, rewards, terminated, truncated, costs] = concatenated(alone);
      const size = alone[0]!.observations.length / counts[0]!;
      expect([...joined.observations]).toEqual(seen);
      expect([[...joined.rewards], [...joined.constraintCosts!]]).toEqual([rewards, costs]);
      expect([[...joined.terminated], [...joined.truncated]]).toEqual([terminated, truncated]);
      for (let row = 0; row < 8; row++) {
        if (!terminated![row] && !truncated![row]) continue;
        endings[terminated![row]!]!++;
        expect([...joined.finalObservations.subarray(row * size, (row + 1) * size)]).toEqual(last!.slice(row * size, (row + 1) * size));
      }
    }
    expect(Math.min(...endings), "episodes of both endings").toBeGreaterThan(0);
  });
  fc.assert(property, { seed: 1, numRuns: 15 });
});

test("parts have dice of their own, the first those that it has alone", () => {
  const twins = () => joinEnvironments([0, 1].map(() => createVectorEnvironment(sampleOptions(bars, fields, 2))));
  const joined = twins();
  joined.reset(5);
  const alone = createVectorEnvironment({ ...sampleOptions(bars, fields, 2), seed: 5 });
  const half = joined.observations.length / 2;
  expect(joined.observations.slice(0, half)).toEqual(alone.observations);
  expect(joined.observations.slice(half)).not.toEqual(alone.observations);
});

test("parts that are observed otherwise, the wrong number of actions, and another's state are refused", () => {
  const other = createVectorEnvironment(sampleOptions(bars, { ...fields, window: 3 }, 1));
  expect(() => joinEnvironments([...partsOf(), other])).toThrow("observed alike");
  expect(() => joinEnvironments([])).toThrow("at least one part");
  const joined = joinEnvironments(partsOf());
  expect(() => joined.step(new Float32Array(7))).toThrow("8 environments");
  const fewer = joinEnvironments(partsOf().slice(1)).save();
  expect(() => joined.restore(fewer)).toThrow(expect.objectContaining({ code: "checkpoint/invalid" }));
  expect(() => joined.restore(other.save())).toThrow(expect.objectContaining({ code: "checkpoint/invalid" }));
});
