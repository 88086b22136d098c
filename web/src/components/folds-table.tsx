import type { Report } from "../../../src/api/contract.ts";
import { day, integer, signedDecimal, signedPercent } from "../format.ts";
import { type Column, DataTable } from "./data-table.tsx";
import { Empty } from "./empty.tsx";

type WalkForward = Report["walkForward"];
type Fold = WalkForward["folds"][number];

const columns: readonly Column<Fold>[] = [
  { title: "Trained to", cell: ({ train }) => day(train.to) },
  { title: "Tested", cell: ({ test }) => `${day(test.from)} to ${day(test.to)}` },
  { title: "Bars", numeric: true, cell: ({ test }) => integer(test.bars) },
  { title: "Agent", numeric: true, cell: ({ agent }) => signedPercent(agent.totalReturn) },
  { title: "Buy and hold", numeric: true, cell: ({ buyAndHold }) => signedPercent(buyAndHold.totalReturn) },
  { title: "Agent Sharpe", numeric: true, cell: ({ agent }) => signedDecimal(agent.sharpe) },
  { title: "Buy and hold Sharpe", numeric: true, cell: ({ buyAndHold }) => signedDecimal(buyAndHold.sharpe) },
];

/** Retraining as time goes on: each fold is tested on what came after it. */
export function FoldsTable({ walkForward: { folds, agent, buyAndHold } }: { walkForward: WalkForward }) {
  if (folds.length === 0) return <Empty>This run made no walk-forward folds.</Empty>;
  return (
    <>
      <DataTable caption="Walk-forward folds" columns={columns} rows={folds} keyOf={({ test }) => test.from} />
      {agent !== null && buyAndHold !== null && (
        <p className="sum">
          All folds together: agent {signedPercent(agent.totalReturn)}, Sharpe {signedDecimal(agent.sharpe)}; buy and hold{" "}
          {signedPercent(buyAndHold.totalReturn)}, Sharpe {signedDecimal(buyAndHold.sharpe)}.
        </p>
      )}
    </>
  );
}
