import { z } from "zod";
import { durationBars, endOfDuration, scaleRows, scenario } from "../scenario.ts";

/** For a while every move from the close before is `factor` times as large, above 1 or below; the market then goes on from where it stands. */
export default scenario({
  name: "volatility-regime",
  params: {
    factor: z.number().positive().max(20).default(2.5),
    volumeFactor: z.number().positive().default(1.5),
    durationBars: durationBars(100),
  },
  sample: (random) => ({
    factor: Math.exp(Math.log(4) * (2 * random.uniform() - 0.7)),
    volumeFactor: 0.5 + 2 * random.uniform(),
    durationBars: 20 + random.below(300),
  }),
  apply(stretches, { factor, volumeFactor, durationBars: duration }) {
    for (const stretch of stretches) {
      const { bars, previousClose } = stretch;
      const end = endOfDuration(stretch, duration);
      let before = previousClose;
      let level = previousClose;
      for (let row = 0; row < bars.close.length; row++) {
        const close = bars.close[row]!;
        const exponent = row < end ? factor : 1;
        for (const column of [bars.open, bars.high, bars.low, bars.close]) column[row] = level * (column[row]! / before) ** exponent;
        before = close;
        level = bars.close[row]!;
      }
      scaleRows(bars.volume, end, volumeFactor);
    }
  },
});
