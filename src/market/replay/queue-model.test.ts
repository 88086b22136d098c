import fc from "fast-check";
import { expect, test } from "vitest";
import { constantLatency, interpolatedLatency } from "./latency.ts";
import { behindShare, QueueModelName, QueuePosition } from "./queue-model.ts";

test.each([
  ["power-1", 2, 30, 10, 100 / (100 + 900)],
  ["power-2", 2, 30, 10, 100 / 1600],
  ["power-3", 2, 30, 10, 1 - (30 / 40) ** 2],
  ["power-1", 3, 10, 20, 8000 / 9000],
  ["log-1", 2, 30, 10, Math.log(11) / (Math.log(11) + Math.log(31))],
  ["log-2", 2, 30, 10, Math.log(11) / Math.log(41)],
  ["risk-averse", 2, 30, 10, 1],
  ["power-1", 2, 0, 0, 1],
  ["log-2", 2, 0, 0, 1],
] as const)("%s of %d with %d lots before and %d behind", (name, exponent, front, back, expected) => {
  expect(behindShare({ name, exponent })(front, back)).toBeCloseTo(expected, 14);
});

test("a model that does not exist is refused by name", () => {
  expect(() => behindShare({ name: "power-4" as "power-3" })).toThrow("queue.name");
  expect(() => behindShare({ name: "power-1", exponent: -1 })).toThrow("queue.exponent");
});

test("a trade moves the queue once: its lots are taken off the next fall of the level", () => {
  const position = new QueuePosition({ name: "power-1", exponent: 1 });
  position.join(100);
  expect(position.trade(30)).toBe(0);
  position.resize(100, 70); // The fall is the trade.
  expect(position.front).toBe(70);
  position.resize(70, 90); // A rise goes behind.
  expect(position.front).toBe(70);
  position.resize(90, 50); // 40 cancelled: back 20 of 90, so 2/9 behind and 7/9 before, and what does not fit behind comes off too.
  const behind = 20 / 90;
  expect(position.front).toBeCloseTo(70 - (1 - behind) * 40 + Math.min(20 - behind * 40, 0), 12);
  expect(position.trade(60)).toBeCloseTo(60 - (70 - (1 - behind) * 40), 12);
  expect(position.front).toBe(0);
});

test("what a fall would take from behind beyond what stands there comes off before", () => {
  const position = new QueuePosition({ name: "power-1", exponent: 1 });
  position.join(50);
  position.resize(50, 60);
  position.resize(60, 62); // 12 behind.
  const behind = 12 / 62;
  position.resize(62, 10); // 52 gone, of which 10.06 behind.
  expect(position.front).toBeCloseTo(50 - (1 - behind) * 52, 12);
  const logarithmic = new QueuePosition({ name: "log-1" });
  logarithmic.join(50);
  logarithmic.resize(50, 62);
  const share = Math.log(13) / (Math.log(13) + Math.log(51)); // 0.395: 15.8 of 40 behind, where 12 stand.
  logarithmic.resize(62, 22);
  expect(logarithmic.front).toBeCloseTo(50 - (1 - share) * 40 + (12 - share * 40), 12);
});

test("risk-averse: only trades move it, and the level caps it", () => {
  const position = new QueuePosition({ name: "risk-averse" });
  position.join(100);
  position.resize(100, 60);
  expect(position.front).toBe(60);
  position.resize(60, 80);
  expect(position.trade(50)).toBe(0);
  position.resize(80, 25);
  expect(position.front).toBe(10);
});

test("whatever the level does, a place lies between 0 and the level's size, and only trades fill", () => {
  const event = fc.oneof(fc.record({ trade: fc.integer({ min: 1, max: 50 }) }), fc.record({ size: fc.nat(200) }));
  fc.assert(
    fc.property(fc.constantFrom(...QueueModelName.options), fc.nat(200), fc.array(event, { maxLength: 40 }), (name, first, events) => {
      const position = new QueuePosition({ name });
      position.join(first);
      let size = first;
      for (const step of events) {
        const before = position.front;
        if ("trade" in step) {
          const reached = position.trade(step.trade);
          expect(reached).toBeCloseTo(Math.max(0, step.trade - before), 9);
        } else {
          position.resize(size, step.size);
          size = step.size;
          expect(position.front).toBeLessThanOrEqual(size);
        }
        expect(position.front).toBeGreaterThanOrEqual(0);
        expect(position.front).toBeLessThanOrEqual(before); // Never back.
      }
    }),
    { seed: 62, numRuns: 1000 },
  );
});

test("latency: constant, or on straight lines between recorded journeys", () => {
  const constant = constantLatency({ entryMs: 3, responseMs: 4 });
  expect([constant.entryMs(0), constant.responseMs(99)]).toEqual([3, 4]);
  const recorded = interpolatedLatency({
    requestTime: Float64Array.of(100, 200, 400),
    exchangeTime: Float64Array.of(110, 230, 430),
    responseTime: Float64Array.of(115, 240, 430),
  });
  expect([0, 100, 150, 200, 300, 999].map((time) => recorded.entryMs(time))).toEqual([10, 10, 20, 30, 30, 30]);
  expect([110, 170, 330, 430].map((time) => recorded.responseMs(time))).toEqual([5, 7.5, 5, 0]);
});

test.each([
  ["latency.entryMs", () => constantLatency({ entryMs: NaN, responseMs: 0 })],
  ["latency.responseMs", () => constantLatency({ entryMs: 0, responseMs: -1 })],
  [
    "latency",
    () => interpolatedLatency({ requestTime: new Float64Array(0), exchangeTime: new Float64Array(0), responseTime: new Float64Array(0) }),
  ],
  [
    "latency.0",
    () => interpolatedLatency({ requestTime: Float64Array.of(2), exchangeTime: Float64Array.of(1), responseTime: Float64Array.of(3) }),
  ],
  [
    "latency.1",
    () =>
      interpolatedLatency({ requestTime: Float64Array.of(2, 1), exchangeTime: Float64Array.of(3, 3), responseTime: Float64Array.of(3, 3) }),
  ],
])("%s is refused where it makes no sense", (path, make) => {
  expect(make).toThrow(expect.objectContaining({ code: "config/invalid", path }));
});
