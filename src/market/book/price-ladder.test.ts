import fc from "fast-check";
import { expect, test } from "vitest";
import { IdMap } from "./id-map.ts";
import { PriceLadder } from "./price-ladder.ts";
import { TickSet } from "./tick-set.ts";

test("a tick set answers as a sorted array does", () => {
  const places = fc.oneof(fc.integer({ min: 0, max: 32_767 }), fc.constantFrom(0, 31, 32, 63, 1023, 1024, 32_767));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), places), { maxLength: 100 }), fc.array(places), (changes, questions) => {
      const set = new TickSet();
      const plain = new Set<number>();
      for (const [isAdded, value] of changes) {
        if (isAdded) {
          set.add(value);
          plain.add(value);
        } else {
          set.remove(value);
          plain.delete(value);
        }
      }
      const sorted = [...plain].sort((left, right) => left - right);
      for (const value of [...questions, ...sorted]) {
        expect(set.next(value)).toBe(sorted.find((member) => member >= value) ?? -1);
        expect(set.previous(value)).toBe(sorted.findLast((member) => member <= value) ?? -1);
      }
      set.clear();
      expect([set.next(0), set.previous(32_767)]).toEqual([-1, -1]);
    }),
    { seed: 51, numRuns: 500 },
  );
});

test("a ladder answers as a sorted array does, wherever its window stands", () => {
  const price = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 2 ** 40 }));
  const change = fc.tuple(fc.constantFrom("add", "remove", "follow"), price);
  fc.assert(
    fc.property(fc.array(change, { maxLength: 400 }), fc.constantFrom(2, 16, 32_768), (changes, window) => {
      const ladder = new PriceLadder(window);
      let plain: number[] = [];
      for (const [kind, ticks] of changes) {
        const level = ladder.find(ticks);
        expect(level >= 0).toBe(plain.includes(ticks));
        if (kind === "follow") for (let times = 0; times < 300; times++) ladder.follow(ticks);
        else if (kind === "add" && level < 0) {
          ladder.insert(ticks);
          plain = [...plain, ticks].sort((left, right) => left - right);
        } else if (kind === "remove" && level >= 0) {
          ladder.remove(level);
          plain = plain.filter((other) => other !== ticks);
        }
        expect(ladder.size).toBe(plain.length);
        const above = ladder.nextAbove(ticks);
        expect(above < 0 ? undefined : ladder.ticks[above]).toBe(plain.find((other) => other > ticks));
        const below = ladder.nextBelow(ticks);
        expect(below < 0 ? undefined : ladder.ticks[below]).toBe(plain.findLast((other) => other < ticks));
      }
      const upwards: number[] = [];
      for (let level = ladder.nextAbove(-1); level >= 0; level = ladder.nextAbove(ladder.ticks[level]!)) upwards.push(ladder.ticks[level]!);
      expect(upwards).toEqual(plain);
    }),
    { seed: 52, numRuns: 400 },
  );
});

test("an id map answers as a Map does, through growth and deletion", () => {
  const id = fc.oneof(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 40 }).map((high) => high * 2 ** 32 + 7),
    fc.maxSafeInteger().filter((value) => value > 0),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), id), { maxLength: 800 }), (changes) => {
      const map = new IdMap();
      const plain = new Map<number, number>();
      for (const [index, [isAdded, key]] of changes.entries()) {
        if (isAdded && !plain.has(key)) {
          map.add(key, index);
          plain.set(key, index);
        } else if (!isAdded) {
          map.remove(key);
          plain.delete(key);
        }
        expect(map.get(0)).toBe(-1);
        expect(map.size).toBe(plain.size);
        expect(map.get(key)).toBe(plain.get(key) ?? -1);
      }
      for (const [key, slot] of plain) expect(map.get(key)).toBe(slot);
      map.clear();
      for (const key of plain.keys()) expect(map.get(key)).toBe(-1);
    }),
    { seed: 53, numRuns: 400 },
  );
});
