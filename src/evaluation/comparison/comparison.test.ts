import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashOf, Random } from "../../base/index.ts";
import { Costs } from "../../market/index.ts";
import { sharpeDifference } from "../bootstrap.ts";
import { buildReport } from "../report/build-report.ts";
import type { Report } from "../report/document.ts";
import { barsOfCloses, judged } from "../report/testing/judged.ts";
import { holm } from "../significance/index.ts";
import { commonReturns, type TimedReturns } from "./common-returns.ts";
import { compareReports } from "./compare-reports.ts";
import { renderComparisonHtml, renderComparisonMarkdown } from "./render-comparison.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const series = (label: string, from: number, count: number, intervalMs = dayMs, returnOf = (_row: number) => 0.01): TimedReturns => ({
  label,
  period: "bar",
  time: Array.from({ length: count }, (_, row) => from + (row + 1) * intervalMs),
  returns: Array.from({ length: count }, (_, row) => returnOf(row)),
});

describe("returns in common", () => {
  test("of the same closes are as they are", () => {
    const [left, right] = [series("a", 0, 3), series("b", 0, 3)];
    expect(commonReturns([left, right])).toEqual({ same: true, period: "bar", time: left.time, returns: [left.returns, right.returns] });
  });

  test("of shifted stretches begin after the first common close", () => {
    const { same, period, time, returns } = commonReturns([series("a", 0, 40), series("b", 10 * dayMs, 60, dayMs, (row) => row / 1000)]);
    expect([same, period, time.length]).toEqual([false, "bar", 29]);
    expect([time[0], time.at(-1)]).toEqual([12 * dayMs, 40 * dayMs]);
    expect(returns[0]!.every((value) => Math.abs(value - 0.01) < 1e-12)).toBe(true);
    expect(returns[1]![0]).toBeCloseTo(1 / 1000, 12);
  });

  test("of hours and of days are of days, whatever happened in between", () => {
    const hours = series("hours", 0, 30 * 24, hourMs, (row) => (row % 24 === 5 ? 0.02 : 0));
    const days = series("days", -hourMs / 2, 30); // They close at no hour of the others.
    const { period, returns, time } = commonReturns([hours, days]);
    expect([period, time.length]).toEqual(["day", 29]);
    for (const value of returns[0]!) expect(value).toBeCloseTo(0.02, 12);
  });

  test("gaps of one are bridged in the other: what is compounded over the common times is what both gained", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ kept: fc.boolean(), change: fc.double({ min: -0.2, max: 0.2, noNaN: true }) }), {
          minLength: 60,
          maxLength: 90,
        }),
        (bars) => {
          const whole = series("whole", 0, bars.length, dayMs, (row) => bars[row]!.change);
          const rows = bars.flatMap(({ kept }, row) => (kept || row === 0 || row === bars.length - 1 ? [row] : []));
          fc.pre(rows.length > 22 && rows.length < bars.length);
          const sparse = { ...series("sparse", 0, 1), time: rows.map((row) => whole.time[row]!), returns: rows.map(() => 0.001) };
          const { returns, time } = commonReturns([whole, sparse]);
          expect(time.length).toBe(rows.length - 1);
          const growth = returns[0]!.reduce((product, value) => product * (1 + value), 1);
          expect(growth).toBeCloseTo(
            bars.slice(1).reduce((product, { change }) => product * (1 + change), 1),
            9,
          );
        },
      ),
      { seed: 2 },
    );
  });

  test("of stretches apart are refused, with their days", () => {
    expect(() => commonReturns([series("a", 0, 50), series("b", 45 * dayMs, 50)])).toThrow(
      expect.objectContaining({
        code: "data/mismatch",
        message: expect.stringContaining("a 1970-01-01 to 1970-02-19; b 1970-02-15"),
      }) as Error,
    );
  });

  test("ruin stays ruin", () => {
    const ruined = series("ruined", 0, 50, dayMs, (row) => (row === 20 ? -1 : 0));
    const { returns } = commonReturns([ruined, series("b", dayMs, 50)]);
    expect(returns[0]!.filter((value) => value !== 0)).toEqual([-1]);
    expect(returns[0]!.every(Number.isFinite)).toBe(true);
  });
});

const prices = Array.from({ length: 120 }, (_, row) => 100 * Math.exp(0.1 * Math.sin(row / 7) + 0.002 * row + 0.01 * Math.sin(row * row)));

async function reportOf(name: string, closes: readonly number[], exposures: readonly (number | null)[], from = 0): Promise<Report> {
  const bars = barsOfCloses(closes);
  const { agent, baselines } = await judged(bars, exposures, { from });
  const contentHash = hashOf(closes);
  return buildReport({
    clock: { createdAt: "2024-01-01T00:00:00.000Z", durationMs: 1 },
    name,
    experiment: { costs: {} },
    data: { bars, synthetic: true, lineage: { source: "generator", file: "-", sha256: contentHash }, contentHash },
    split: { test: { from, to: closes.length } },
    costs: Costs.parse({}),
    algorithm: { name, params: {}, totalSteps: 0 },
    agent,
    baselines,
    seeds: [],
    walkForward: [],
    trainingCurves: [],
    bootstrapSeed: 1,
    resamples: 20,
  });
}

const turns = (every: number) => prices.map((_, row) => (row % every === 0 ? (row / every) % 2 : null));

describe("reports", () => {
  test("of one stretch: every pair by the returns themselves, corrected for their number", async () => {
    const reports = [
      await reportOf("one", prices, turns(5)),
      await reportOf("two", prices, turns(9)),
      await reportOf("three", prices, [1]),
    ];
    const compared = reports.map((report, index) => ({ label: `r${index}`, report }));
    const comparison = compareReports(compared, { seed: 3, resamples: 200 });
    expect(comparison).toMatchObject({ sameData: true, sameStretch: true, overlap: { periods: 120, period: "bar" } });
    expect(comparison.pairs.map(({ left, right }) => `${left} ${right}`)).toEqual(["r0 r1", "r0 r2", "r1 r2"]);
    const { periodsPerYear: barsPerYear } = reports[0]!.history!;
    expect(comparison.pairs[0]!.interval).toEqual(
      sharpeDifference(reports[0]!.history!.agent, reports[1]!.history!.agent, { random: new Random(3, 0), barsPerYear, resamples: 200 }),
    );
    expect(comparison.pairs.map(({ corrected }) => corrected)).toEqual(holm(comparison.pairs.map(({ interval }) => interval.pValue)));
    expect(comparison.lines.map(({ label }) => label)).toEqual(["r0", "r1", "r2", "buy-and-hold of TST"]);
    for (const [index, { strategies }] of reports.entries()) {
      expect(comparison.lines[index]!.figures.sharpe).toBeCloseTo(strategies[0]!.metrics.sharpe!, 9);
      expect(comparison.lines[index]!.figures.totalReturn).toBeCloseTo(strategies[0]!.metrics.totalReturn!, 9);
      expect(comparison.curves.worth[`r${index}`]!.at(-1)).toBeCloseTo(1 + strategies[0]!.metrics.totalReturn!, 9);
    }
    expect(compareReports(compared, { seed: 3, resamples: 200 })).toEqual(comparison);
  });

  test("one with itself: no difference at all", async () => {
    const report = await reportOf("one", prices, turns(5));
    const { pairs } = compareReports(
      [
        { label: "a", report },
        { label: "b", report },
      ],
      { seed: 1, resamples: 50 },
    );
    expect(pairs).toMatchObject([{ interval: { estimate: 0, low: 0, high: 0, pValue: 1 }, corrected: 1 }]);
  });

  test("of other data and stretches: on what they have in common, and it is said", async () => {
    const report = await reportOf("one", prices, [1]);
    const other = await reportOf(
      "two",
      prices.map((price) => price + 1),
      [1],
      40,
    );
    const comparison = compareReports(
      [
        { label: "a", report },
        { label: "b", report: other },
      ],
      { seed: 1, resamples: 50 },
    );
    expect(comparison).toMatchObject({ sameData: false, sameStretch: false, overlap: { periods: 79, period: "bar" } });
    expect(comparison.notes.join(" ")).toMatch(/different versions of the data of TST.*the 79 bars that all of them have in common/);
    expect(comparison.runs[1]!.test.bars).toBe(80);
  });

  test("of a rule whose parameters were chosen there: it is said", async () => {
    const report = await reportOf("one", prices, turns(5));
    const sweep = { combinations: 4, best: [], superiorAbility: null };
    const { notes } = compareReports(
      [
        { label: "a", report },
        { label: "b", report: { ...report, sweep } },
      ],
      { seed: 1, resamples: 50 },
    );
    expect(notes.filter((note) => note.includes("chosen by the very bars"))).toEqual([expect.stringContaining("parameters of b were")]);
  });

  test("without returns are refused by name", async () => {
    const { history: _, ...old } = await reportOf("one", prices, [1]);
    expect(() =>
      compareReports(
        [
          { label: "old", report: old as Report },
          { label: "b", report: old as Report },
        ],
        { seed: 1 },
      ),
    ).toThrow(expect.objectContaining({ code: "data/mismatch", path: "old" }) as Error);
  });

  test("as a page and as Markdown tell the same figures, and escape what comes from outside", async () => {
    const report = await reportOf("<one>", prices, turns(5));
    const comparison = compareReports(
      [
        { label: "<b>a", report },
        { label: "b", report: await reportOf("two", prices, turns(9)) },
      ],
      { seed: 1, resamples: 50 },
    );
    const page = renderComparisonHtml(comparison);
    const { markdown, figures } = renderComparisonMarkdown(comparison, { folder: "x" });
    expect(page).not.toMatch(/<b>a|<one>|https?:\/\/(?!www\.w3\.org)|NaN|undefined/);
    expect(Object.keys(figures)).toEqual(["x/worth-of-1.svg"]);
    expect(markdown).toContain("(x/worth-of-1.svg)");
    const sharpe = comparison.lines[1]!.figures.sharpe!.toFixed(2).replace("-", "−");
    for (const text of [page, markdown]) expect(text).toContain(sharpe);
  });
});
