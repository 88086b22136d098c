import type { SessionSummary } from "../../../src/api/contract.ts";
import { integer, wallTime } from "../format.ts";
import { Link } from "../router.tsx";
import { StatusBadge, SyntheticBadge } from "./badge.tsx";
import { type Column, DataTable } from "./data-table.tsx";
import { Empty } from "./empty.tsx";

const columns: readonly Column<SessionSummary>[] = [
  { title: "Session", cell: ({ id }) => <Link to={`/sessions/${encodeURIComponent(id)}`}>{id}</Link> },
  { title: "State", cell: ({ status }) => <StatusBadge status={status} /> },
  {
    title: "Symbol",
    cell: ({ symbol, synthetic }) => (
      <>
        {symbol} <SyntheticBadge synthetic={synthetic} />
      </>
    ),
  },
  { title: "Model", cell: ({ modelId }) => modelId },
  {
    title: "Bars",
    numeric: true,
    cell: ({ barsSeen, barsTotal }) => (barsTotal === null ? integer(barsSeen) : `${integer(barsSeen)} / ${integer(barsTotal)}`),
  },
  { title: "Started", cell: ({ startedAt }) => wallTime(startedAt) },
];

/** All paper-trading sessions, newest first. */
export const SessionsTable = ({ sessions }: { sessions: readonly SessionSummary[] }) =>
  sessions.length === 0 ? (
    <Empty>No sessions yet. Start one from a model.</Empty>
  ) : (
    <DataTable caption="Sessions" columns={columns} rows={sessions} keyOf={({ id }) => id} />
  );
