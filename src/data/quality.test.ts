import { expect, test } from "vitest";
import { barsFrom } from "../domain/index.ts";
import { checkBars, formatQualityReport } from "./quality.ts";
import { QualityReport } from "./quality/report.ts";

const day = 86_400_000;
const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };
const barsOf = (closes: readonly number[]) =>
  barsFrom(
    instrument,
    closes.map((close, index) => ({ closeTime: index * day, open: close, high: close * 1.01, low: close * 0.99, close, volume: 1 })),
  );

test("an unadjusted split stands out, an ordinary bad day does not", () => {
  const closes = Array.from({ length: 50 }, (_, index) => (index < 25 ? 100 : index < 40 ? 640 : 600) + (index % 3));
  const quality = checkBars(barsOf(closes));
  expect(quality.findings).toMatchObject([{ kind: "split", from: 25 * day, ratio: expect.closeTo(6.41, 2) }]);
  expect(formatQualityReport(quality)).toContain("×6.4");
  expect(QualityReport.parse(JSON.parse(JSON.stringify(quality)))).toEqual(quality);
});

test("flat, unchanged, empty and wrong bars are counted", () => {
  const bars = barsOf([10, 10, 10, 11]);
  bars.volume[1] = 0;
  bars.high[3] = bars.low[3] = 11;
  expect(checkBars(bars)).toMatchObject({ rows: 4, zeroVolume: 1, flat: 1, longestUnchanged: 3, invalid: 0 });
  bars.low[0] = 12;
  bars.closeTime[2] = 0;
  expect(checkBars(bars)).toMatchObject({ invalid: 2, counts: { "inconsistent": 1, "out-of-order": 1 } });
});

test("one bar and none are looked over too", () => {
  expect(checkBars(barsOf([10]))).toMatchObject({ rows: 1, intervalMs: null, gaps: { stretches: 0 }, findings: [] });
  expect(formatQualityReport(checkBars(barsOf([10])))).toContain("1 bars");
  expect(QualityReport.parse(checkBars(barsOf([])))).toMatchObject({ rows: 0, range: null });
});
