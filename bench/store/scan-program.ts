import { systemClock } from "../../src/base/index.ts";
import { openStore } from "../../src/data/index.ts";

// node scan-program.ts PLACE NAME: reads one column of a data set in a program of its own, so that its memory is that of the scan, and
// prints what that took as JSON.

const [, , place, name] = process.argv as [string, string, string, string];
const start = systemClock.elapsed();
let [rows, sum, peak] = [0, 0, 0];
for await (const { columns } of openStore(place).scan(name, ["close"])) {
  for (const close of columns.close) sum += close;
  rows += columns.close.length;
  peak = Math.max(peak, process.memoryUsage.rss()); // The system's own figure begins with that of the program which started this one.
}
const seconds = (systemClock.elapsed() - start) / 1000;
process.stdout.write(JSON.stringify({ rows, seconds, peakMiB: peak / 2 ** 20, mean: sum / rows }));
