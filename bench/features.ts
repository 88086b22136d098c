import { Random, systemClock } from "../src/base/index.ts";
import { batchIndicator, defaultFeatures, featurePipeline, indicators } from "../src/features/index.ts";
import { walkBars } from "../src/features/sample-bars.ts";
import { libraries } from "./features/libraries.ts";
import { againstLibrary, againstTaLib, allIndicators, streamingCosts } from "./features/measures.ts";

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

/** Indicators over a million bars of a random walk, all of them, what a bar costs each that streams, TA-Lib beside them, the npm libraries over a hundred thousand, and the default pipeline of fifteen features over a hundred thousand. */
export const benchmarks = [
  overMillion("rsi"),
  overMillion("ema"),
  overMillion("atr"),
  overMillion("bollinger"),
  {
    name: "features/all",
    unit: "s",
    run: async () => {
      const { seconds, processorSeconds, memoryMiB } = allIndicators(bars(1_000_000));
      return [
        { name: "features/all", value: seconds, unit: "s" },
        { name: "features/all/processor", value: processorSeconds, unit: "s" },
        { name: "features/all/indicators", value: Object.keys(indicators).length, unit: "indicators" },
        { name: "features/all/memory", value: memoryMiB, unit: "MiB" },
      ];
    },
  },
  {
    name: "features/streaming",
    unit: "ns",
    run: async () => {
      const costs = streamingCosts(bars(200_000));
      const at = (share: number) => costs[Math.floor(share * (costs.length - 1))]!;
      return [
        { name: "features/streaming", value: at(0.5).ns, unit: "ns" },
        { name: "features/streaming/nine-in-ten", value: at(0.9).ns, unit: "ns" },
        ...costs.slice(-8).map(({ name, ns }) => ({ name: `features/streaming/${name}`, value: ns, unit: "ns" })),
      ];
    },
  },
  {
    name: "features/ta-lib",
    unit: "s",
    run: async () => {
      const { functions, patterns } = await againstTaLib(bars(1_000_000));
      return [
        { name: "features/ta-lib/functions", value: functions.count, unit: "functions" },
        { name: "features/ta-lib/functions/ours", value: functions.ours, unit: "s" },
        { name: "features/ta-lib/functions/wasm", value: functions.theirs, unit: "s" },
        { name: "features/ta-lib/patterns", value: patterns.count, unit: "functions" },
        { name: "features/ta-lib/patterns/ours", value: patterns.ours, unit: "s" },
        { name: "features/ta-lib/patterns/wasm", value: patterns.theirs, unit: "s" },
      ];
    },
  },
  ...Object.entries(libraries).map(([library, pairs]) => ({
    name: `features/${library}`,
    unit: "s",
    run: async () => {
      const { functions, agreeing, ours, theirs } = againstLibrary(pairs, bars(100_000));
      return [
        { name: `features/${library}/functions`, value: functions, unit: "functions" },
        { name: `features/${library}/agreeing`, value: agreeing, unit: "functions" },
        { name: `features/${library}/ours`, value: ours, unit: "s" },
        { name: `features/${library}/theirs`, value: theirs, unit: "s" },
      ];
    },
  })),
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
