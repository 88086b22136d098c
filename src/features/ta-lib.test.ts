import fc from "fast-check";
import * as talib from "talib-web";
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Bars, sliceBars } from "../domain/index.ts";
import { batchIndicator, type Indicator, startIndicator } from "./indicator.ts";
import { indicators } from "./indicators/index.ts";
import { walkBars } from "./sample-bars.ts";
import { haltingBars, realSeries } from "./testing/sample-series.ts";
import { columnsFor, optionsOf, type Params, type Twin, twins } from "./testing/ta-lib-twins.ts";
import { callTaLib, loadTaLib, type TaLib } from "./testing/ta-lib.ts";

/** The worst of all differences, each relative to the value or the scale; infinite where one side has no number. */
function worstDifference(
  library: TaLib,
  twin: Twin,
  chosen: Params,
  data: Bars,
): { warmup: number; begin: number; worst: number; at: string } {
  const kind: Indicator = indicators[twin.name];
  const { warmup, width } = startIndicator(kind, chosen);
  const ours = batchIndicator(kind, chosen, data);
  const names = twin.outputs ?? (kind.outputs.length > 0 ? kind.outputs : [""]);
  const inputs = columnsFor(twin, chosen, data);
  const { isInteger = false } = twin;
  const theirs = callTaLib(library, twin.theirs, { inputs, options: optionsOf(twin, chosen), outputCount: names.length, isInteger });
  expect(theirs.code, `${twin.theirs} refused ${JSON.stringify(chosen)}`).toBe(0);
  const scale = twin.scale?.(data) ?? 0;
  const compare = twin.compare ?? ((_, value) => value);
  let worst = 0;
  let at = "";
  names.forEach((name, output) => {
    const place = Math.max(kind.outputs.indexOf(name), 0);
    theirs.outputs[output]!.forEach((value, offset) => {
      const index = theirs.begin + offset;
      const expected = compare(data, value, index, "theirs");
      const actual = compare(data, ours[index * width + place]!, index, "ours");
      const difference = Math.abs(actual - expected) / (Math.max(Math.abs(expected), scale) || 1);
      if (difference <= worst) return;
      worst = Number.isNaN(difference) ? Infinity : difference;
      at = `${name} of bar ${index}: ${actual}, and TA-Lib ${expected}`;
    });
    expect(theirs.outputs[output]!.length, "as many values").toBe(Math.max(0, data.close.length - warmup));
  });
  return { warmup, begin: theirs.begin, worst, at };
}

describe("TA-Lib", () => {
  let library: TaLib;
  beforeAll(async () => {
    library = await loadTaLib();
  });

  const real = realSeries();
  const series = real.map(({ name, load }) => ({ name, data: load() }));

  // TA-Lib's own sums drift, so it is asked about a stretch at a time.
  const stretch = 700;
  const stretchOf = (data: Bars, seed: number) => {
    const from = new Random(seed).below(Math.max(1, data.close.length - stretch));
    return sliceBars(data, from, Math.min(from + stretch, data.close.length));
  };
  const walk = fc.integer({ min: 1, max: 1e6 }).map((seed) => ({ name: `walk ${seed}`, data: walkBars(new Random(seed), 400) }));
  const halting = fc.integer({ min: 1, max: 1e6 }).map((seed) => ({ name: `halting ${seed}`, data: haltingBars(new Random(seed), 400) }));

  test.each(twins)("$theirs is $name, to 1e-9 and with the same first bar", (twin) => {
    const check = (name: string, data: Bars, chosen: Params) => {
      const { warmup, begin, worst, at } = worstDifference(library, twin, chosen, data);
      expect(begin, `first bar of ${JSON.stringify(chosen)}`).toBe(warmup);
      expect(worst, `${name}, ${JSON.stringify(chosen)}, ${at}`).toBeLessThan(1e-9);
    };
    fc.assert(
      fc.property(fc.record(twin.params), fc.integer({ min: 1, max: 1e6 }), (chosen, seed) => {
        for (const { name, data } of series) check(name, stretchOf(data, seed), chosen);
      }),
      { numRuns: 6, seed: 5 },
    );
    fc.assert(
      fc.property(twin.onlyMoving ? walk : fc.oneof(walk, halting), fc.record(twin.params), ({ name, data }, chosen) =>
        check(name, data, chosen),
      ),
      { numRuns: 30, seed: 7 },
    );
  });

  test("has no function that is forgotten", () => {
    const functions = Object.keys(talib).filter((name) => /^(?!CDL)[A-Z0-9_]+$/.test(name));
    expect(functions.toSorted()).toEqual(twins.map(({ theirs }) => theirs).toSorted());
  });

  test("is asked about seven series, or as many as are there", () => {
    expect(series.length).toBeGreaterThanOrEqual(3);
  });
});
