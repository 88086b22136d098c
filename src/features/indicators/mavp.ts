import { z } from "zod";
import { homodyneDiscriminator } from "../hilbert.ts";
import { indicator } from "../indicator.ts";
import { meanLookback, type MeanType, meanType, startMean } from "../moving-average.ts";
import { delayed } from "../smoothing.ts";

/** As many means run side by side as there are periods, and no cycle counts as longer than 50 bars. */
const period = (value: number) => z.int().min(2).max(100).default(value);

/** Takes a value and gives the mean over a period, which is not a number where the period is none: after a price that is none there is no cycle. */
type MeanOver = (value: number, period: number) => number;

/** The plain mean of the last values, added up anew for each: periods are short, and only one of them is asked for. */
function meanOfLatest(most: number): MeanOver {
  const values = new Float64Array(most);
  let latest = 0;
  return (value, period) => {
    latest = latest + 1 === most ? 0 : latest + 1;
    values[latest] = value;
    let sum = 0;
    for (let count = 0, at = latest; count < period; count++, at = at === 0 ? most - 1 : at - 1) sum += values[at]!;
    return sum / period;
  };
}

/** A mean of each period from `least` to `most`; TA-Lib seeds every one so late that all are defined from the same bar on. */
function meansSideBySide(type: MeanType, least: number, most: number): MeanOver {
  const lookback = meanLookback(type, most);
  const means = Array.from({ length: most - least + 1 }, (_, index) =>
    delayed(lookback - meanLookback(type, least + index), startMean(type, least + index)),
  );
  const values = new Float64Array(means.length);
  return (value, period) => {
    for (let index = 0; index < means.length; index++) values[index] = means[index]!(value);
    return values[period - least] ?? NaN;
  };
}

/** The cycle is measured from this bar on (TA-Lib's lookback of HT_DCPERIOD). */
const cycleKnownFrom = 32;

/**
 * Moving average of the close whose period changes from bar to bar (TA-Lib MAVP): the whole bars of the dominant cycle
 * (`ht-dcperiod`), from `shortest` to `longest`, and `longest` in the first 32 bars, before a cycle is known.
 */
export default indicator({
  name: "mavp",
  params: { shortest: period(6), longest: period(30), type: meanType("sma") },
  inputs: ["close"],
  unit: "price",
  warmup: ({ shortest, longest, type }) => meanLookback(type, Math.max(shortest, longest)),
  start({ shortest, longest, type }) {
    const [least, most] = [Math.min(shortest, longest), Math.max(shortest, longest)];
    const meanOver = type === "sma" ? meanOfLatest(most) : meansSideBySide(type, least, most);
    const cycle = homodyneDiscriminator(12);
    let bar = 0;
    return (close) => {
      cycle.update(close);
      const period = bar++ < cycleKnownFrom ? most : Math.min(Math.max(Math.trunc(cycle.period), least), most);
      return meanOver(close, period);
    };
  },
});
