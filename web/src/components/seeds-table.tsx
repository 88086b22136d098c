import type { Report } from "../../../src/api/contract.ts";
import { percent, signedDecimal, signedPercent } from "../format.ts";
import { type Column, DataTable } from "./data-table.tsx";

type Seed = Report["seeds"][number];

const columns: readonly Column<Seed>[] = [
  { title: "Seed", cell: ({ seed, chosen }) => (chosen ? `${seed} (chosen)` : seed) },
  { title: "Train Sharpe", numeric: true, cell: ({ train }) => signedDecimal(train.sharpe) },
  { title: "Validation Sharpe", numeric: true, cell: ({ validation }) => signedDecimal(validation.sharpe) },
  { title: "Test Sharpe", numeric: true, cell: ({ test }) => signedDecimal(test.sharpe) },
  { title: "Test return", numeric: true, cell: ({ test }) => signedPercent(test.totalReturn) },
  { title: "Test drawdown", numeric: true, cell: ({ test }) => percent(test.maxDrawdown) },
  { title: "Weights", cell: ({ weightsSha256 }) => <code title={weightsSha256}>{weightsSha256.slice(0, 8)}</code> },
];

/** What each seed reached: luck shows as difference between them. */
export const SeedsTable = ({ seeds }: { seeds: readonly Seed[] }) => (
  <DataTable caption="Seeds" columns={columns} rows={seeds} keyOf={({ seed }) => seed} marked={({ chosen }) => chosen} />
);
