import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random, systemClock } from "../src/base/index.ts";
import { openStore, readBarsFile } from "../src/data/index.ts";
import type { Benchmark } from "./main.ts";

const rows = 1_000_000;
const rounds = 3;

/** Writes a million one-minute bars in cents as text: 58 MB. */
function writeAMillion(file: string, random: Random): void {
  let lines = ["timestamp,open,high,low,close,volume"];
  const start = Date.UTC(2020, 0, 1);
  let cents = 10_000;
  for (let row = 0; row < rows; row++) {
    const close = Math.max(100, cents + random.below(21) - 10);
    const price = (value: number) => (value / 100).toFixed(2);
    const [high, low] = [Math.max(cents, close) + random.below(5), Math.min(cents, close) - random.below(5)];
    const stamp = new Date(start + row * 60_000).toISOString();
    lines.push(`${stamp},${price(cents)},${price(high)},${price(low)},${price(close)},${(random.below(100_000) / 1000).toFixed(3)}`);
    cents = close;
    if (lines.length < 100_000) continue;
    appendFileSync(file, `${lines.join("\n")}\n`);
    lines = [];
  }
  appendFileSync(file, lines.join("\n"));
}

/** A million-row CSV read, checked and stored: the whole, the reading alone, both with the processor time of the best round. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: "data/import",
    unit: "ms",
    run: async () => {
      const folder = mkdtempSync(join(tmpdir(), "tradewind-bench-"));
      try {
        const file = join(folder, "million.csv");
        writeAMillion(file, new Random(1));
        const store = openStore(join(folder, "store"));
        const best = { whole: Infinity, read: Infinity, processor: Infinity };
        for (let round = 0; round < rounds; round++) {
          const processorBefore = process.cpuUsage();
          const from = systemClock.elapsed();
          const imported = await readBarsFile(file);
          const read = systemClock.elapsed();
          await store.put("million", imported);
          const { user, system } = process.cpuUsage(processorBefore);
          best.whole = Math.min(best.whole, systemClock.elapsed() - from);
          best.read = Math.min(best.read, read - from);
          best.processor = Math.min(best.processor, (user + system) / 1000);
        }
        return [
          { name: "data/import", value: best.whole, unit: "ms" },
          { name: "data/import/read", value: best.read, unit: "ms" },
          { name: "data/import/processor", value: best.processor, unit: "ms" },
          { name: "data/import/memory", value: process.resourceUsage().maxRSS / 1024, unit: "MiB" },
        ];
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
];
