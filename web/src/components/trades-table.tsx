import { useState } from "react";
import type { Trade } from "../../../src/api/contract.ts";
import { barTime, decimal, integer, price, signedInteger } from "../format.ts";
import { type Column, DataTable } from "./data-table.tsx";
import { Empty } from "./empty.tsx";
import { toneOf } from "./stat.tsx";

const columnsIn = (unit: string): readonly Column<Trade>[] => [
  { title: "Time", cell: ({ time }) => barTime(time) },
  { title: "Side", cell: ({ side }) => <span className={side === "buy" ? "buy" : "sell"}>{side === "buy" ? "▲ Buy" : "▼ Sell"}</span> },
  { title: "Quantity", numeric: true, cell: ({ quantity }) => quantity.toLocaleString("en-US") },
  { title: `Price${unit}`, numeric: true, cell: (trade) => price(trade.price) },
  { title: `Fee${unit}`, numeric: true, cell: ({ fee }) => decimal(fee) },
  { title: `Realised${unit}`, numeric: true, cell: ({ realised }) => <span className={toneOf(realised)}>{signedInteger(realised)}</span> },
  { title: "Position after", numeric: true, cell: ({ positionAfter }) => positionAfter.toLocaleString("en-US").replace("-", "\u2212") },
];

const pageSize = 25;

/** Trades, newest first, some at a time. */
export function TradesTable({ trades, currency }: { trades: readonly Trade[]; currency?: string }) {
  const [shown, setShown] = useState(pageSize);
  if (trades.length === 0) return <Empty>No trades yet.</Empty>;
  const rows = trades.toReversed().slice(0, shown);
  return (
    <div data-trades={trades.length}>
      <DataTable
        caption="Trades"
        columns={columnsIn(currency === undefined ? "" : ` (${currency})`)}
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
