import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { UserError } from "../../base/index.ts";
import { fileSha256 } from "../file-format.ts";
import { filesUnit, type ImportUnit } from "./import-unit.ts";

const fileName = /^([A-Z0-9_]+)-(\d+)(s|m|h|d|w|mo)-\d{4}-\d{2}(?:-\d{2})?\.(?:zip|csv|csv\.gz)$/;
const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, mo: 31 * 86_400_000 };

/**
 * The series that files of data.binance.vision make, such as `BTCUSDT-1m-2024-01.zip`: days and months of one symbol, interval and
 * market joined. Stamps are opens in ms, those of spot since 2025 in µs; files with and without a header occur.
 */
export function binanceKlines(paths: readonly string[]): ImportUnit[] {
  const groups = new Map<string, { symbol: string; intervalMs: number; paths: string[] }>();
  for (const path of paths) {
    const [, symbol, count, unit] = fileName.exec(basename(path)) ?? [];
    if (symbol === undefined || count === undefined || unit === undefined) continue;
    const market = /[/\\](?:futures[/\\])?(um|cm)[/\\]/.exec(path)?.[1];
    const name = [symbol.toLowerCase(), count + unit, ...(market === undefined ? [] : [market])].join("-");
    const group = groups.get(name) ?? { symbol, intervalMs: Number(count) * unitMs[unit]!, paths: [] };
    group.paths.push(path);
    groups.set(name, group);
  }
  return [...groups].map(([name, { symbol, intervalMs, paths: files }]) =>
    checked(filesUnit({ name, kind: "binance klines", symbol, paths: files }, { intervalMs })),
  );
}

/** The unit, its files compared first with the sums that Binance publishes beside them, where they were downloaded too. */
const checked = (unit: ImportUnit): ImportUnit => ({
  ...unit,
  async read(options) {
    for (const path of unit.paths) await checkSum(path);
    return unit.read(options);
  },
});

async function checkSum(path: string): Promise<void> {
  const sums = `${path}.CHECKSUM`;
  if (!existsSync(sums)) return;
  const file = basename(path);
  const [published = ""] = readFileSync(sums, "utf8").trim().split(/\s+/);
  if (published.toLowerCase() === (await fileSha256(path, file))) return;
  throw new UserError("data/truncated", `${file} is not the file whose SHA-256 is in ${file}.CHECKSUM`, {
    path: file,
    hint: "Download it again.",
  });
}
