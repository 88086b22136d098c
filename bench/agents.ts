import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Random } from "../src/base/index.ts";
import { BookMarket, type FlowSpecification } from "../src/market/index.ts";
import type { Benchmark } from "./main.ts";

const messages = 1_000_000;
const rounds = 9;

/** Messages of background traders a second of processor time in a preset market, the best of nine runs. */
function speed(preset: NonNullable<FlowSpecification["preset"]>): number {
  const market = new BookMarket({ preset }, { window: 4096 });
  let best = 0;
  for (let round = 0; round <= rounds; round++) {
    market.reset(new Random(round));
    const before = market.messages;
    const start = process.cpuUsage();
    while (market.messages - before < messages) market.advance(market.timeMs + 1000);
    const { user, system } = process.cpuUsage(start);
    if (round > 0) best = Math.max(best, (1e6 * (market.messages - before)) / (user + system));
  }
  return best;
}

/** Collects garbage, so that memory is compared and not the moment. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

/** How much more memory a process holds after 10⁸ messages of one market, in MiB, than after the first million. */
function growth(): number {
  const market = new BookMarket({ preset: "mixed" }, { window: 4096 });
  market.reset(new Random(1));
  const held = () => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 2 ** 20;
  };
  const runTo = (count: number) => {
    while (market.messages < count) market.advance(market.timeMs + 1000);
    return held();
  };
  const before = runTo(messages);
  return runTo(100 * messages) - before;
}

/** Synthetic order-book markets: `mixed` has every kind of background trader, the others only order flow. */
export const benchmarks: readonly Benchmark[] = [
  { name: "book/agents", unit: "messages/s", run: async () => speed("mixed") },
  { name: "book/agents/zero-intelligence", unit: "messages/s", run: async () => speed("binance-zero-intelligence") },
  { name: "book/agents/hawkes", unit: "messages/s", run: async () => speed("binance-hawkes") },
  { name: "book/agents/memory-growth", unit: "MiB over 1e8 messages", run: async () => growth() },
];
