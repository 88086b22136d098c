import { z } from "zod";
import type { Instrument } from "../../domain/index.ts";
import { damagedLine } from "./damaged-line.ts";
import { onGrid } from "./grid-rows.ts";
import { readLines } from "./lines.ts";
import { type BookSnapshot, orderAction, type OrderFlow, type SnapshotSide } from "../../domain/index.ts";

const header = "id,timestamp,exchange.timestamp,price,volume,action,direction";

/** What reading an order-by-order file met. Rows that equal the one before are left out; times that go back are held. */
export interface OrderFlowReport {
  rows: number;
  duplicateRows: number;
  timeWentBack: number;
}

/**
 * Reads Bitstamp's order-by-order recording as ob-analytics keeps it: CSV, gzipped or not, with volumes in 10⁻⁸. The
 * instrument's lot must be 10⁻⁸. Throws `data/invalid-value` with the line.
 */
export async function readBitstampOrders(path: string, instrument: Instrument): Promise<{ flow: OrderFlow; report: OrderFlowReport }> {
  const report: OrderFlowReport = { rows: 0, duplicateRows: 0, timeWentBack: 0 };
  const rows: number[][] = [];
  let previous = "";
  let latest = -Infinity;
  await readLines(path, (line, number) => {
    if (number === 1) {
      if (line !== header) throw damagedLine(path, number, `the header is not ${header}`);
      return;
    }
    if (line === "") return;
    report.rows++;
    if (line === previous) {
      report.duplicateRows++;
      return;
    }
    previous = line;
    const [id, time, , price, volume, action, direction] = line.split(",");
    const code = orderAction[action as keyof typeof orderAction] as number | undefined;
    const side = direction === "bid" ? 1 : direction === "ask" ? -1 : 0;
    const ticks = onGrid(price ?? "", instrument.tickSize);
    const values = [Number(id), Number(time), Number(volume)];
    if (
      code === undefined ||
      side === 0 ||
      !(ticks > 0) ||
      values.some((value) => !Number.isSafeInteger(value) || value < 0) ||
      id === "0"
    ) {
      throw damagedLine(path, number, "not an order event");
    }
    if (values[1]! < latest) report.timeWentBack++;
    latest = Math.max(latest, values[1]!);
    rows.push([code, values[0]!, side, ticks, values[2]!, latest]);
  });
  const column = (place: number) => Float64Array.from(rows, (row) => row[place]!);
  const flow: OrderFlow = {
    instrument,
    count: rows.length,
    action: Uint8Array.from(column(0)),
    id: column(1),
    side: Int8Array.from(column(2)),
    ticks: column(3),
    lots: column(4),
    localTime: column(5),
  };
  return { flow, report };
}

const levels = z.array(z.tuple([z.string(), z.string()]));
const snapshot = z.object({ bids: levels, asks: levels });

/** Reads Bitstamp's own book snapshots: lines of a time in ms, a space and `{"bids": [[price, amount]…], "asks": …}`. Throws `data/invalid-value` with the line, also for a crossed one. */
export async function readBitstampSnapshots(path: string, { tickSize, lotSize }: Instrument): Promise<readonly BookSnapshot[]> {
  const snapshots: BookSnapshot[] = [];
  const side = (rows: z.infer<typeof levels>): SnapshotSide => ({
    ticks: Float64Array.from(rows, ([price]) => onGrid(price, tickSize)),
    lots: Float64Array.from(rows, ([, amount]) => Math.round(Number(amount) / lotSize)),
  });
  await readLines(path, (line, number) => {
    if (line === "") return;
    const space = line.indexOf(" ");
    let book: z.infer<typeof snapshot>;
    try {
      book = snapshot.parse(JSON.parse(line.slice(space + 1)));
    } catch (error) {
      throw damagedLine(path, number, "not a snapshot", error);
    }
    const [localTime, bids, asks] = [Number(line.slice(0, space)), side(book.bids), side(book.asks)];
    if (![localTime, ...bids.ticks, ...bids.lots, ...asks.ticks, ...asks.lots].every(Number.isFinite)) {
      throw damagedLine(path, number, "a time, price or amount is not a number of the instrument's grid");
    }
    if (bids.ticks[0]! >= asks.ticks[0]!) throw damagedLine(path, number, "the snapshot is crossed");
    snapshots.push({ localTime, bids, asks });
  });
  return snapshots;
}
