import { Random } from "../src/base/index.ts";
import { createMarketMaking } from "../src/env/index.ts";

const count = 16;
const rounds = 3;

/** The best of three rounds by CPU time, which is that of one core. */
function stepsPerSecond(stepMs: number, steps: number): number {
  const environment = createMarketMaking(
    { session: { stepMs, steps: 1000, market: { warmUpMs: 1000 } } },
    { count, seed: 1, book: { window: 1024, logCapacity: 128 } },
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
  return best;
}

/**
 * Steps of market-making environments in a batch of 16 in zero-intelligence flow of some fifty messages a second, in sessions of a
 * thousand steps; quotes move in one step of eight. A decision each 25 ms meets one or two messages of others, one each 100 ms five.
 */
export const benchmarks = [
  { name: "env/market-making", unit: "env-steps/s", run: () => Promise.resolve(stepsPerSecond(25, 20_000)) },
  { name: "env/market-making/100-ms", unit: "env-steps/s", run: () => Promise.resolve(stepsPerSecond(100, 6000)) },
];
