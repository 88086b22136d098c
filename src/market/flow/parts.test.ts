import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { ActorQueue } from "./actor-queue.ts";
import { Choice } from "./choice.ts";
import { Distances } from "./distances.ts";
import { Fundamental, FundamentalSpecification } from "./fundamental.ts";
import { MovingAverage } from "./moving-average.ts";
import { poisson } from "./poisson.ts";

test("the queue names the actors as a list sorted anew each time would, the lower number first of equal times", () => {
  const times = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(times, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), (starts, steps) => {
      const queue = new ActorQueue(starts.length);
      const plain = [...starts];
      starts.forEach((time, actor) => queue.set(actor, time));
      queue.order();
      for (const step of steps) {
        const least = Math.min(...plain);
        expect([queue.first, queue.firstMs]).toEqual([plain.indexOf(least), least]);
        plain[queue.first] = least + step;
        queue.moveFirst(least + step);
      }
    }),
    { seed: 1 },
  );
});

test("a choice is made in proportion to the weights, and never of a weight of 0", () => {
  const weights = [0, 5, 1, 0, 3, 0.5, 0.5];
  const choice = new Choice(weights);
  const random = new Random(1);
  const draws = 100_000;
  const counts = new Float64Array(weights.length);
  for (let draw = 0; draw < draws; draw++) counts[choice.draw(random)]!++;
  weights.forEach((weight, place) => {
    const expected = (draws * weight) / 10;
    expect(Math.abs(counts[place]! - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected));
  });
});

test("distances fall into the bins that drew them, every one of them, and what lies beyond into the last", () => {
  const distances = new Distances([1, 3, 10], [1, 0, 1]);
  const random = new Random(2);
  const seen = new Set<number>();
  for (let draw = 0; draw < 2000; draw++) seen.add(distances.draw(random));
  expect([...seen].sort((left, right) => left - right)).toEqual([1, 4, 5, 6, 7, 8, 9, 10]);
  expect([-3, 0, 1, 2, 3, 4, 10, 11, 1e6].map((distance) => distances.binOf(distance))).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 2]);
});

test("a Poisson draw has its mean as variance too", () => {
  const random = new Random(3);
  const draws = Float64Array.from({ length: 20_000 }, () => poisson(random, 7));
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean - 7)).toBeLessThan(0.1);
  expect(Math.abs(variance - 7)).toBeLessThan(0.4);
  expect(poisson(random, 0)).toBe(0);
});

test("a moving average halves its distance to a still value in every half-life, in however many looks", () => {
  const [once, often] = [new MovingAverage(100), new MovingAverage(100)];
  for (const average of [once, often]) average.reset(10, 0);
  for (let timeMs = 25; timeMs <= 200; timeMs += 25) often.update(18, timeMs);
  expect(once.update(18, 200)).toBeCloseTo(16, 12);
  expect(often.value).toBeCloseTo(16, 12);
});

test("the fundamental value comes to be what was foreseen, and varies as said", () => {
  const make = (given: object) => new Fundamental(FundamentalSpecification.parse(given));
  const value = make({ volatilityTicks: 4, intervalMs: 250 });
  const lead = value.foresee(1000);
  expect(lead).toBe(4);
  const random = new Random(5);
  value.reset(random, 1000, 0);
  const path: number[] = [];
  for (let move = 0; move < 20_000; move++) {
    const foreseen = value.ticks(lead);
    path.push(value.ticks(0));
    if (move >= lead) expect(path[move - lead]).not.toBe(foreseen);
    for (let ahead = 1; ahead <= lead; ahead++) expect(value.ticks(ahead)).not.toBe(value.ticks(ahead - 1));
    value.move(random);
    expect(value.ticks(lead - 1)).toBe(foreseen);
    expect(value.nextMoveMs).toBe(250 * (move + 2));
  }
  const steps = path.slice(1).map((ticks, index) => ticks - path[index]!);
  const deviation = Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / steps.length);
  expect(Math.abs(deviation / (4 * Math.sqrt(0.25)) - 1)).toBeLessThan(0.03);
  const jumpy = make({ volatilityTicks: 0, jumpsPerSecond: 1, jumpTicks: 10, intervalMs: 100 });
  expect(jumpy.nextMoveMs, "nobody watches").toBe(Infinity);
  jumpy.reset(random, 1000, 0);
  let jumps = 0;
  for (let move = 0, last = 1000; move < 10_000; move++, last = jumpy.ticks(0)) {
    jumpy.move(random);
    if (jumpy.ticks(0) !== last) jumps++;
  }
  expect(Math.abs(jumps / (10_000 * (1 - Math.exp(-0.1))) - 1)).toBeLessThan(0.15);
});
