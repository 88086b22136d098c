import { Random } from "../src/base/index.ts";
import { createMarketMaking } from "../src/env/index.ts";

const count = 32;
const steps = 10_000;
const rounds = 3;

/**
 * Steps of market-making environments in a batch of 32, on one core, by CPU time, the best of three rounds: zero-intelligence flow of
 * some fifty messages a second, a decision each 25 ms, sessions of a thousand steps. Quotes move in one step of eight.
 */
export const benchmarks = [
  {
    name: "env/market-making",
    unit: "env-steps/s",
    run(): Promise<number> {
      const environment = createMarketMaking(
        { session: { stepMs: 25, steps: 1000, market: { warmUpMs: 1000 } } },
        { count, seed: 1, book: { window: 1024, logCapacity: 256 } },
      );
      const random = new Random(5);
      const script = Array.from({ length: 64 }, () => Float32Array.from({ length: 2 * count }, () => 2 * random.uniform() - 1));
      const advance = (amount: number) => {
        for (let step = 0; step < amount; step++) environment.step(script[(step >> 3) % script.length]!);
      };
      advance(steps / 4);
      let best = 0;
      for (let round = 0; round < rounds; round++) {
        const start = process.cpuUsage();
        advance(steps);
        const { user, system } = process.cpuUsage(start);
        best = Math.max(best, (steps * count * 1e6) / (user + system));
      }
      return Promise.resolve(best);
    },
  },
];
