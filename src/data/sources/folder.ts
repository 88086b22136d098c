import { z } from "zod";
import { UserError } from "../../base/index.ts";
import { planImport } from "../dumps/plan-import.ts";
import { readOptions } from "../read-options.ts";
import { source } from "../source.ts";

const { symbol: _symbol, ...options } = readOptions;

/** One series out of a folder or an archive: of files by symbol, partitions, QuantConnect Lean data, or Binance's klines. */
export default source({
  name: "folder",
  summary: "one series of a folder of CSV or Parquet files, Lean data, or Binance klines",
  synthetic: false,
  params: {
    path: z.string().min(1).describe("the folder"),
    series: z.string().min(1).optional().describe("which of several, by its name or symbol"),
    ...options,
  },
  async load({ path, series, ...rest }) {
    const { units } = planImport(path);
    const names = units.map(({ name }) => name);
    const unit = series === undefined ? (units.length === 1 ? units[0] : undefined) : units.find(({ name }) => name === series);
    const candidates = unit ? [unit] : series === undefined ? [] : units;
    for (const each of candidates) {
      const found = await each.read(rest);
      const wanted = found.find(({ bars }) => bars.instrument.symbol === series) ?? (unit && found.length === 1 ? found[0] : undefined);
      if (wanted) return wanted;
      names.push(...found.map(({ bars }) => bars.instrument.symbol));
    }
    throw new UserError(
      "data/invalid-value",
      series === undefined ? `${path} holds ${units.length} series` : `${path} has no series ${series}`,
      {
        path: "series",
        hint: `Set series to one of: ${names.slice(0, 20).join(", ")}${names.length > 20 ? "…" : ""}.`,
      },
    );
  },
});
