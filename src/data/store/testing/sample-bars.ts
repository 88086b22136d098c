import { Random } from "../../../base/index.ts";
import { barColumns, type Bars, barsFrom, type CorporateAction, sliceBars } from "../../../domain/index.ts";
import { joinBars } from "../data-set.ts";

/** Where the bars of these tests come from. */
export const lineage = { source: "test", file: "none", sha256: "0" };

/** Bars of a made-up instrument; `everyMs` apart from `start` on, prices by seed. */
export function sampleBars({ count = 100, symbol = "X", seed = 1, everyMs = 3_600_000, start = Date.UTC(2019, 10, 20) } = {}): Bars {
  const random = new Random(seed);
  const rows = Array.from({ length: count }, (_, index) => {
    const open = 10 + random.uniform();
    return { closeTime: start + index * everyMs, open, high: open + 1, low: open - 1, close: open + 0.5, volume: random.below(1000) };
  });
  return barsFrom({ symbol, currency: "USD", tickSize: 0.01, lotSize: 1 }, rows);
}

/** The bars with one value changed. */
export function changed(bars: Bars, row: number, column: "open" | "high" | "low" | "close" | "volume", value: number): Bars {
  const values = bars[column].slice();
  values[row] = value;
  return { ...bars, [column]: values };
}

/** The bars without some rows. */
export const without = (bars: Bars, rows: readonly number[]): Bars =>
  joinBars(
    bars.instrument,
    Array.from(bars.closeTime, (_, row) => row)
      .filter((row) => !rows.includes(row))
      .map((row) => sliceBars(bars, row, row + 1)),
  );

/** Columns as plain arrays, for comparing. */
export const plain = (bars: Bars): number[][] => barColumns.map((name) => [...bars[name]]);

/** A split and a dividend within the sample bars. */
export const actions = ({ closeTime }: Bars): CorporateAction[] => [
  { kind: "split", timeMs: closeTime[3]!, numerator: 2, denominator: 1 },
  { kind: "dividend", timeMs: closeTime[5]!, amount: 0.25 },
];
