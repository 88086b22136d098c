import { spawnSync } from "node:child_process";
import { crossThrough, minutes } from "./tasks.ts";

/** The most memory that a process of its own ever holds for a backtest of so many bars, the bars and Node included, in MiB. */
export function peakMebibytes(bars: number): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [import.meta.filename, String(bars)], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the backtest ended with ${status}: ${stderr}`);
  return Number(stdout);
}

if (import.meta.main) {
  await crossThrough(minutes(Number(process.argv[2])));
  process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
}
