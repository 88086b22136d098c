import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random, systemClock } from "../src/base/index.ts";
import { openStore, type Store } from "../src/data/index.ts";
import { type Bars, sliceBars } from "../src/domain/index.ts";
import type { Benchmark, Result } from "./main.ts";

const lineage = { source: "bench", file: "random walk", sha256: "0" };
const start = Date.UTC(2020, 0, 1);

/** Bars of a walk in cents, `everyMs` apart. */
function walk(rows: number, from: number, everyMs: number, random: Random): Bars {
  const column = () => new Float64Array(rows);
  const bars = { closeTime: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let price = 10_000;
  for (let row = 0; row < rows; row++) {
    const next = Math.max(100, price + random.below(21) - 10);
    bars.closeTime[row] = from + (row + 1) * everyMs;
    bars.open[row] = price / 100;
    bars.high[row] = (Math.max(price, next) + random.below(5)) / 100;
    bars.low[row] = (Math.min(price, next) - random.below(5)) / 100;
    bars.close[row] = next / 100;
    bars.volume[row] = random.below(10_000);
    price = next;
  }
  return { instrument: { symbol: "WALK", currency: "USD", tickSize: 0.01, lotSize: 1 }, ...bars };
}

async function inFolder<Outcome>(work: (folder: string, store: Store) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "tradewind-bench-"));
  try {
    return await work(folder, openStore(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds of the best of three. */
async function best(work: (round: number) => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 3; round++) {
    const from = systemClock.elapsed();
    await work(round);
    least = Math.min(least, (systemClock.elapsed() - from) / 1000);
  }
  return least;
}

const storeOfAMillion = (): Promise<Result[]> =>
  inFolder(async (_folder, store) => {
    const bars = walk(1_000_000, start, 60_000, new Random(1));
    const put = await best(() => store.put("x", { bars, lineage }));
    const load = await best(() => store.load("x"));
    const append = await best(async (round) => {
      const more = walk(10_000, bars.closeTime.at(-1)! + round * 10_000 * 60_000, 60_000, new Random(2));
      await store.append("x", { bars: more, lineage });
    });
    await store.put("y", { bars: sliceBars(bars, 1, 1_000_000), lineage });
    const diff = await best(() => store.diff("x", "y"));
    return [
      { name: "data/store/put", value: put, unit: "s" },
      { name: "data/store/load", value: load, unit: "s" },
      { name: "data/store/append", value: append, unit: "s" },
      { name: "data/store/diff", value: diff, unit: "s" },
    ];
  });

const months = 39;
const program = fileURLToPath(new URL("./store/scan-program.ts", import.meta.url));

/** A hundred million bars of a second each are appended month by month, then one column is read by another program. */
const scanOfAHundredMillion = (): Promise<Result[]> =>
  inFolder(async (folder, store) => {
    const random = new Random(1);
    const begun = systemClock.elapsed();
    let rows = 0;
    for (let month = 0; month < months; month++) {
      const from = Date.UTC(2020, month);
      const count = Math.min((Date.UTC(2020, month + 1) - from) / 1000 - 1, 100_000_000 - rows);
      if (count > 0) await store.append("x", { bars: walk(count, from, 1000, random), lineage });
      rows += count;
    }
    const writing = (systemClock.elapsed() - begun) / 1000;
    const scan = JSON.parse(execFileSync(process.execPath, [program, folder, "x"], { encoding: "utf8" })) as {
      readonly rows: number;
      readonly seconds: number;
      readonly peakMiB: number;
    };
    return [
      { name: "data/scan", value: scan.seconds, unit: "s" },
      { name: "data/scan/rows", value: scan.rows, unit: "rows" },
      { name: "data/scan/peak-memory", value: scan.peakMiB, unit: "MiB" },
      { name: "data/scan/writing", value: writing, unit: "s" },
    ];
  });

/** What a million bars cost to store, to load, to add ten thousand to and to compare; and one column of a hundred million. */
export const benchmarks: readonly Benchmark[] = [
  { name: "data/store", unit: "s", run: storeOfAMillion },
  { name: "data/scan", unit: "s", onDemand: true, run: scanOfAHundredMillion },
];
