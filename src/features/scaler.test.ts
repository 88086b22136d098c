import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, Random, UserError } from "../base/index.ts";
import { emptyBar, readBar } from "../domain/index.ts";
import { defaultFeatures } from "./feature-spec.ts";
import { type FeatureMatrix, featurePipeline } from "./pipeline.ts";
import { walkBars } from "./sample-bars.ts";
import { fitScaler, leastDeviation, scaled, Scaler } from "./scaler.ts";

const bars = walkBars(new Random(3), 600);
const pipeline = featurePipeline(defaultFeatures);
const matrix = pipeline.batch(bars);
const [from, to] = [49, 400];
const scaler = fitScaler(matrix, from, to);

const matrixOf = (...rows: readonly (readonly number[])[]): FeatureMatrix => ({
  names: rows[0]!.map((_, index) => `f${index}`),
  width: rows[0]!.length,
  rows: rows.length,
  values: Float32Array.from(rows.flat()),
  firstReady: 0,
});

describe("a fit", () => {
  test("takes mean and population deviation of the rows asked for", () => {
    expect(fitScaler(matrixOf([100, 1], [1, 5], [3, 5], [5, 5], [-9, 9]), 1, 4)).toEqual({
      names: ["f0", "f1"],
      mean: [3, 5],
      standardDeviation: [Math.sqrt(8 / 3), leastDeviation],
      clip: 5,
    });
  });

  test("is the same whatever stands outside the training rows", () => {
    fc.assert(
      fc.property(fc.float(), (garbage) => {
        const other = {
          ...matrix,
          values: matrix.values
            .slice()
            .fill(garbage, 0, from * matrix.width)
            .fill(garbage, to * matrix.width),
        };
        expect(fitScaler(other, from, to)).toEqual(scaler);
      }),
    );
  });

  test("leaves out rows that are not complete", () => {
    expect(fitScaler(matrix, 0, to)).toEqual(scaler);
    expect(fitScaler(matrixOf([NaN, 1], [1, 2], [3, 4]), 0, 3).mean).toEqual([2, 3]);
  });

  test("needs two rows", () => {
    expect(() => fitScaler(matrix, 0, 50)).toThrow(UserError);
    expect(() => fitScaler(matrix, 0, 50)).toThrow("Only 1 of the training rows 0 to 50 have all features.");
  });

  test("goes through JSON unchanged", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.float({ min: -1, max: 1, noNaN: true })), {
          minLength: 2,
        }),
        (rows) => {
          const fitted = fitScaler(matrixOf(...rows), 0, rows.length);
          expect(parse(Scaler, JSON.parse(JSON.stringify(fitted)))).toEqual(fitted);
        },
      ),
    );
  });
});

describe("a scaled pipeline", () => {
  const standardised = scaled(pipeline, scaler);
  const after = standardised.batch(bars);

  test("has mean 0 and deviation 1 over the training rows, where nothing was clipped", () => {
    const column = (index: number) => Array.from({ length: to - from }, (_, row) => after.values[(from + row) * after.width + index]!);
    const centred = column(pipeline.names.indexOf("stochastic-14-3-3-k"));
    const mean = centred.reduce((total, value) => total + value, 0) / centred.length;
    const variance = centred.reduce((total, value) => total + (value - mean) ** 2, 0) / centred.length;
    expect(mean).toBeCloseTo(0, 5);
    expect(variance).toBeCloseTo(1, 5);
  });

  test("clips, and stays undefined in the warm-up", () => {
    const tight = scaled(pipeline, { ...scaler, clip: 0.5 }).batch(bars);
    expect(after.firstReady).toBe(49);
    expect(Array.from(after.values, Number.isNaN)).toEqual(Array.from(matrix.values, Number.isNaN));
    expect(tight.values.every((value) => Number.isNaN(value) || Math.abs(value) <= 0.5)).toBe(true);
    expect(tight.values.some((value) => value === -0.5)).toBe(true);
  });

  test("streams what it gives in batch, bit for bit", () => {
    const stream = standardised.stream();
    const streamed = new Float32Array(after.values.length);
    for (let index = 0; index < after.rows; index++) {
      expect(stream.update(readBar(bars, index, emptyBar()), streamed, index * after.width)).toBe(index >= after.firstReady);
    }
    expect(new Uint8Array(streamed.buffer)).toEqual(new Uint8Array(after.values.buffer));
  });

  test("is the same again from a saved specification and scaler", () => {
    const saved = JSON.parse(JSON.stringify({ features: standardised.specification, scaler })) as { features: []; scaler: unknown };
    const restored = scaled(featurePipeline(saved.features), parse(Scaler, saved.scaler));
    expect(restored.hash).toBe(standardised.hash);
    expect(restored.batch(bars)).toEqual(after);
  });

  test("has a hash of its own, which the scaler is part of", () => {
    expect(standardised.hash).not.toBe(pipeline.hash);
    expect(scaled(pipeline, fitScaler(matrix, from, to - 1)).hash).not.toBe(standardised.hash);
  });

  test("refuses a scaler of other features", () => {
    const others = [...defaultFeatures.slice(0, 3), { indicator: "adx" as const }];
    const refused = (specs: typeof others) => {
      try {
        scaled(featurePipeline(specs), scaler);
      } catch (error) {
        return error;
      }
    };
    expect(refused(others)).toMatchObject({ code: "model/schema-mismatch", path: "scaler.names.3" });
    expect(refused(others.slice(0, 3))).toMatchObject({ code: "model/schema-mismatch", path: "scaler.names.3" });
  });
});
