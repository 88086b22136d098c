import { Random } from "../src/base/index.ts";
import { createAlpha, createSharedBook, selfPlayEnvironment, type VectorEnvironment } from "../src/env/index.ts";

const steps = 8000;
const rounds = 3;

/** Environment steps a second by CPU time, the best of three rounds, with random choices that change in one step of eight. */
function rateOf(environment: VectorEnvironment): number {
  const { count, actionSpace } = environment;
  const random = new Random(5);
  const choices = actionSpace.kind === "discrete" ? actionSpace.count : 1;
  const script = Array.from({ length: 64 }, () => Int32Array.from({ length: count }, () => random.below(choices)));
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

const book = { window: 1024, logCapacity: 256 };

/**
 * Environments in order books on one core. `env/alpha`: a batch of 32 in zero-intelligence flow of some fifty messages a second, a
 * decision each 25 ms, sessions of a thousand steps. `env/shared-book`: 16 books of two agents who quote anew in each step, two
 * takers a step; a step of an agent counts as one.
 */
export const benchmarks = [
  {
    name: "env/alpha",
    unit: "env-steps/s",
    run: (): Promise<number> =>
      Promise.resolve(
        rateOf(
          createAlpha(
            { session: { stepMs: 25, steps: 1000, market: { warmUpMs: 1000 } }, maxLossTicks: null },
            { count: 32, seed: 1, book },
          ),
        ),
      ),
  },
  {
    name: "env/shared-book",
    unit: "env-steps/s",
    run: (): Promise<number> =>
      Promise.resolve(
        rateOf(selfPlayEnvironment(Array.from({ length: 16 }, (_, seed) => createSharedBook({ steps: 200 }, { seed, book })))),
      ),
  },
];
