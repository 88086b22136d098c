import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { type SharpeFacts, probabilisticSharpe, sharpeFacts } from "../significance/index.ts";
import { deflatedBy, fingerprintOf, readTrials, recordTrials, summariseTrials, type Trial, trialOf } from "./index.ts";

const noise = (seed: number, bars = 640, mean = 0): Float64Array => {
  const random = new Random(seed);
  return Float64Array.from({ length: bars }, () => mean + 0.01 * random.normal());
};

const facts = (index: number, data = "data") => ({
  at: "2024-01-02T03:04:05.000Z",
  name: "cross",
  subject: "rule",
  params: { index },
  data,
  rows: [0, 640] as [number, number],
});

const noiseTrials = (count: number, first = 0): Trial[] =>
  Array.from({ length: count }, (_, index) => trialOf(facts(first + index), noise(first + index)));

describe("summary", () => {
  test("by hand: two opposite tries and the same again", () => {
    const up = Float64Array.of(0.01, 0.02, 0.03, 0.02);
    const down = up.map((value) => 0.04 - value);
    const trials = [trialOf(facts(1), up), trialOf(facts(2), down), trialOf(facts(1), up)];
    // Mean 0.02 each, deviation √(2 · 0.01² ÷ 3): the ratios are the same.
    expect(trials[0]!.sharpe).toBeCloseTo(0.02 / Math.sqrt(2e-4 / 3), 12);
    const summary = summariseTrials(trials, "data");
    expect(summary).toMatchObject({ trials: 2, looks: 3, meanCorrelation: 0, effectiveTrials: 2 });
    expect(summary.variance).toBeCloseTo(0, 20);
    expect(summariseTrials(trials, "other")).toMatchObject({ trials: 0, looks: 0, effectiveTrials: 0, variance: 0 });
  });

  test("tries that do the same count as one, independent ones as many, half-alike ones in between by ρ̄ + (1 − ρ̄) N", () => {
    const same = Array.from({ length: 50 }, (_, index) => trialOf(facts(index), noise(1)));
    expect(summariseTrials(same, "data")).toMatchObject({ trials: 50, effectiveTrials: 1 });
    const apart = summariseTrials(noiseTrials(50), "data");
    expect(apart.effectiveTrials).toBeGreaterThan(47);
    const market = noise(999);
    const alike = Array.from({ length: 200 }, (_, index) =>
      trialOf(
        facts(index),
        noise(index).map((value, bar) => value + market[bar]!),
      ),
    );
    const summary = summariseTrials(alike, "data");
    expect(summary.meanCorrelation).toBeGreaterThan(0.4);
    expect(summary.meanCorrelation).toBeLessThan(0.6);
    expect(summary.effectiveTrials).toBe(Math.ceil(summary.meanCorrelation + (1 - summary.meanCorrelation) * 200));
  });

  test("mean correlation by hand: products of fingerprints over all pairs, 0 across other rows", () => {
    const fingerprints = [
      [1, 0],
      [0, 1],
      [0.6, 0.8],
      [0.6, 0.8],
    ];
    const trials = fingerprints.map((fingerprint, index) => ({ ...trialOf(facts(index), noise(index)), fingerprint }));
    const apart = trials.with(3, { ...trials[3]!, rows: [0, 639] });
    // 0 + 0.6 + 0.6 + 0.8 + 0.8 + 1 over six pairs; without the last of them 0 + 0.6 + 0.8.
    expect(summariseTrials(trials, "data").meanCorrelation).toBeCloseTo(3.8 / 6, 12);
    expect(summariseTrials(apart, "data").meanCorrelation).toBeCloseTo(1.4 / 6, 12);
    expect(summariseTrials(trials, "data").effectiveTrials).toBe(Math.ceil(3.8 / 6 + (1 - 3.8 / 6) * 4));
  });

  test("tries over other rows count as unlike, and such as never traded count too", () => {
    const other = { ...trialOf(facts(1), noise(1)), rows: [640, 1280] as [number, number] };
    const idle = trialOf(facts(2), new Float64Array(640));
    expect([idle.sharpe, idle.fingerprint]).toEqual([null, null]);
    expect(summariseTrials([trialOf(facts(0), noise(1)), other, idle], "data")).toMatchObject({ trials: 3, effectiveTrials: 3 });
  });

  test("fingerprints have length 1, and their product is about the correlation", () => {
    const [left, right] = [fingerprintOf(noise(1))!, fingerprintOf(noise(1).map((value, bar) => value + noise(2)[bar]!))!];
    const product = (a: number[], b: number[]) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
    expect(product(left, left)).toBeCloseTo(1, 3);
    expect(Math.abs(product(left, right) - Math.SQRT1_2)).toBeLessThan(0.25);
    expect(fingerprintOf([0.1])).toBeNull();
    expect(fingerprintOf([])).toBeNull();
    expect(fingerprintOf([0.1, 0.2, 0.1])).toHaveLength(3);
  });
});

describe("the deflated Sharpe ratio of a fixed result falls as the ledger grows", () => {
  const result = sharpeFacts(noise(7, 640, 0.001))!;

  test("from the probabilistic one on, for tries of like spread", () => {
    const own = trialOf(facts(-1), noise(7, 640, 0.001));
    const at = (count: number) => deflatedBy(result, summariseTrials([own, ...noiseTrials(count, 100)], "data"));
    const path = [0, 10, 40, 160, 640].map(at);
    expect(path[0]).toBe(probabilisticSharpe(result));
    for (const [index, value] of path.slice(1).entries()) expect(value).toBeLessThan(path[index]!);
  });

  test("with every further independent try, whatever the result", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.3, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.integer({ min: 2, max: 500 }),
        fc.double({ min: 1e-5, max: 0.01, noNaN: true }),
        (sharpe, skewness, trials, variance) => {
          const fixed: SharpeFacts = { sharpe, count: 500, skewness, kurtosis: 4 };
          const summary = (count: number) => ({ trials: count, looks: count, variance, meanCorrelation: 0, effectiveTrials: count });
          const [less, more] = [deflatedBy(fixed, summary(trials)), deflatedBy(fixed, summary(trials + 1))];
          expect(more).toBeLessThanOrEqual(less);
          if (less > 1e-12 && less < 1 - 1e-12) expect(more).toBeLessThan(less);
        },
      ),
      { seed: 1 },
    );
  });
});

describe("ledger file", () => {
  let folder: string, path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trials-"));
    path = join(folder, "deep", "trials.ndjson");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const damage = expect.objectContaining({ code: "journal/damaged" }) as Error;

  test("is empty where there is none, and gives back what was added, in order", () => {
    expect(readTrials(path)).toEqual({ trials: [], note: null });
    const trials = noiseTrials(5);
    recordTrials(path, trials.slice(0, 2));
    recordTrials(path, []);
    recordTrials(path, trials.slice(2));
    expect(readTrials(path)).toEqual({ trials, note: null });
    expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(5);
  });

  test("any changed digit is told, and so is a line taken out, wherever it was", () => {
    recordTrials(path, noiseTrials(4));
    const whole = readFileSync(path, "utf8");
    const lines = whole.trimEnd().split("\n");
    for (const line of [0, 1, 2, 3]) {
      writeFileSync(path, `${lines.filter((_, index) => index !== line).join("\n")}\n`);
      expect(() => readTrials(path)).toThrow(damage);
      writeFileSync(path, `${lines.with(line, lines[line]!.replace(/("sharpe":-?0\.\d)\d/, "$19")).join("\n")}\n`);
      if (readFileSync(path, "utf8") !== whole) expect(() => readTrials(path)).toThrow(damage);
    }
    writeFileSync(path, "");
    expect(() => readTrials(path)).toThrow(/holds 0 trials and held 4/);
    expect(() => recordTrials(path, noiseTrials(1))).toThrow(damage);
    writeFileSync(path, whole);
    expect(readTrials(path).trials).toHaveLength(4);
  });

  test("one that was begun anew in the old one's place is told, and so is a head that is gone or strange", () => {
    recordTrials(path, noiseTrials(2));
    const head = `${path}.head.json`;
    const text = readFileSync(head);
    const other = join(folder, "other.ndjson");
    recordTrials(other, noiseTrials(3, 50));
    writeFileSync(path, readFileSync(other));
    expect(() => readTrials(path)).toThrow(/first 2 lines/);
    writeFileSync(head, "{");
    expect(() => readTrials(path)).toThrow(damage);
    rmSync(head);
    expect(() => readTrials(path)).toThrow(/is gone/);
    writeFileSync(head, text);
  });

  test("a torn last line does not count, and is written over; a head that lags behind is no damage", () => {
    recordTrials(path, noiseTrials(2));
    const before = readFileSync(path);
    const head = readFileSync(`${path}.head.json`);
    recordTrials(path, noiseTrials(1, 2));
    const whole = readFileSync(path);
    writeFileSync(`${path}.head.json`, head); // As if the program had ended before it could write the head.
    expect(readTrials(path).trials).toHaveLength(3);
    writeFileSync(path, whole.toString("utf8").replace(/"index":2/, '"index":3'));
    expect(() => readTrials(path)).toThrow(/line 3 does not follow/);
    writeFileSync(path, whole.subarray(0, before.length + 100));
    expect(readTrials(path)).toMatchObject({ trials: noiseTrials(2), note: "100 bytes of a torn last line do not count" });
    recordTrials(path, noiseTrials(1, 2));
    expect(readFileSync(path)).toEqual(whole);
    appendFileSync(path, "x".repeat(5000));
    recordTrials(path, noiseTrials(1, 3));
    expect(readTrials(path)).toEqual({ trials: noiseTrials(4), note: null });
  });

  test("several programs add at once, and nothing is lost", async () => {
    const script = `
      import { recordTrials } from ${JSON.stringify(new URL("./trial-ledger.ts", import.meta.url).href)};
      const [trial] = ${JSON.stringify(noiseTrials(1))};
      for (let round = 0; round < 20; round++) recordTrials(process.argv[1], [{ ...trial, params: { worker: process.argv[2], round } }]);
    `;
    const ends = await Promise.all(
      ["a", "b", "c"].map(
        (worker) =>
          new Promise<number | null>((resolve) => {
            spawn(process.execPath, ["--input-type=module-typescript", "-e", script, path, worker], { stdio: "inherit" }).on(
              "exit",
              resolve,
            );
          }),
      ),
    );
    expect(ends).toEqual([0, 0, 0]);
    const { trials } = readTrials(path);
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(60);
  });
});
