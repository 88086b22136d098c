import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind data list [--json] */
export default command({
  name: "data list",
  summary: "List the sample data sets and the stored ones",
  params: { home: homeOption },
  run: async ({ home }, { app, cwd }) => (await app()).listData({ home, cwd }),
  print: (sets) =>
    renderTable(
      ["name", "kind", "symbol", "bars", "from", "to", "origin"],
      sets.map(({ name, kind, symbol, bars, from, to, origin }) => [name, kind, symbol, bars, from, to, origin]),
    ),
});
