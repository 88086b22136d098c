import { describe, expect, test } from "vitest";
import { Random, UserError } from "../base/index.ts";
import { type Bars, copyBars, emptyBar, readBar, sliceBars } from "../domain/index.ts";
import { batchIndicator, type Indicator, indicator } from "./indicator.ts";
import { indicators } from "./indicators/index.ts";
import { type BuiltInFeature, defaultFeatures, type FeatureSpec } from "./feature-spec.ts";
import { featurePipeline } from "./pipeline.ts";
import { flatBars, walkBars } from "./sample-bars.ts";

const bars = walkBars(new Random(3), 300);

const failure = (specs: unknown) => {
  try {
    featurePipeline(specs as FeatureSpec[]);
  } catch (error) {
    return error as UserError;
  }
  throw new Error("nothing was refused");
};

describe("a specification", () => {
  test("is written out with every default, names included", () => {
    const pipeline = featurePipeline([{ indicator: "rsi" }, { indicator: "macd", params: { fast: 10 }, output: "signal" }]);
    expect(pipeline).toMatchObject({ width: 2, warmup: 33, names: ["rsi-14", "macd-10-26-9-signal"] });
    expect(pipeline.specification).toEqual([
      { indicator: "rsi", params: { period: 14 }, name: "rsi-14" },
      { indicator: "macd", params: { fast: 10, slow: 26, signal: 9 }, output: "signal", name: "macd-10-26-9-signal" },
    ]);
  });

  test("has one hash however it is written, and another when it says something else", () => {
    const hash = (...specs: FeatureSpec[]) => featurePipeline(specs).hash;
    const { specification } = featurePipeline([{ indicator: "rsi" }]);
    expect(hash({ indicator: "rsi" })).toMatch(/^[0-9a-f]{64}$/);
    expect(hash(...(JSON.parse(JSON.stringify(specification)) as FeatureSpec[]))).toBe(hash({ indicator: "rsi" }));
    expect(hash({ indicator: "rsi", params: { period: 15 } })).not.toBe(hash({ indicator: "rsi" }));
    expect(hash({ indicator: "rsi" }, { indicator: "adx" })).not.toBe(hash({ indicator: "adx" }, { indicator: "rsi" }));
  });

  test.each<[string, unknown, string]>([
    ["an unknown indicator", [{ indicator: "rsi" }, { indicator: "rsy" }], "features.1.indicator"],
    ["a name that objects have anyway", [{ indicator: "toString" }], "features.0.indicator"],
    ["an unknown parameter", [{ indicator: "rsi", params: { perod: 3 } }], "features.0.params.perod"],
    ["a parameter out of range", [{ indicator: "rsi", params: { period: 0 } }], "features.0.params.period"],
    ["an unknown field", [{ indicator: "rsi", window: 3 }], "features.0.window"],
    ["an unknown output", [{ indicator: "macd", output: "histgram" }], "features.0.output"],
    ["a missing output", [{ indicator: "macd" }], "features.0.output"],
    ["an output of an indicator with one only", [{ indicator: "rsi", output: "k" }], "features.0.output"],
    ["the same name twice", [{ indicator: "rsi" }, { indicator: "adx", name: "rsi-14" }], "features.1.name"],
    ["no feature at all", [], "features"],
  ])("is refused with %s", (_, specs, path) => {
    expect(failure(specs)).toBeInstanceOf(UserError);
    expect(failure(specs)).toMatchObject({ code: "config/invalid", path });
  });

  test("does not compile where a built-in name is misspelt", () => {
    // @ts-expect-error There is no such indicator.
    const indicator: BuiltInFeature = { indicator: "rsy" };
    // @ts-expect-error There is no such parameter.
    const parameter: BuiltInFeature = { indicator: "rsi", params: { perod: 3 } };
    // @ts-expect-error There is no such output.
    const output: BuiltInFeature = { indicator: "macd", output: "histgram" };
    expect([indicator, parameter, output]).toHaveLength(3);
  });

  test("may name indicators of one's own", () => {
    const range = indicator({
      name: "range",
      params: {},
      inputs: ["high", "low"],
      unit: "price-difference",
      warmup: () => 0,
      start: () => (high, low) => high - low,
    });
    const matrix = featurePipeline([{ indicator: "range" }], { range }).batch(bars);
    expect(matrix.names).toEqual(["range"]);
    expect(matrix.values[7]).toBe(Math.fround((bars.high[7]! - bars.low[7]!) / bars.close[7]!));
  });
});

describe("features", () => {
  test("of each unit are free of the price's scale", () => {
    const specs: BuiltInFeature[] = [
      { indicator: "sma", params: { period: 5 } },
      { indicator: "atr", params: { period: 5 } },
      { indicator: "rsi", params: { period: 5 } },
      { indicator: "volume-ratio", params: { period: 5 } },
      { indicator: "log-return", params: { period: 5 } },
      { indicator: "rolling-z-score", params: { period: 5 } },
    ];
    const { values, width } = featurePipeline(specs).batch(bars);
    const raw = specs.map((spec) => batchIndicator(indicators[spec.indicator], spec.params, bars));
    for (const index of [5, 6, 123, 299]) {
      const close = bars.close[index]!;
      const [price, difference, percent, ...others] = raw.map((column) => column[index]!) as [number, number, number];
      const expected = [price / close - 1, difference / close, percent / 100 - 0.5, ...others].map(Math.fround);
      expect([...values.subarray(index * width, (index + 1) * width)]).toEqual(expected);
    }
  });

  test("of the rarer units are of a size that can be learned from", () => {
    const specs: BuiltInFeature[] = [
      { indicator: "variance", params: { period: 5 } },
      { indicator: "obv" },
      { indicator: "mult" },
      { indicator: "ease-of-movement", params: { period: 5 } },
      { indicator: "amihud", params: { period: 5 } },
      { indicator: "roc", params: { period: 5 } },
      { indicator: "maxindex", params: { period: 5 } },
      { indicator: "ht-dcphase" },
      { indicator: "ht-trendmode" },
      { indicator: "cdl-doji" },
    ];
    const index = 123;
    const close = bars.close[index]!;
    const raw = specs.map((spec) => batchIndicator(indicators[spec.indicator], spec.params, bars)[index]!);
    const [squared, volume, worth, ease, illiquidity, percent, count, degrees, mode, pattern] = raw as [number, ...number[]] & number[];
    const expected = [
      squared / close ** 2,
      Math.asinh(volume!),
      Math.asinh(worth! / close),
      Math.asinh(ease! / close ** 2),
      Math.asinh(illiquidity! * close),
      percent! / 100,
      count! / 100,
      degrees! / 180,
      mode!,
      pattern! / 100,
    ];
    const { values, width } = featurePipeline(specs).batch(bars);
    [...values.subarray(index * width, (index + 1) * width)].forEach((value, place) => expect(value).toBeCloseTo(expected[place]!, 5));
  });

  test("of every indicator are the same for prices in another currency", () => {
    const dearer = copyBars(bars);
    for (const input of ["open", "high", "low", "close"] as const)
      dearer[input].forEach((price, index, column) => (column[index] = 1024 * price));
    const specs = Object.entries<Indicator>(indicators)
      .filter(([name]) => name !== "linearreg-angle") // TA-Lib's angle is that of prices.
      .flatMap(([indicator, { outputs }]) => (outputs.length === 0 ? [{ indicator }] : outputs.map((output) => ({ indicator, output }))));
    const pipeline = featurePipeline(specs);
    expect(pipeline.batch(dearer).values).toEqual(pipeline.batch(bars).values);
  });

  test("streamed into an observation are the rows of the batch, bit for bit, whatever other streams do", () => {
    const pipeline = featurePipeline(defaultFeatures);
    const matrix = pipeline.batch(bars);
    const stream = pipeline.stream();
    const other = pipeline.stream();
    const observation = new Float32Array(pipeline.width + 3).fill(7);
    const scratch = new Float32Array(pipeline.width);
    for (let index = 0; index < matrix.rows; index++) {
      const ready = stream.update(readBar(bars, index, emptyBar()), observation, 2);
      other.update(readBar(bars, matrix.rows - 1 - index, emptyBar()), scratch);
      expect(ready).toBe(index >= matrix.firstReady);
      const row = matrix.values.subarray(index * pipeline.width, (index + 1) * pipeline.width);
      expect(new Uint8Array(observation.slice(2, -1).buffer)).toEqual(new Uint8Array(row.slice().buffer));
    }
    expect([observation[0], observation[1], observation.at(-1)]).toEqual([7, 7, 7]);
  });

  test("are ready after the warm-up, each defined after its own", () => {
    const { values, firstReady, rows } = featurePipeline([{ indicator: "log-return" }, { indicator: "rsi", params: { period: 4 } }]).batch(
      sliceBars(bars, 0, 6),
    );
    expect([rows, firstReady]).toEqual([6, 4]);
    expect(Array.from(values, Number.isNaN)).toEqual([true, true, false, true, false, true, false, true, false, false, false, false]);
  });

  test("are never ready where there are too few bars", () => {
    const { firstReady, rows } = featurePipeline(defaultFeatures).batch(sliceBars(bars, 0, 40));
    expect([rows, firstReady]).toEqual([40, 40]);
  });

  test("of a bar that is no number are not ready and not a number", () => {
    const broken: Bars = copyBars(bars);
    broken.volume[100] = NaN;
    const pipeline = featurePipeline([{ indicator: "volume-ratio", params: { period: 3 } }]);
    const { values } = pipeline.batch(broken);
    const out = new Float32Array(1);
    const stream = pipeline.stream();
    const ready = Array.from(values, (_, index) => stream.update(readBar(broken, index, emptyBar()), out));
    expect([...values.subarray(100, 103)]).toEqual([NaN, NaN, NaN]);
    expect(ready.slice(99, 104)).toEqual([true, false, false, false, true]);
  });
});

test("a value too great for float32 is not ready", () => {
  const volume = indicator({
    name: "volume",
    params: {},
    inputs: ["volume"],
    unit: "ratio",
    warmup: () => 0,
    start: () => (volume) => volume,
  });
  const out = new Float32Array(1);
  const ready = featurePipeline([{ indicator: "volume" }], { volume })
    .stream()
    .update({ ...emptyBar(), volume: 1e39 }, out);
  expect([ready, out[0]]).toEqual([false, NaN]);
});

describe("the default features", () => {
  const pipeline = featurePipeline(defaultFeatures);

  test("are fifteen, of a dozen indicators", () => {
    expect(pipeline).toMatchObject({ width: 15, warmup: 49 });
    expect(new Set(defaultFeatures.map((spec) => spec.indicator)).size).toBe(12);
  });

  test("are the same for prices in another currency", () => {
    const dearer = copyBars(bars);
    for (const input of ["open", "high", "low", "close"] as const)
      dearer[input].forEach((price, index, column) => (column[index] = 1024 * price));
    expect(pipeline.batch(dearer).values).toEqual(pipeline.batch(bars).values);
  });

  test("of a market that stands still are all finite", () => {
    const { values, firstReady } = pipeline.batch(flatBars(100));
    expect(firstReady).toBe(49);
    expect(values.subarray(49 * 15).every(Number.isFinite)).toBe(true);
  });
});
