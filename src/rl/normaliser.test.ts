import fc from "fast-check";
import { expect, test } from "vitest";
import { ObservationNormaliser, RewardNormaliser, RunningMoments } from "./normaliser.ts";

test("running moments reproduce Stable-Baselines3's", () => {
  const moments = new RunningMoments(1);
  moments.update([1, 2, 3]);
  moments.update([10, 20]);
  expect(moments.mean[0]).toBeCloseTo(7.199856002879943, 12);
  expect(moments.variance[0]).toBeCloseTo(50.96003757851285, 11);
  expect(moments.count).toBeCloseTo(5.0001, 12);
});

test("running moments do not depend on how rows are batched", () => {
  const rows = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(rows, fc.nat(), (values, at) => {
      const [whole, parts] = [new RunningMoments(1), new RunningMoments(1)];
      const cut = 1 + (at % (values.length - 1));
      whole.update(values);
      parts.update(values.slice(0, cut));
      parts.update(values.slice(cut));
      expect(parts.mean[0]).toBeCloseTo(whole.mean[0]!, 8);
      expect(parts.variance[0]).toBeCloseTo(whole.variance[0]!, 6);
    }),
  );
});

test("observations are centred, scaled and clipped column by column", () => {
  const normaliser = new ObservationNormaliser(2);
  normaliser.update(Float32Array.of(1, 100, 3, 300));
  const out = new Float32Array(4);
  normaliser.apply(Float32Array.of(3, 200, 1e6, 200), 0, 4, out, 0);
  const { mean, variance } = normaliser.moments;
  expect(out[0]).toBeCloseTo((3 - mean[0]!) / Math.sqrt(variance[0]! + 1e-8), 6);
  expect(out[1]).toBeCloseTo((200 - mean[1]!) / Math.sqrt(variance[1]! + 1e-8), 6);
  expect(out[2]).toBe(10);
});

test("rewards are divided by the deviation of the discounted return, which starts anew after an episode", () => {
  const normaliser = new RewardNormaliser(2, 0.5);
  const out = new Float32Array(2);
  const twin = new RunningMoments(1);
  const none = new Uint8Array(2);
  normaliser.apply(Float32Array.of(1, -1), Uint8Array.of(1, 0), none, out, 0);
  twin.update([1, -1]);
  expect(out[0]).toBeCloseTo(1 / Math.sqrt(twin.variance[0]! + 1e-8), 6);
  normaliser.apply(Float32Array.of(2, 2), none, Uint8Array.of(0, 1), out, 0);
  twin.update([2, 1.5]);
  expect(out[1]).toBeCloseTo(2 / Math.sqrt(twin.variance[0]! + 1e-8), 6);
  expect([...normaliser.discounted]).toEqual([2, 0]);
});

test("saved and restored statistics go on bit by bit", () => {
  const normaliser = new RewardNormaliser(1, 0.9);
  const out = new Float32Array(1);
  const step = (target: RewardNormaliser, reward: number) => {
    target.apply(Float32Array.of(reward), new Uint8Array(1), new Uint8Array(1), out, 0);
    return out[0];
  };
  [0.3, -2, 5].forEach((reward) => step(normaliser, reward));
  const copy = new RewardNormaliser(1, 0.9);
  copy.restore(JSON.parse(JSON.stringify(normaliser.save())));
  expect(step(copy, 1.7)).toBe(step(normaliser, 1.7));
});
