import { systemClock } from "../src/base/index.ts";
import { createVectorEnvironment, EnvironmentSpecification } from "../src/env/index.ts";
import type { FeatureMatrix } from "../src/features/index.ts";
import { geometricWalk } from "../src/market/index.ts";

const bars = 10_000;
const count = 256;
const steps = 20_000;

/** Sixty-one features in contiguous rows: with the three account fields an observation is 64 floats. */
function features(): FeatureMatrix {
  const width = 61;
  const values = Float32Array.from({ length: bars * width }, (_, index) => Math.sin(index));
  return { names: Array.from({ length: width }, (_, index) => `f${index}`), width, rows: bars, values, firstReady: 0 };
}

/** Steps of single-asset environments in a batch of 256, with costs, episodes of 1,000 bars from random starts, one action in eight changing. */
export const benchmarks = [
  {
    name: "env/single-asset",
    unit: "env-steps/s",
    async run(): Promise<number> {
      const environment = createVectorEnvironment({
        ...EnvironmentSpecification.parse({ episode: { maxSteps: 1000 } }),
        bars: geometricWalk({ bars, volatility: 0.01, seed: 1 }),
        features: features(),
        pipelineHash: "bench",
        from: 0,
        to: bars,
        count,
      });
      const script = Array.from({ length: 64 }, (_, row) => Int32Array.from({ length: count }, (_, index) => ((row >> 3) + index) % 3));
      const advance = (amount: number) => {
        for (let step = 0; step < amount; step++) environment.step(script[step % script.length]!);
      };
      advance(2000);
      const start = systemClock.elapsed();
      advance(steps);
      return (steps * count * 1000) / (systemClock.elapsed() - start);
    },
  },
];
