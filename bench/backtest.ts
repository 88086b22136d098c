import { assert, systemClock } from "../src/base/index.ts";
import { peakMebibytes } from "./backtest/memory.ts";
import { policyThrough } from "./backtest/policy.ts";
import { crossThrough, days, minutes, ordersThrough, restlessExposures, sweepThrough } from "./backtest/tasks.ts";
import type { Benchmark, Result } from "./main.ts";

const million = 1_000_000;
const rounds = 10;

/** The least of several runs after one to warm up, by the clock and in processor time, in seconds. */
async function least(work: () => unknown): Promise<{ readonly seconds: number; readonly processor: number }> {
  await work();
  let [seconds, processor] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    const [start, spent] = [systemClock.elapsed(), process.cpuUsage()];
    await work();
    seconds = Math.min(seconds, (systemClock.elapsed() - start) / 1000);
    const { user, system } = process.cpuUsage(spent);
    processor = Math.min(processor, (user + system) / 1e6);
  }
  return { seconds, processor };
}

/** Seeds of networks that trade at one bar in fifty and at one in twenty. */
const [calm, restless] = [8, 1];

/** How fast a network goes through a fifth of a million bars, and how often it trades. */
async function policySpeed(name: string, seed: number): Promise<readonly Result[]> {
  const bars = minutes(million / 5);
  const run = policyThrough(seed);
  let fills = 0;
  const { seconds, processor } = await least(async () => (fills = await run(bars)));
  return [
    { name, value: bars.close.length / seconds, unit: "bars/s" },
    { name: `${name}/processor`, value: bars.close.length / processor, unit: "bars/s" },
    { name: `${name}/trades`, value: fills / bars.close.length, unit: "trades/bar" },
  ];
}

/** A moving-average cross over a million bars through the session loop, a policy network's decision at every bar, the memory of the first, a million orders through the vectorised path, and a thousand combinations over ten years of days. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: "backtest/events",
    unit: "bars/s",
    run: async () => {
      const bars = minutes(million);
      const { seconds, processor } = await least(() => crossThrough(bars));
      return [
        { name: "backtest/events", value: million / seconds, unit: "bars/s" },
        { name: "backtest/events/processor", value: million / processor, unit: "bars/s" },
      ];
    },
  },
  {
    name: "backtest/policy",
    unit: "bars/s",
    run: async () => [...(await policySpeed("backtest/policy", calm)), ...(await policySpeed("backtest/policy/restless", restless))],
  },
  { name: "backtest/memory", unit: "MiB", run: async () => peakMebibytes(million) },
  {
    name: "backtest/vectorised",
    unit: "ms",
    run: async () => {
      const bars = minutes(million + 1);
      const exposures = restlessExposures(million + 1);
      const { seconds, processor } = await least(() => {
        const fills = ordersThrough(bars, exposures);
        assert(fills === million, `${fills} of a million orders filled`);
      });
      return [
        { name: "backtest/vectorised", value: 1000 * seconds, unit: "ms" },
        { name: "backtest/vectorised/processor", value: 1000 * processor, unit: "ms" },
      ];
    },
  },
  {
    name: "backtest/sweep",
    unit: "s",
    run: async () => {
      const bars = days(2520);
      const { seconds, processor } = await least(() => sweepThrough(bars));
      return [
        { name: "backtest/sweep", value: seconds, unit: "s" },
        { name: "backtest/sweep/processor", value: processor, unit: "s" },
      ];
    },
  },
];
