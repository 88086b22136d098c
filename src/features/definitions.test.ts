import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { batchIndicator, type Indicator, startIndicator } from "./indicator.ts";
import { indicators } from "./indicators/index.ts";
import { walkBars } from "./sample-bars.ts";
import { columnsOf } from "./testing/definition.ts";
import { oscillatorDefinitions } from "./testing/oscillator-definitions.ts";
import { haltingBars } from "./testing/sample-series.ts";
import { statisticsDefinitions } from "./testing/statistics-definitions.ts";
import { trendDefinitions } from "./testing/trend-definitions.ts";
import { volumeDefinitions } from "./testing/volume-definitions.ts";

// Indicators that TA-Lib has not, each against its definition written out over whole columns, window by window.

const definitions = [...trendDefinitions, ...oscillatorDefinitions, ...volumeDefinitions, ...statisticsDefinitions];

describe.each<[string, Bars]>([
  ["a random walk", walkBars(new Random(21), 300)],
  ["a halting walk", haltingBars(new Random(22), 300)],
])("on %s", (_, bars) => {
  test.each(definitions)("$name is what its definition says, to 1e-9", ({ name, params, plain }) => {
    const kind: Indicator = indicators[name];
    const { warmup, width } = startIndicator(kind, params);
    const actual = batchIndicator(kind, params, bars);
    const columns = plain(columnsOf(bars));
    expect(columns).toHaveLength(width);
    columns.forEach((expected, output) => {
      const size = expected.slice(warmup).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expected.slice(warmup).forEach((value, offset) => {
        const index = warmup + offset;
        const difference = Math.abs(actual[index * width + output]! - value) / (Math.max(Math.abs(value), 1e-3 * size) || 1);
        expect(difference, `output ${output} of bar ${index}: ${actual[index * width + output]}, by definition ${value}`).toBeLessThan(
          1e-9,
        );
      });
    });
  });
});

test("session-vwap begins anew with each day of the chosen offset", () => {
  const hour = 3_600_000;
  const prices = [10, 12, 20, 30];
  const bars = { ...walkBars(new Random(1), 4), closeTime: Float64Array.of(23 * hour, 24 * hour, 25 * hour, 26 * hour) };
  for (const column of [bars.open, bars.high, bars.low, bars.close]) column.set(prices);
  bars.volume.set([1, 3, 0, 5]);
  expect([...batchIndicator(indicators["session-vwap"], {}, bars)]).toEqual([10, 11.5, 20, 30]);
  expect([...batchIndicator(indicators["session-vwap"], { utcOffsetMinutes: -60 }, bars)]).toEqual([10, 11.5, 11.5, 30]);
});

test("every indicator is compared with something: TA-Lib, its definition, or a table; patterns have tests of their own", async () => {
  const texts = await Promise.all(
    [
      "oracles.test",
      "definitions.test",
      ...["ta-lib-twins", "trend-definitions", "oscillator-definitions", "volume-definitions", "statistics-definitions"].map(
        (name) => `testing/${name}`,
      ),
    ].map((name) => readFile(new URL(`./${name}.ts`, import.meta.url), "utf8")),
  );
  const named = texts.join("\n");
  expect(Object.keys(indicators).filter((name) => !named.includes(`"${name}"`) && !/^(?:cdl|chart)-/.test(name))).toEqual([]);
});
