import type { ModelSummary } from "../../../src/api/contract.ts";
import { client } from "../api/client.ts";
import { useAction } from "../api/use-action.ts";
import { integer, wallTime } from "../format.ts";
import { Link, navigate } from "../router.tsx";
import { type Column, DataTable } from "./data-table.tsx";
import { Empty } from "./empty.tsx";
import { ErrorNotice } from "./error-notice.tsx";

/** The registry; each model can be traded on paper from here. */
export function ModelsTable({ models }: { models: readonly ModelSummary[] }) {
  const action = useAction(client.startSession, ({ id }) => navigate(`/sessions/${encodeURIComponent(id)}`));
  if (models.length === 0) return <Empty>No models yet. A finished run files one here.</Empty>;
  const columns: readonly Column<ModelSummary>[] = [
    { title: "Model", cell: ({ id, runId }) => (runId === null ? id : <Link to={`/runs/${encodeURIComponent(runId)}`}>{id}</Link>) },
    {
      title: "Trade",
      cell: ({ id }) => (
        <button
          type="button"
          disabled={action.busy}
          onClick={() => action.run({ model: id, barsPerSecond: 5 })}
          aria-label={`Trade ${id} on paper`}
        >
          Paper trade
        </button>
      ),
    },
    { title: "Algorithm", cell: ({ algorithm }) => algorithm.toUpperCase() },
    {
      title: "Actions",
      cell: ({ actionSpace: space }) =>
        space.kind === "discrete" ? (space.labels?.join(" / ") ?? `${space.count} choices`) : `${space.low} to ${space.high}`,
    },
    { title: "Observation", numeric: true, cell: ({ observationSize }) => integer(observationSize) },
    { title: "Weights", cell: ({ weightsSha256 }) => <code title={weightsSha256}>{weightsSha256.slice(0, 8)}</code> },
    { title: "Filed", cell: ({ createdAt }) => wallTime(createdAt) },
  ];
  return (
    <>
      {action.error !== undefined && <ErrorNotice error={action.error} />}
      <DataTable caption="Models" columns={columns} rows={models} keyOf={({ id }) => id} />
    </>
  );
}
