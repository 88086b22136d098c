import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { type Bar, barColumns, type Bars, barsFrom, copyBars, emptyBar, readBar, sliceBars } from "../../domain/index.ts";
import { adjustForward } from "../alignment/adjusted.ts";
import { checkBars } from "../quality.ts";
import { readBarsFile } from "../read-bars-file.ts";
import { loadSource } from "../source.ts";
import { sources } from "../sources/index.ts";
import { Cleaner } from "./cleaner.ts";
import { CleaningReport, cleanBars, formatCleaningReport } from "./clean-bars.ts";
import { CleaningPlan, type CleaningPolicies, planHash } from "./cleaning-plan.ts";
import { type CleaningChoices, fitCleaning } from "./fit-cleaning.ts";

const day = 86_400_000;
const hour = day / 24;
const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };

/** Bars round the clock, hourly unless said otherwise, whose closes move by about 1 %. */
function walk(seed: number, rows: number, everyMs = hour): Bars {
  const random = new Random(seed);
  let price = 100;
  return barsFrom(
    instrument,
    Array.from({ length: rows }, (_, index) => {
      const open = price;
      const close = (price *= Math.exp(0.01 * random.normal()));
      const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
      return {
        closeTime: (index + 1) * everyMs,
        open,
        high: top * 1.002,
        low: bottom * 0.998,
        close,
        volume: 1000 * Math.exp(0.3 * random.normal()),
      };
    }),
  );
}

const row = (bars: Bars, index: number): Bar => readBar(bars, index, emptyBar());
const put = (bars: Bars, index: number, values: Partial<Bar>): void => {
  for (const name of barColumns) if (values[name] !== undefined) bars[name][index] = values[name];
};
const scale = (bars: Bars, from: number, factor: number, volume = 1): void => {
  for (const name of ["open", "high", "low", "close"] as const)
    for (let index = from; index < bars.close.length; index++) bars[name][index]! *= factor;
  for (let index = from; index < bars.close.length; index++) bars.volume[index]! *= volume;
};
const planFor = (bars: Bars, policies: Partial<CleaningPolicies> = {}, choices: CleaningChoices = {}) =>
  fitCleaning(bars, { from: 0, to: 200 }, { policies, ...choices });
const deeds = ({ report }: { report: CleaningReport }) => report.changes.map(({ row: index, kind, deed }) => `${index} ${kind} ${deed}`);

test("clean bars stay as they are, to the bit", () => {
  const bars = walk(1, 600);
  const cleaned = cleanBars(bars, planFor(bars));
  expect(cleaned.report).toMatchObject({ rows: { read: 600, kept: 600, leftOut: 0, restated: 0 }, counts: [], changes: [] });
  for (const name of barColumns) expect(cleaned.bars[name]).toEqual(bars[name]);
});

test("a spike is the last good close, and the bars beside it are untouched", () => {
  const truth = walk(2, 400);
  const bars = copyBars(truth);
  put(bars, 300, { close: bars.close[300]! * 10, high: bars.high[300]! * 10 });
  put(bars, 350, { low: 0.01 });
  put(bars, 370, { open: 1, low: 1 });
  const repaired = cleanBars(bars, planFor(bars));
  expect(deeds(repaired)).toEqual(["300 spike repaired", "350 spike repaired", "370 spike repaired"]);
  expect(repaired.bars.close[300]).toBe(truth.close[299]);
  expect(repaired.bars.low[350]).toBe(Math.min(truth.open[350]!, truth.close[350]!));
  expect(repaired.bars.open[370]).toBe(truth.close[369]);
  for (const index of [299, 301, 349, 351, 371]) expect(row(repaired.bars, index)).toEqual(row(truth, index));
  const left = cleanBars(bars, planFor(bars, { spike: "quarantine" }));
  expect(left.bars.close.length).toBe(397);
  const masked = cleanBars(bars, planFor(bars, { spike: "mask" }));
  expect(masked.bars.close.length).toBe(400);
  expect([300, 350, 370].every((index) => Number.isNaN(masked.bars.close[index]))).toBe(true);
  expect(cleanBars(bars, planFor(bars, { spike: "keep" })).bars.close[300]).toBe(bars.close[300]);
});

test("a move that stays is believed one bar later, or as many as the plan asks for", () => {
  const bars = walk(3, 400);
  scale(bars, 300, 1.27);
  const cleaned = cleanBars(bars, planFor(bars, { split: "keep" }));
  expect(deeds(cleaned)).toEqual(["300 spike repaired", "301 outlier believed"]);
  const last = bars.close[299]!;
  expect(row(cleaned.bars, 300)).toMatchObject({ open: last, high: last, low: last, close: last });
  for (let index = 301; index < 400; index++) expect(row(cleaned.bars, index)).toEqual(row(bars, index));
  expect(deeds(cleanBars(bars, planFor(bars, { split: "keep" }, { confirmBars: 3 }))).slice(1)).toEqual([
    "301 spike repaired",
    "302 spike repaired",
    "303 outlier believed",
  ]);
});

test("bars that never agree are believed in the end: bad prices come alone", () => {
  const bars = walk(12, 400);
  for (let index = 300; index < 340; index++) {
    const factor = index % 2 === 0 ? 3 : 9;
    for (const name of ["open", "high", "low", "close"] as const) bars[name][index]! *= factor;
  }
  const cleaned = cleanBars(bars, planFor(bars, { split: "keep" }));
  expect(deeds(cleaned).slice(0, 11)).toEqual([
    ...Array.from({ length: 10 }, (_, index) => `${300 + index} spike repaired`),
    "310 outlier believed",
  ]);
  expect(row(cleaned.bars, 399)).toEqual(row(bars, 399));
});

test("two wrong bars in a row that agree do not pull the right one after them along", () => {
  const bars = walk(4, 400);
  scale(bars, 300, 1.3);
  scale(bars, 302, 1 / 1.3);
  const cleaned = cleanBars(bars, planFor(bars, { split: "keep" }));
  expect(deeds(cleaned)).toEqual(["300 spike repaired", "301 outlier believed"]);
});

test.each([
  [2, 1],
  [1, 8],
  [3, 2],
  [5, 32],
])(
  "an unlisted split of %d for %d: later prices are restated, or the split is listed, and moves are right either way",
  (numerator, denominator) => {
    const truth = walk(5, 500, day); // Splits an hour are too rare to be believed as soon.
    const bars = copyBars(truth);
    scale(bars, 300, denominator / numerator, numerator / denominator);
    const restated = cleanBars(bars, planFor(bars));
    expect(deeds(restated)).toEqual(["300 spike repaired", "301 split restated"]);
    for (let index = 301; index < 500; index++) {
      expect(restated.bars.close[index]! / truth.close[index]! - 1).toBeCloseTo(0, numerator === 5 ? 1 : 10);
      expect(restated.bars.volume[index]! / truth.volume[index]! - 1).toBeCloseTo(0, numerator === 5 ? 1 : 10);
    }
    expect(restated.report.rows.restated).toBe(199);
    const listed = cleanBars(bars, planFor(bars, { split: "action" }));
    expect(deeds(listed)).toEqual(["300 spike repaired", "301 split listed"]);
    expect(listed.actions).toEqual([
      { kind: "split", timeMs: bars.closeTime[301], numerator: expect.any(Number), denominator: expect.any(Number) },
    ]);
    expect(row(listed.bars, 302)).toEqual(row(bars, 302));
    const forward = adjustForward(listed.bars, listed.actions);
    for (let index = 301; index < 500; index++) expect(forward.close[index]).toBeCloseTo(restated.bars.close[index]!, 8);
  },
);

test("a split is listed though the bar that confirmed it has a bad price itself", () => {
  const bars = walk(5, 500, day);
  scale(bars, 300, 0.5, 2);
  put(bars, 301, { high: bars.high[301]! * 4 });
  for (const spike of ["mask", "quarantine", "repair"] as const) {
    const { bars: kept, actions } = cleanBars(bars, planFor(bars, { split: "action", spike }));
    expect(actions).toEqual([{ kind: "split", timeMs: bars.closeTime[301], numerator: 2, denominator: 1 }]);
    expect(row(kept, kept.close.length - 1)).toEqual(row(bars, 499));
  }
});

test("a listed split explains its move; a listed one that prices do not show is none of the cleaner's business", () => {
  const bars = walk(6, 400);
  scale(bars, 300, 0.5, 2);
  const actions = [{ kind: "split" as const, timeMs: bars.closeTime[299]!, numerator: 2, denominator: 1 }];
  const cleaned = cleanBars(bars, planFor(bars), actions);
  expect(cleaned.report.changes).toEqual([]);
  expect(cleaned.actions).toEqual(actions);
});

test("impossible bars are repaired from the past, masked or left out", () => {
  const bars = walk(7, 400);
  put(bars, 250, { high: bars.close[250]! * 0.999 });
  put(bars, 251, { close: NaN });
  put(bars, 252, { open: 0, volume: -5 });
  const cleaned = cleanBars(bars, planFor(bars));
  expect(deeds(cleaned)).toEqual(["250 inconsistent repaired", "251 inconsistent repaired", "252 inconsistent repaired"]);
  expect(cleaned.bars.high[250]).toBe(Math.max(bars.open[250]!, bars.close[250]!));
  expect(cleaned.bars.close[251]).toBe(bars.close[250]);
  expect(row(cleaned.bars, 252)).toMatchObject({ open: bars.close[250], close: bars.close[252], volume: 0 });
  expect(cleanBars(bars, planFor(bars, { inconsistent: "quarantine" })).bars.close.length).toBe(397);
  expect(cleanBars(bars, planFor(bars, { inconsistent: "mask" })).bars.close.filter(Number.isNaN).length).toBe(3);
  expect(cleanBars(bars, planFor(bars, { inconsistent: "keep" })).bars.close[251]).toBeNaN();
  const first = sliceBars(bars, 251, 400);
  expect(cleanBars(first, planFor(bars)).report.changes[0]).toMatchObject({ row: 0, deed: "quarantined" }); // There is no past.
});

test("times twice and times that go back are left out, the first stays", () => {
  const bars = walk(8, 400);
  bars.closeTime[300] = bars.closeTime[299]!;
  bars.closeTime[310] = bars.closeTime[305]!;
  const cleaned = cleanBars(bars, planFor(bars));
  expect(deeds(cleaned)).toEqual(["300 duplicate quarantined", "310 out-of-order quarantined"]);
  expect(cleaned.bars.close[299]).toBe(bars.close[299]);
});

test("long stillness, copies, weekends and hours outside sessions", () => {
  const bars = walk(9, 400);
  for (let index = 300; index < 312; index++) put(bars, index, { ...row(bars, 299), closeTime: bars.closeTime[index]!, volume: 0 });
  put(bars, 320, { ...row(bars, 319), closeTime: bars.closeTime[320]! });
  const plan = planFor(bars, { stale: "mask", repeated: "quarantine" });
  expect(deeds(cleanBars(bars, plan))).toEqual([
    ...[305, 306, 307, 308, 309, 310, 311].map((index) => `${index} stale masked`),
    "320 repeated quarantined",
  ]);
  const weekdays = (date: number) => new Date(date * day).getUTCDay() % 6 !== 0;
  const days = walk(10, 400);
  const dates = Array.from({ length: 700 }, (_, index) => 18_000 + index)
    .filter(weekdays)
    .slice(0, 400);
  dates.forEach((date, index) => (days.closeTime[index] = (date + 1) * day));
  const saturday = dates.findIndex((date, index) => index > 300 && dates[index + 1]! - date === 3);
  const odd = barsFrom(instrument, [
    ...Array.from({ length: saturday + 1 }, (_, index) => row(days, index)),
    { ...row(days, saturday), closeTime: days.closeTime[saturday]! + day, volume: 7 },
    ...Array.from({ length: 399 - saturday }, (_, index) => row(days, saturday + 1 + index)),
  ]);
  expect(deeds(cleanBars(odd, planFor(odd)))).toEqual([`${saturday + 1} weekend quarantined`]);
  expect(deeds(cleanBars(odd, planFor(odd, {}, { calendar: "fx-week" })))).toEqual([`${saturday + 1} outside-session quarantined`]);
});

/** Bars with all that may be wrong with them. */
const spoiled = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    faults: fc.array(
      fc.record({
        at: fc.integer({ min: 20, max: 299 }),
        what: fc.constantFrom("spike", "wick", "split", "jump", "nan", "range", "copy", "still", "time"),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ seed, faults }) => {
    const bars = walk(seed, 300);
    for (const { at, what } of faults) {
      if (what === "spike") put(bars, at, { close: bars.close[at]! * 3, high: bars.high[at]! * 3 });
      if (what === "wick") put(bars, at, { low: bars.low[at]! / 4 });
      if (what === "split") scale(bars, at, 0.5, 2);
      if (what === "jump") scale(bars, at, 1.23);
      if (what === "nan") put(bars, at, { open: NaN });
      if (what === "range") put(bars, at, { high: bars.low[at]! * 0.99 });
      if (what === "copy") put(bars, at, { ...row(bars, at - 1), closeTime: bars.closeTime[at]! });
      if (what === "still") put(bars, at, { ...row(bars, at - 1), closeTime: bars.closeTime[at]!, volume: 0 });
      if (what === "time") put(bars, at, { closeTime: bars.closeTime[at - 1]! });
    }
    return bars;
  });

const anyPolicies = fc.record({
  "inconsistent": fc.constantFrom("repair" as const, "mask" as const, "quarantine" as const, "keep" as const),
  "spike": fc.constantFrom("repair" as const, "mask" as const, "quarantine" as const, "keep" as const),
  "split": fc.constantFrom("repair" as const, "action" as const, "keep" as const),
  "stale": fc.constantFrom("mask" as const, "quarantine" as const, "keep" as const),
  "repeated": fc.constantFrom("mask" as const, "quarantine" as const, "keep" as const),
});

/** The bars with everything from a row on replaced by garbage, at other times too, or cut off. */
function otherFuture(bars: Bars, from: number, garbage: number | undefined): Bars {
  if (garbage === undefined) return sliceBars(bars, 0, from);
  const copy = copyBars(bars);
  for (const name of barColumns) if (name !== "closeTime") copy[name].fill(garbage, from);
  for (let index = from; index < bars.close.length; index++) copy.closeTime[index]! += (index - from + 1) * 5 * hour;
  return copy;
}

test("nothing after the training window changes the plan, and nothing after a bar changes what becomes of it", () => {
  fc.assert(
    fc.property(
      spoiled,
      anyPolicies,
      fc.integer({ min: 30, max: 299 }),
      fc.constantFrom(undefined, NaN, 1e30, -1, 100),
      (bars, policies, kept, garbage) => {
        const train = { from: 0, to: Math.min(kept, 150) };
        const plan = fitCleaning(bars, train, { policies });
        const other = otherFuture(bars, kept, garbage);
        expect(fitCleaning(other, train, { policies })).toEqual(plan);
        expect(CleaningPlan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
        const whole = cleanBars(bars, plan);
        const perturbed = cleanBars(other, plan);
        const until = bars.closeTime[kept - 1]!;
        const upTo = ({ bars: { closeTime } }: typeof whole) => closeTime.filter((time) => time <= until).length;
        expect(upTo(perturbed)).toBe(upTo(whole));
        for (const name of barColumns) expect(perturbed.bars[name].slice(0, upTo(whole))).toEqual(whole.bars[name].slice(0, upTo(whole)));
        const known = ({ actions }: typeof whole) => actions.filter(({ timeMs }) => timeMs <= until);
        expect(known(perturbed)).toEqual(known(whole));
        const told = ({ report }: typeof whole) => report.changes.filter((change) => change.row < kept);
        expect(told(perturbed)).toEqual(told(whole));
      },
    ),
    { numRuns: 150 },
  );
});

test("a cleaner that is saved and restored at any bar goes on alike", () => {
  fc.assert(
    fc.property(spoiled, anyPolicies, fc.nat({ max: 299 }), (bars, policies, cut) => {
      const plan = planFor(bars, policies);
      const actions = [{ kind: "split" as const, timeMs: bars.closeTime[150]!, numerator: 1, denominator: 1 }];
      let cleaner = new Cleaner(plan, actions);
      const kept: Bar[] = [];
      for (let index = 0; index < bars.close.length; index++) {
        if (index === cut) {
          const saved: unknown = JSON.parse(JSON.stringify(cleaner.save()));
          cleaner = new Cleaner(plan, actions);
          cleaner.restore(saved);
        }
        const { bar } = cleaner.update(row(bars, index));
        if (bar) kept.push({ ...bar });
      }
      const whole = cleanBars(bars, plan, actions).bars;
      expect(kept).toEqual(Array.from(whole.close, (_, index) => row(whole, index)));
    }),
  );
  const bars = walk(1, 300);
  const other = new Cleaner(planFor(bars, { spike: "mask" })).save();
  expect(() => new Cleaner(planFor(bars)).restore(other)).toThrow(expect.objectContaining({ code: "config/invalid", path: "state.plan" }));
});

test("saved and restored amid a doubt, a plateau, a stillness, a split listed or not, a cleaner goes on alike", () => {
  const bars = walk(13, 400, day);
  scale(bars, 220, 0.5, 2); // Listed.
  scale(bars, 250, 1.4);
  scale(bars, 252, 1 / 1.4);
  for (let index = 280; index < 290; index++) put(bars, index, { ...row(bars, 279), closeTime: bars.closeTime[index]!, volume: 0 });
  scale(bars, 320, 1 / 3, 3);
  const actions = [{ kind: "split" as const, timeMs: bars.closeTime[219]!, numerator: 2, denominator: 1 }];
  const plan = planFor(bars, { stale: "mask" });
  const { bars: whole, report } = cleanBars(bars, plan, actions);
  expect([...new Set(report.changes.map(({ kind, deed }) => `${kind} ${deed}`))]).toEqual([
    "spike repaired",
    "outlier believed",
    "stale masked",
    "split restated",
  ]);
  for (let cut = 215; cut < 330; cut++) {
    let cleaner = new Cleaner(plan, actions);
    for (let index = 0; index < bars.close.length; index++) {
      if (index === cut) {
        const saved: unknown = JSON.parse(JSON.stringify(cleaner.save()));
        cleaner = new Cleaner(plan, actions);
        cleaner.restore(saved);
      }
      const { bar } = cleaner.update(row(bars, index));
      if (index >= cut) expect(bar, `bar ${index} after ${cut}`).toEqual(row(whole, index));
    }
  }
});

test("the limit of belief is fitted: 20 at least, 1.25 times what stayed, and 60 at most", () => {
  const scoreOf = (jump: number) => {
    const bars = walk(14, 400);
    scale(bars, 100, jump);
    return planFor(bars).limits.outlierScore;
  };
  expect(scoreOf(1)).toBe(20);
  const seen = sliceBars(walk(14, 400), 0, 200);
  scale(seen, 100, 1.4);
  const [found] = checkBars(seen).findings;
  expect(scoreOf(1.4)).toBeCloseTo(1.25 * Math.abs((found as { score: number }).score), 6);
  expect(scoreOf(3.3)).toBe(60);
});

test("the report is JSON, adds up, and is readable; equal plans have equal hashes", () => {
  fc.assert(
    fc.property(spoiled, anyPolicies, (bars, policies) => {
      const plan = planFor(bars, policies);
      const { report, bars: kept } = cleanBars(bars, plan);
      expect(CleaningReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
      expect(report.rows.read).toBe(report.rows.kept + report.rows.leftOut);
      expect(report.rows.kept).toBe(kept.close.length);
      expect(report.counts.reduce((sum, each) => sum + each.bars, 0)).toBe(report.changes.length);
      expect(report.plan).toBe(planHash(CleaningPlan.parse(JSON.parse(JSON.stringify(plan)))));
      expect(formatCleaningReport(report)).toContain(`${report.rows.read} read`);
    }),
    { numRuns: 30 },
  );
});

test("too short a window, a misspelt calendar and a misspelt policy are the user's mistakes", () => {
  const bars = walk(11, 300);
  expect(() => fitCleaning(bars, { from: 0, to: 1 })).toThrow(expect.objectContaining({ code: "data/too-short" }));
  expect(() => planFor(bars, {}, { calendar: "mars" })).toThrow(expect.objectContaining({ code: "config/invalid" }));
  expect(() => planFor(bars, { spikes: "mask" } as never)).toThrow(
    expect.objectContaining({ code: "config/invalid", path: "policies.spikes" }),
  );
});

test("the crashes of 1987, 2008 and 2020 are left as they were, by plans fitted before or after them", async () => {
  for (const name of ["ndx", "sp500"] as const) {
    const { bars } = await loadSource(sources[name]);
    for (const share of [0.1, 0.6]) {
      const plan = fitCleaning(bars, { from: 0, to: Math.floor(share * bars.close.length) });
      expect(cleanBars(bars, plan).report.counts, `${name} by ${share}`).toEqual([]);
    }
  }
});

const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real bars are cleaned here.");

test.skipIf(!isThere)(
  "General Electric: the splice of July 2020 is found one bar later, and moves across it are those of the market",
  async () => {
    const { bars } = await readBarsFile(`${folder}ohlcv_sentiment_fnspid/ohlcv_sentiment_to_2021.csv.gz`, { symbol: "GE" });
    const until = bars.closeTime.findIndex((time) => time > Date.UTC(2019, 0, 1));
    const plan = fitCleaning(bars, { from: 0, to: until });
    const { bars: cleaned, report } = cleanBars(bars, plan);
    const splice = bars.closeTime.indexOf(Date.UTC(2020, 6, 7));
    expect(bars.close[splice]! / bars.close[splice - 1]!).toBeCloseTo(6.41, 2);
    expect(report.changes.filter(({ row: index }) => index >= splice - 1 && index < splice + 20)).toMatchObject([
      { row: splice, kind: "spike", deed: "repaired" },
      { row: splice + 1, kind: "split", deed: "restated" },
    ]);
    const moves = Array.from(cleaned.close.slice(1), (close, index) => Math.abs(Math.log(close / cleaned.close[index]!)));
    expect(Math.max(...moves)).toBeLessThan(0.2);
    expect(cleaned.volume[splice + 5]! / cleaned.volume[splice - 5]!).toBeGreaterThan(0.3); // Volumes are restated too.
  },
);
