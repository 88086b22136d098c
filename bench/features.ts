import { Random, systemClock } from "../src/base/index.ts";
import { batchIndicator, defaultFeatures, featurePipeline, indicators } from "../src/features/index.ts";
import { walkBars } from "../src/features/sample-bars.ts";

/** Items a second in the best of five runs, after one to warm up. */
function best(items: number, run: () => unknown): number {
  run();
  let least = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = systemClock.elapsed();
    run();
    least = Math.min(least, systemClock.elapsed() - start);
  }
  return (1000 * items) / least;
}

const bars = (rows: number) => walkBars(new Random(1), rows);

const overMillion = (name: keyof typeof indicators) => ({
  name: `features/${name}`,
  unit: "bars/s",
  run: async () => {
    const million = bars(1_000_000);
    return best(1_000_000, () => batchIndicator(indicators[name], {}, million));
  },
});

/** Indicators over a million bars of a random walk, and the default pipeline of fifteen features over a hundred thousand. */
export const benchmarks = [
  overMillion("rsi"),
  overMillion("ema"),
  overMillion("atr"),
  overMillion("bollinger"),
  {
    name: "features/default-pipeline",
    unit: "bars/s",
    run: async () => {
      const hundredThousand = bars(100_000);
      const pipeline = featurePipeline(defaultFeatures);
      return best(100_000, () => pipeline.batch(hundredThousand));
    },
  },
];
