import type { RunSummary } from "../../../src/api/contract.ts";
import { signedDecimal, signedPercent, wallTime } from "../format.ts";
import { Link } from "../router.tsx";
import { StatusBadge, SyntheticBadge } from "./badge.tsx";
import { type Column, DataTable } from "./data-table.tsx";
import { Empty } from "./empty.tsx";

const columns: readonly Column<RunSummary>[] = [
  { title: "Run", cell: ({ id, name }) => <Link to={`/runs/${encodeURIComponent(id)}`}>{name}</Link> },
  { title: "State", cell: ({ status }) => <StatusBadge status={status} /> },
  {
    title: "Symbol",
    cell: ({ symbol, synthetic }) => (
      <>
        {symbol} <SyntheticBadge synthetic={synthetic} />
      </>
    ),
  },
  { title: "Return", numeric: true, cell: ({ metrics }) => signedPercent(metrics?.totalReturn) },
  { title: "Sharpe", numeric: true, cell: ({ metrics }) => signedDecimal(metrics?.sharpe) },
  { title: "Verdict", cell: ({ headline }) => headline ?? "–" },
  { title: "Started", cell: ({ createdAt }) => wallTime(createdAt) },
];

/** All runs, newest first. */
export const RunsTable = ({ runs }: { runs: readonly RunSummary[] }) =>
  runs.length === 0 ? (
    <Empty>
      No runs yet. Start one above, or run <code>npm start</code>.
    </Empty>
  ) : (
    <DataTable caption="Runs" columns={columns} rows={runs} keyOf={({ id }) => id} />
  );
