import fc from "fast-check";
import { expect, test } from "vitest";
import { PortfolioActions, power, targetingOf } from "./targets.ts";

test("a power of e agrees with the library's to twelve digits", () => {
  fc.assert(
    fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (value) => {
      expect(Math.abs(power(value) / Math.exp(value) - 1)).toBeLessThan(1e-12);
    }),
    { seed: 3, numRuns: 20_000 },
  );
  for (const value of [0, -0, 100, -100, Math.LN2, -Math.LN2 / 2]) expect(power(value) / Math.exp(value)).toBeCloseTo(1, 12);
});

const place = fc.record({
  number: fc.double({ min: -2, max: 2, noNaN: true }),
  weight: fc.double({ min: -0.4, max: 0.4, noNaN: true }),
  seen: fc.nat(3),
});

/** Targets of a decision that stands in the middle of longer arrays. */
function decide(given: object, places: readonly { number: number; weight: number; seen: number }[], cash = 0) {
  const out = new Float64Array(places.length);
  const weights = Float64Array.of(9, ...places.map(({ weight }) => weight), 9);
  const seen = Uint8Array.of(1, 1, ...places.map((each) => Math.min(1, each.seen)), 1);
  const actions = Float32Array.of(1, 1, 1, ...places.map(({ number }) => number), cash, 1);
  const scale = targetingOf(PortfolioActions.parse(given))({ actions, offset: 3, seen, seenOffset: 2, weights, weightsOffset: 1 }, out);
  const isSeen = places.map((each) => each.seen > 0);
  return { targets: [...out].map((part, asset) => (isSeen[asset] ? part * scale : places[asset]!.weight)), isSeen };
}

test("long-only weights are shares of what is not stuck, in the ratio of the powers", () => {
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), fc.double({ min: -1, max: 1, noNaN: true }), (places, cash) => {
      const held = places.map((each) => ({ ...each, weight: Math.abs(each.weight) / 3 }));
      const { targets, isSeen } = decide({ kind: "long-only", sharpness: 3 }, held, cash);
      const stuck = held.reduce((sum, { weight }, asset) => sum + (isSeen[asset] ? 0 : weight), 0);
      const part = (value: number) => Math.exp(3 * Math.max(-1, Math.min(1, Math.fround(value))));
      const total = held.reduce((sum, { number }, asset) => sum + (isSeen[asset] ? part(number) : 0), part(cash));
      for (const [asset, { number, weight }] of held.entries())
        expect(targets[asset]).toBeCloseTo(isSeen[asset] ? (part(number) / total) * Math.max(0, 1 - stuck) : weight, 12);
    }),
    { seed: 4, numRuns: 1000 },
  );
});

test("weights keep to the limits of each asset, of gross and of net, and leave what is not seen", () => {
  const limits = fc.record({
    maxWeight: fc.double({ min: 0.1, max: 2, noNaN: true }),
    maxGross: fc.double({ min: 0.1, max: 3, noNaN: true }),
    maxNet: fc.double({ min: 0.1, max: 2, noNaN: true }),
  });
  const kind = fc.constantFrom(
    { kind: "long-short" },
    { kind: "orders", maxChange: 0.5, allowShort: true },
    { kind: "orders", maxChange: 2 },
  );
  let bound = 0;
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), limits, kind, (places, given, how) => {
      const { targets, isSeen } = decide({ ...how, ...given }, places);
      const sum = (of: (weight: number) => number, which: boolean) =>
        targets.reduce((total, weight, asset) => (isSeen[asset] === which ? total + of(weight) : total), 0);
      const stuck = sum(Math.abs, false);
      const room = 1e-9;
      expect(sum(Math.abs, true)).toBeLessThanOrEqual(Math.max(0, given.maxGross - stuck) + room);
      if (stuck === 0) expect(Math.abs(sum((weight) => weight, true))).toBeLessThanOrEqual(given.maxNet + room);
      if (sum(Math.abs, true) > given.maxGross - stuck - room && stuck < given.maxGross) bound++;
      for (const [asset, { weight }] of places.entries()) {
        if (isSeen[asset]) expect(Math.abs(targets[asset]!)).toBeLessThanOrEqual(given.maxWeight + room);
        else expect(targets[asset]).toBe(weight);
        if (isSeen[asset] && "maxChange" in how && !("allowShort" in how)) expect(targets[asset]).toBeGreaterThanOrEqual(0);
      }
    }),
    { seed: 5, numRuns: 3000 },
  );
  expect(bound).toBeGreaterThan(20);
});
