import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind features list [--json] */
export default command({
  name: "features list",
  summary: "List the stored feature sets",
  params: { home: homeOption },
  run: async ({ home }, { app, cwd }) => (await app()).listFeatureSets({ home, cwd }),
  print: (sets) =>
    sets.length === 0
      ? "There are no feature sets yet. `tradewind features materialise NAME` makes one."
      : renderTable(
          ["set", "columns", "data", "rows", "trained to", "made", "hash"],
          sets.map(({ reference, columns, data, rows, training, createdAt, hash }) => [
            reference,
            columns.length,
            data.reference,
            rows,
            training.to.slice(0, 10),
            createdAt.slice(0, 10),
            hash.slice(0, 12),
          ]),
        ),
});
