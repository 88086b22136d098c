import { sliceBars } from "../../../domain/index.ts";
import { openStore } from "../open-store.ts";
import { lineage, sampleBars } from "./sample-bars.ts";

// A program that works on a store until it is stopped: node store-worker.ts PLACE put|append|compact|read. It writes a line once it
// is under way, and a reader one for each read: the seed of the bars that it found, or what was wrong with them.

const [, , place, kind] = process.argv as [string, string, string, string];
const store = openStore(place);
/** Bars over two years, so that several parts belong to a version. */
const barsOf = (seed: number) => sampleBars({ seed, count: 4000 });

const whole = barsOf(0);
for (let round = 1; ; round++) {
  if (kind === "put") await store.put("x", { bars: barsOf(round % 50), lineage });
  if (kind === "append") {
    const { rows } = await store.entry("x");
    const full = rows + 100 > 4000;
    if (full) await store.put("x", { bars: sliceBars(whole, 0, 100), lineage });
    else await store.append("x", { bars: sliceBars(whole, rows - 10, rows + 100), lineage });
  }
  if (kind === "compact") {
    for (let from = 100; from <= 500; from += 100) {
      if (from === 100) await store.put("x", { bars: sliceBars(whole, 0, 100), lineage });
      else await store.append("x", { bars: sliceBars(whole, from - 100, from), lineage });
    }
    await store.compact("x");
  }
  if (round === 1) process.stdout.write("begun\n"); // Everything is loaded: from here on the work itself is what is interrupted.
  if (kind === "read") process.stdout.write(`${await read()}\n`);
}

async function read(): Promise<string> {
  let rows = 0;
  let seed: number | undefined;
  for await (const { columns } of store.scan("x", ["close"])) {
    seed ??= Array.from({ length: 50 }, (_, each) => each).find((each) => barsOf(each).close[0] === columns.close[0]);
    if (seed === undefined) return "unknown bars";
    const expected = barsOf(seed).close.subarray(rows, rows + columns.close.length);
    if (!columns.close.every((value, row) => value === expected[row])) return "bars of two versions";
    rows += columns.close.length;
  }
  return rows === 4000 ? `seed ${seed}` : `${rows} rows`;
}
