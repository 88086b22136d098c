import { existsSync, readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Random } from "../../base/index.ts";
import { type Bars, barsFrom } from "../../domain/index.ts";
import { walkBars } from "../sample-bars.ts";

const { instrument } = walkBars(new Random(0), 1);

/** A table with a header line, zipped or not, as records of text by the header's names in lower case. */
export function readTable(path: string): Record<string, string>[] {
  const raw = readFileSync(path);
  const [header, ...lines] = (path.endsWith(".gz") ? gunzipSync(raw) : raw)
    .toString("utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(",").map((cell) => cell.replaceAll('"', "")));
  return lines.map((cells) => Object.fromEntries(header!.map((name, index) => [name.toLowerCase(), cells[index] ?? ""])));
}

/** Bars of a table with columns named open, high, low, close and volume, a day apart. */
const barsOf = (rows: readonly Record<string, string>[]): Bars =>
  barsFrom(
    instrument,
    rows.map((row, index) => ({
      closeTime: (index + 1) * 24 * 3600 * 1000,
      open: Number(row["open"]),
      high: Number(row["high"]),
      low: Number(row["low"]),
      close: Number(row["close"]),
      volume: Number(row["volume"] ?? row["volume_btc"]),
    })),
  );

const packaged = (name: string, path: string) => join(dirname(findPackageJSON(name, import.meta.url)!), path);

/** Real series, those of the data packages first and then those beside the repository that are there, each read when asked for. */
export function realSeries(): { readonly name: string; readonly load: () => Bars }[] {
  const shared: [string, string][] = [
    ["Microsoft of 1990 to 2022", "../shared/data/index_macro_daily/msft_1d_1990_2022.csv.gz"],
    ["the NASDAQ composite of 1999 to 2018", "../shared/data/index_macro_daily/nasdaq.csv.gz"],
    ["hours of Bitcoin", "../shared/data/crypto_hourly_coinbase/BTCUSD_1h.csv.gz"],
    ["hours of the euro", "../shared/data/fx_hourly_eurusd/EURUSD_1h_ask_2017.csv.gz"],
  ];
  const missing = shared.filter(([, path]) => !existsSync(path));
  if (missing.length > 0) console.warn(`skipped, because not there: ${missing.map(([, path]) => path).join(", ")}`);
  const paths: [string, string][] = [
    ["the S&P 500 of 2000 to 2020", packaged("vega-datasets", "data/sp500-2000.csv")],
    ["the NASDAQ-100 of 1985 to 2012", packaged("dc", "web/ndx.csv")],
    ["Apple of 2013 to 2018", packaged("@observablehq/sample-datasets", "aapl.csv")],
    ...shared.filter((entry) => !missing.includes(entry)),
  ];
  return paths.map(([name, path]) => ({ name, load: () => barsOf(readTable(path)) }));
}

/**
 * A walk on a grid of 1/64 with stretches in which nothing moves and bars without a range or without volume: sums of its prices are
 * exact, so that whoever adds them up in another order still finds the same.
 */
export function haltingBars(random: Random, rows: number): Bars {
  let close = 128;
  let halted = 0;
  return barsFrom(
    instrument,
    Array.from({ length: rows }, (_, index) => {
      if (halted > 0) halted--;
      else if (random.uniform() < 0.02) halted = 5 + random.below(60);
      const open = close;
      const step = () => (halted > 0 ? 0 : random.below(64) / 64);
      close = Math.max(16, open + step() - step());
      const high = Math.max(open, close) + step();
      const low = Math.min(open, close) - step();
      return { closeTime: (index + 1) * 24 * 3600 * 1000, open, high, low, close, volume: halted > 0 ? 0 : random.below(1000) };
    }),
  );
}
