import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

const share = (value: number | null) => (value === null ? null : `${(100 * value).toFixed(1)}%`);
const ratio = (value: number | null) => (value === null ? null : value.toFixed(2));
const chance = (value: number) => (value < 0.001 ? "<0.001" : value.toFixed(3));
const day = (timeMs: number) => new Date(timeMs - 1).toISOString().slice(0, 10);

/** tradewind compare RUN-OR-REPORT... [--html FILE] [--markdown FILE] [--json] */
export default command({
  name: "compare",
  summary: "Compare runs and backtests by their reports: figures, and which differences chance does not explain",
  params: {
    html: z.string().optional().describe("file for the comparison as a page of its own"),
    markdown: z.string().optional().describe("file for the comparison as Markdown; its drawings lie in a folder beside it"),
    seed: z.int().min(0).default(1).describe("of the resampling in the tests"),
    home: homeOption,
    runs: z.array(z.string()).describe("ids of runs, folders with a report.json, or such files"),
  },
  arguments: ["runs"],
  run: async (request, { app, cwd }) => (await app()).compareRuns(request, { cwd }),
  print({ runs, lines, pairs, overlap, notes, files }) {
    const { from, to, periods, period } = overlap;
    const figures = lines.map(({ label, figures: { totalReturn, annualReturn, annualVolatility, sharpe, sortino, maxDrawdown } }) => [
      label,
      share(totalReturn),
      share(annualReturn),
      share(annualVolatility),
      ratio(sharpe),
      ratio(sortino),
      share(maxDrawdown),
    ]);
    const differences = pairs.map(({ left, right, interval: { estimate, low, high, pValue }, corrected }) => [
      `${left} − ${right}`,
      ratio(estimate),
      `${low.toFixed(2)} to ${high.toFixed(2)}`,
      chance(pValue),
      chance(corrected),
    ]);
    return [
      ...runs.map(
        ({ label, name, symbol, test, verdict }) => `${label}: ${name}, ${symbol}, ${day(test.from)} to ${day(test.to)}. ${verdict}`,
      ),
      "",
      `${periods} ${period}s in common, ${day(from)} to ${day(to)}`,
      "",
      renderTable(["", "total return", "a year", "volatility", "Sharpe", "Sortino", "max drawdown"], figures),
      "",
      renderTable(["difference of Sharpe ratios", "estimate", "95 % interval", "p", "corrected"], differences),
      "",
      ...notes,
      ...(files.length > 0 ? ["", `Written: ${files[0]!}${files.length > 1 ? ` and ${files.length - 1} more` : ""}`] : []),
    ].join("\n");
  },
});
