import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { auditLookahead } from "./audit.ts";
import { defaultFeatures } from "./feature-spec.ts";
import { featurePipeline, type FeaturePipeline } from "./pipeline.ts";
import { flatBars, walkBars } from "./sample-bars.ts";
import { fitScaler, scaled } from "./scaler.ts";

const bars = walkBars(new Random(3), 300);
const honest = featurePipeline(defaultFeatures);

/** A pipeline that changes its first feature in a batch, where all bars are at hand. */
const leaking = (peek: (bars: Bars, index: number) => number): FeaturePipeline => ({
  ...honest,
  batch(bars) {
    const matrix = honest.batch(bars);
    for (let index = 0; index < matrix.rows; index++) matrix.values[index * matrix.width]! += peek(bars, index);
    return matrix;
  },
});

describe("the look-ahead audit", () => {
  test("passes features that stream, scaled or not", () => {
    expect(auditLookahead(honest, bars, new Random(1))).toEqual([]);
    expect(auditLookahead(scaled(honest, fitScaler(honest.batch(bars), 49, 200)), bars, new Random(1))).toEqual([]);
  });

  test("passes where there are hardly any bars, or the market stands still", () => {
    expect(auditLookahead(honest, walkBars(new Random(1), 2), new Random(1))).toEqual([]);
    expect(auditLookahead(honest, flatBars(100), new Random(1))).toEqual([]);
  });

  test.each<[string, (bars: Bars, index: number) => number]>([
    ["the next close", ({ close }, index) => (close[index + 1] ?? close[index]!) / close[index]! - 1],
    ["the next volume, a little of it", ({ volume }, index) => 1e-9 * (volume[index + 1] ?? 0)],
    ["the close twenty bars on", ({ close }, index) => (close[index + 20] ?? 0) / 1e3],
    ["the highest price of all", ({ high }) => high.reduce((top, price) => Math.max(top, price), 0) / 1e3],
    ["the number of bars", ({ close }) => close.length / 1e3],
    ["the time of the last bar", ({ closeTime }) => closeTime.at(-1)! / 1e12],
  ])("finds a feature that looks at %s", (_, peek) => {
    const findings = auditLookahead(leaking(peek), bars, new Random(1));
    expect(findings).not.toEqual([]);
    for (const { feature, row, lastKept, expected, actual } of findings) {
      expect(feature).toBe("log-return-1");
      expect(row).toBeLessThanOrEqual(lastKept);
      expect(actual).not.toBe(expected);
    }
  });

  test("names every feature that leaks, once for each kind of garbage", () => {
    const shifted: FeaturePipeline = {
      ...honest,
      batch(bars) {
        const matrix = honest.batch(bars);
        matrix.values.copyWithin(0, matrix.width); // The classic mistake: shift(-1).
        return matrix;
      },
    };
    const findings = auditLookahead(shifted, bars, new Random(1));
    expect(new Set(findings.map(({ feature }) => feature))).toEqual(new Set(honest.names));
    expect(new Set(findings.map(({ feature, garbage }) => `${feature} ${garbage}`)).size).toBe(findings.length);
  });

  test("finds the same again from the same seed", () => {
    const audit = () =>
      auditLookahead(
        leaking(({ close }, index) => close[index + 1] ?? 0),
        bars,
        new Random(9),
      );
    expect(audit()).toEqual(audit());
  });
});
