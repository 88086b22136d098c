import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind runs [--json] */
export default command({
  name: "runs",
  summary: "List the runs, newest first",
  params: { home: homeOption },
  run: async ({ home }, { app, cwd, clock }) => (await app()).listRuns({ home, cwd, clock }),
  print: (runs) =>
    renderTable(
      ["run", "status", "data", "algorithm", "verdict"],
      runs.map(({ id, status, symbol, synthetic, algorithm, headline, message }) => [
        id,
        status,
        synthetic ? `${symbol} (synthetic)` : symbol,
        algorithm,
        headline ?? message,
      ]),
    ),
});
