import { z } from "zod";
import { UserError } from "../../base/index.ts";
import { durationBars, endOfDuration, scenario, type Stretch } from "../scenario.ts";

/**
 * For a while the instruments' returns have another correlation, the same between any two: 0 is none, 1 makes all move as one. Each
 * keeps the mean and the deviation that its returns of these bars have; the returns are one common normal factor and, for what is
 * its own, its old ones in another order. The market then goes on from where it stands.
 */
export default scenario({
  name: "correlation-break",
  params: { correlation: z.number().min(0).max(1).default(0), durationBars: durationBars(100) },
  leastInstruments: 2,
  sample: (random) => ({ correlation: random.below(2) === 0 ? 0 : random.uniform(), durationBars: 20 + random.below(300) }),
  apply(stretches, { correlation, durationBars: duration }, random) {
    refuseOtherTimes(stretches);
    const end = endOfDuration(stretches[0]!, duration);
    if (end === 0) return;
    const common = Float64Array.from({ length: end }, () => random.normal());
    for (const stretch of stretches) {
      const returns = returnsOf(stretch, end);
      const mean = returns.reduce((sum, value) => sum + value, 0) / end;
      const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / end);
      const own = returns.slice();
      random.shuffle(own);
      const mixed = returns.map(
        (_, row) => mean + Math.sqrt(correlation) * deviation * common[row]! + Math.sqrt(1 - correlation) * (own[row]! - mean),
      );
      replaceReturns(stretch, returns, mixed);
    }
  },
});

function refuseOtherTimes([first, ...others]: readonly Stretch[]): void {
  const times = first!.bars.closeTime;
  const differing = others.find(
    ({ bars }) => bars.closeTime.length !== times.length || bars.closeTime.some((time, row) => time !== times[row]),
  );
  if (!differing) return;
  throw new UserError(
    "data/invalid-value",
    `${differing.bars.instrument.symbol} has bars at other times than ${first!.bars.instrument.symbol}`,
    {
      path: "bars",
      hint: "Bring the instruments to the same bars before their correlation is changed.",
    },
  );
}

/** Log returns from close to close of the first rows. */
const returnsOf = ({ bars, previousClose }: Stretch, end: number): Float64Array =>
  Float64Array.from({ length: end }, (_, row) => Math.log(bars.close[row]! / (row > 0 ? bars.close[row - 1]! : previousClose)));

/** Lets bars close by other returns; what differs comes between open and close, and high or low reach as much farther. */
function replaceReturns({ bars }: Stretch, old: Float64Array, next: Float64Array): void {
  let shift = 0; // Of the logarithm of the level, from the bars before.
  for (let row = 0; row < bars.close.length; row++) {
    const change = row < old.length ? next[row]! - old[row]! : 0;
    bars.open[row]! *= Math.exp(shift);
    bars.high[row]! *= Math.exp(shift + Math.max(0, change));
    bars.low[row]! *= Math.exp(shift + Math.min(0, change));
    shift += change;
    bars.close[row]! *= Math.exp(shift);
  }
}
