import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind models [--json] */
export default command({
  name: "models",
  summary: "List the registered models, newest first",
  params: { home: homeOption },
  run: async ({ home }, { app, cwd, clock }) => (await app()).listModels({ home, cwd, clock }),
  print: (models) =>
    renderTable(
      ["model", "algorithm", "observation", "run", "registered", "weights (SHA-256)"],
      models.map(({ id, algorithm, observationSize, runId, createdAt, weightsSha256 }) => [
        id,
        algorithm,
        observationSize,
        runId,
        createdAt.slice(0, 16),
        weightsSha256.slice(0, 12),
      ]),
    ),
});
