import { Random } from "../src/base/index.ts";
import { createPortfolioEnvironment, createVectorEnvironment, EnvironmentSpecification, PortfolioSpecification } from "../src/env/index.ts";
import type { FeatureMatrix } from "../src/features/index.ts";
import { geometricWalk } from "../src/market/index.ts";

const bars = 10_000;

/** Features in contiguous rows. */
function features(width: number): FeatureMatrix {
  const values = Float32Array.from({ length: bars * width }, (_, index) => Math.sin(index));
  return { names: Array.from({ length: width }, (_, index) => `f${index}`), width, rows: bars, values, firstReady: 0 };
}

const rounds = 20;

/** Environment steps a second by CPU time, the best of twenty rounds after a warm-up, where `advance` does so many steps of a batch. */
function rate(steps: number, count: number, advance: (steps: number) => void): number {
  advance(4 * steps);
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    advance(steps);
    const { user, system } = process.cpuUsage(start);
    best = Math.max(best, (steps * count * 1e6) / (user + system));
  }
  return best;
}

/** Environments in batches on one core, with costs, episodes of 1,000 bars from random starts, one action in eight changing. */
export const benchmarks = [
  {
    // Sixty-one features: with the three account fields an observation is 64 floats.
    name: "env/single-asset",
    unit: "env-steps/s",
    async run(): Promise<number> {
      const count = 256;
      const environment = createVectorEnvironment({
        ...EnvironmentSpecification.parse({ episode: { maxSteps: 1000 } }),
        bars: geometricWalk({ bars, volatility: 0.01, seed: 1 }),
        features: features(61),
        pipelineHash: "bench",
        from: 0,
        to: bars,
        count,
      });
      const script = Array.from({ length: 64 }, (_, row) => Int32Array.from({ length: count }, (_, index) => ((row >> 3) + index) % 3));
      return rate(2000, count, (steps) => {
        for (let step = 0; step < steps; step++) environment.step(script[step % script.length]!);
      });
    },
  },
  {
    // Thirty assets with eight features each, target weights by softmax: 302 floats an observation.
    name: "env/portfolio",
    unit: "env-steps/s",
    async run(): Promise<number> {
      const [count, assets] = [64, 30];
      const environment = createPortfolioEnvironment({
        ...PortfolioSpecification.parse({ episode: { maxSteps: 1000 } }),
        assets: Array.from({ length: assets }, (_, asset) => ({
          bars: geometricWalk({ bars, volatility: 0.01, seed: 1 + asset }),
          features: features(8),
        })),
        pipelineHash: "bench",
        count,
      });
      const random = new Random(1);
      const actions = Float32Array.from({ length: count * (assets + 1) }, () => random.uniform());
      const script = Array.from({ length: 64 }, (_, row) => {
        for (let index = 0; index < count; index++)
          if ((row + index) % 8 === 0)
            for (let asset = 0; asset <= assets; asset++) actions[index * (assets + 1) + asset] = random.uniform();
        return actions.slice();
      });
      return rate(800, count, (steps) => {
        for (let step = 0; step < steps; step++) environment.step(script[step % script.length]!);
      });
    },
  },
];
