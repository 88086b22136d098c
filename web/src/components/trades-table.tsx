import { useState } from "react";
import type { Trade } from "../../../src/api/contract.ts";
import { barTime, decimal, integer, price, quantities, signedInteger } from "../format.ts";
import { type Column, DataTable } from "./data-table.tsx";
import { Empty } from "./empty.tsx";
import { toneOf } from "./stat.tsx";

const columnsIn = (unit: string, quantity: (value: number) => string): readonly Column<Trade>[] => [
  { title: "Time", cell: ({ time }) => barTime(time) },
  { title: "Side", cell: ({ side }) => <span className={side === "buy" ? "buy" : "sell"}>{side === "buy" ? "▲ Buy" : "▼ Sell"}</span> },
  { title: "Quantity", numeric: true, cell: (trade) => quantity(trade.quantity) },
  { title: `Price${unit}`, numeric: true, cell: (trade) => price(trade.price) },
  { title: `Fee${unit}`, numeric: true, cell: ({ fee }) => decimal(fee) },
  { title: `Realised${unit}`, numeric: true, cell: ({ realised }) => <span className={toneOf(realised)}>{signedInteger(realised)}</span> },
  { title: "Position after", numeric: true, cell: ({ positionAfter }) => quantity(positionAfter) },
];

const pageSize = 25;

/** Trades, newest first, some at a time. */
export function TradesTable({ trades, currency }: { trades: readonly Trade[]; currency?: string }) {
  const [shown, setShown] = useState(pageSize);
  if (trades.length === 0) return <Empty>No trades yet.</Empty>;
  const rows = trades.toReversed().slice(0, shown);
  const unit = currency === undefined ? "" : ` (${currency})`;
  const quantity = quantities(trades.flatMap((trade) => [trade.quantity, trade.positionAfter]));
  return (
    <div data-trades={trades.length}>
      <DataTable
        caption="Trades"
        columns={columnsIn(unit, quantity)}
        rows={rows}
        keyOf={({ time, side }, index) => `${time} ${side} ${index}`}
      />
      {shown < trades.length && (
        <button type="button" className="more" onClick={() => setShown(shown + 4 * pageSize)}>
          Show more ({integer(trades.length - shown)} older)
        </button>
      )}
    </div>
  );
}
