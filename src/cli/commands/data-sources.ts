import { command } from "../command.ts";
import { renderTable } from "../table.ts";

/** tradewind data sources [--json] */
export default command({
  name: "data sources",
  summary: "List where bars can be had from, and the keys that each source needs",
  params: {},
  run: async (_request, { app }) => (await app()).listSources(),
  print: (lines) =>
    renderTable(
      ["source", "kind", "keys", "what"],
      lines.map(({ name, kind, keys, summary }) => [
        name,
        kind,
        keys.map(({ variables, isSet }) => `${variables[0]} (${isSet ? "set" : "not set"})`).join(", ") || "none",
        summary,
      ]),
    ),
});
