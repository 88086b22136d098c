import { type Instrument, orderAction, type OrderFlow } from "../../domain/index.ts";
import { GrowingColumn } from "../growing-column.ts";
import type { TimeZone } from "../time-zone.ts";
import { damagedLine } from "./damaged-line.ts";
import { onGrid } from "./grid-rows.ts";
import { readLines } from "./lines.ts";

/** What a row of a LOBSTER message file says happened. */
export const lobsterEvent = { submission: 1, reduction: 2, deletion: 3, execution: 4, hiddenExecution: 5, cross: 6, halt: 7 } as const;

/** The rows of a LOBSTER message file. Times are ms since the epoch, UTC; prices are in ticks, sizes in lots, directions those of the resting order. */
export interface LobsterMessages {
  readonly count: number;
  readonly time: Float64Array;
  readonly type: Float64Array;
  readonly id: Float64Array;
  readonly lots: Float64Array;
  /** NaN off the instrument's grid; of a halt what the file has: −1 halted, 0 quoting again, 1 trading again. */
  readonly ticks: Float64Array;
  readonly direction: Float64Array;
}

const priceScale = 10_000;
const dayMs = 86_400_000;

/** Reads a message file. `midnight` is the start of its day on the exchange's clock, in ms as if that were UTC. */
export async function readLobsterMessages(
  path: string,
  { tickSize, lotSize }: Instrument,
  midnight: number,
  zone: TimeZone,
): Promise<LobsterMessages> {
  const columns = Array.from({ length: 6 }, () => new GrowingColumn());
  const [times, types, ids, sizes, prices, directions] = columns as [
    GrowingColumn,
    GrowingColumn,
    GrowingColumn,
    GrowingColumn,
    GrowingColumn,
    GrowingColumn,
  ];
  await readLines(path, (line, number) => {
    if (line.trim() === "") return;
    const cells = line.split(",").map(Number);
    const [seconds, type, id, size, price, direction] = cells as [number, number, number, number, number, number];
    const isNumber = cells.length >= 6 && cells.slice(0, 6).every(Number.isFinite); // Some files name the hidden participant after it.
    const isHalt = type === lobsterEvent.halt;
    const isEvent = Number.isInteger(type) && type >= 1 && type <= 7 && Math.abs(direction) === 1;
    if (!isNumber || !isEvent || seconds < 0 || 1000 * seconds >= dayMs || size < 0 || (!isHalt && price <= 0)) {
      throw damagedLine(path, number, "not a LOBSTER message");
    }
    times.push(zone.toUtc(midnight + 1000 * seconds));
    types.push(type);
    ids.push(id);
    sizes.push(Math.round(size / lotSize));
    prices.push(isHalt ? price : onGrid(price / priceScale, tickSize));
    directions.push(direction);
  });
  return {
    count: times.length,
    time: times.finish(),
    type: types.finish(),
    id: ids.finish(),
    lots: sizes.finish(),
    ticks: prices.finish(),
    direction: directions.finish(),
  };
}

/** What the message file told of orders that had rested before it began: how many there were. */
export interface RestingBefore {
  readonly restingBefore: number;
}

/**
 * The visible orders of a message file one by one. An order that the file first tells of when it shrinks had rested before:
 * it is created at the first message's time with all that it loses later, the least that it can have held.
 */
export function lobsterOrders(instrument: Instrument, messages: LobsterMessages): { readonly flow: OrderFlow } & RestingBefore {
  const { time, type, id, lots, ticks, direction, count } = messages;
  const { submission, deletion } = lobsterEvent;
  const isOrder = (row: number) => type[row]! <= lobsterEvent.execution && !Number.isNaN(ticks[row]);
  const seen = new Set<number>();
  const before = new Map<number, { row: number; lots: number }>();
  for (let row = 0; row < count; row++) {
    if (!isOrder(row)) continue;
    const resting = before.get(id[row]!);
    if (type[row] === submission) seen.add(id[row]!);
    else if (resting) resting.lots += lots[row]!;
    else if (!seen.has(id[row]!)) before.set(id[row]!, { row, lots: lots[row]! });
  }
  const out = Array.from({ length: 6 }, () => new GrowingColumn());
  const add = (...values: number[]) => values.forEach((value, column) => out[column]!.push(value));
  const left = new Map<number, number>();
  for (const [key, { row, lots: all }] of before) {
    left.set(key, all);
    add(orderAction.created, key, direction[row]!, ticks[row]!, all, time[0]!);
  }
  for (let row = 0; row < count; row++) {
    if (!isOrder(row)) continue;
    const key = id[row]!;
    if (type[row] === submission) {
      left.set(key, lots[row]!);
      add(orderAction.created, key, direction[row]!, ticks[row]!, lots[row]!, time[row]!);
      continue;
    }
    const rest = (left.get(key) ?? 0) - lots[row]!;
    const isOver = type[row] === deletion || rest <= 0;
    // A deletion names what the order still held; one executed in full holds nothing any more.
    add(
      isOver ? orderAction.deleted : orderAction.changed,
      key,
      direction[row]!,
      ticks[row]!,
      isOver ? (type[row] === lobsterEvent.execution ? 0 : lots[row]!) : rest,
      time[row]!,
    );
    if (isOver) left.delete(key);
    else left.set(key, rest);
  }
  const [action, ids, side, price, size, localTime] = out.map((column) => column.finish()) as Float64Array[];
  const flow: OrderFlow = {
    instrument,
    count: action!.length,
    action: Uint8Array.from(action!),
    id: ids!,
    side: Int8Array.from(side!),
    ticks: price!,
    lots: size!,
    localTime: localTime!,
  };
  return { flow, restingBefore: before.size };
}
