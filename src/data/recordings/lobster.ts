import { basename } from "node:path";
import { UserError } from "../../base/index.ts";
import { type Instrument, type OrderFlow, type Recording, RecordingBuilder, rowKind } from "../../domain/index.ts";
import { timeZone } from "../time-zone.ts";
import { damagedLine } from "./damaged-line.ts";
import { onGrid } from "./grid-rows.ts";
import { readLines } from "./lines.ts";
import { lobsterEvent, type LobsterMessages, lobsterOrders, readLobsterMessages } from "./lobster-messages.ts";
import { VisibleLevels } from "./visible-levels.ts";

/** What to read; day and symbol are in the file's name as LOBSTER gives it, such as `AAPL_2012-06-21_34200000_57600000_message_10.csv`. */
export interface LobsterFiles {
  readonly messages: string;
  /** The file of book states; beside that of the messages unless given. */
  readonly orderBook?: string;
  /** Dollars and cents by the share unless given. */
  readonly instrument?: Instrument;
  /** The day, as 2012-06-21. */
  readonly day?: string;
  /** The exchange's clock; New York's unless given. */
  readonly timeZone?: string;
}

/** What reading a pair of LOBSTER files met. */
export interface LobsterReport {
  readonly messages: number;
  /** Levels a side of the order book file. */
  readonly levels: number;
  readonly trades: number;
  /** Executions of hidden orders, told as trades where their price is on the grid. */
  readonly hiddenTrades: number;
  /** Auctions: they have no taker and are left out of the trades. */
  readonly crossTrades: number;
  readonly halts: readonly { readonly timeMs: number; readonly state: "halted" | "quoting" | "trading" }[];
  /** Orders first told of when they shrank. */
  readonly restingBefore: number;
  /** Executions at a price between two ticks: left out of the trades. */
  readonly offGrid: number;
  readonly timeWentBack: number;
}

/**
 * Reads a LOBSTER pair: the message file as single orders, and the order book file as a recording of exactly the levels it shows,
 * with the trades of the messages. Both have one row an event. Throws `data/invalid-value` with the line.
 */
export async function readLobster(files: LobsterFiles): Promise<{ flow: OrderFlow; recording: Recording; report: LobsterReport }> {
  const [, symbol, dayInName] = /^(.+?)_(\d{4}-\d{2}-\d{2})_/.exec(basename(files.messages)) ?? [];
  const midnight = Date.parse(files.day ?? dayInName ?? "");
  if (Number.isNaN(midnight)) {
    throw new UserError("data/invalid-value", `${files.messages}: the day is not in the file's name`, {
      path: "day",
      hint: "Give the day, as 2012-06-21.",
    });
  }
  const instrument = files.instrument ?? { symbol: symbol ?? "LOBSTER", currency: "USD", tickSize: 0.01, lotSize: 1 };
  const messages = await readLobsterMessages(files.messages, instrument, midnight, timeZone(files.timeZone ?? "America/New_York"));
  const orderBook = files.orderBook ?? files.messages.replace(/_message_(\d+\.csv)/, "_orderbook_$1");
  const states = new BookStates(messages, instrument, orderBook);
  await readLines(orderBook, (line, number) => states.line(line, number));
  const { flow, restingBefore } = lobsterOrders(instrument, messages);
  return { flow, ...states.finish(restingBefore) };
}

const haltStates = new Map([
  [-1, "halted"],
  [0, "quoting"],
  [1, "trading"],
] as const);

/** Reads book states in step with the messages they follow. */
class BookStates {
  private readonly messages: LobsterMessages;
  private readonly instrument: Instrument;
  private readonly path: string;
  private readonly builder: RecordingBuilder;
  private readonly visible: VisibleLevels;
  private row = 0;
  private levels = 0;
  private readonly counts = { trades: 0, hiddenTrades: 0, crossTrades: 0, offGrid: 0 };
  private readonly halts: LobsterReport["halts"][number][] = [];

  constructor(messages: LobsterMessages, instrument: Instrument, path: string) {
    this.messages = messages;
    this.instrument = instrument;
    this.path = path;
    this.builder = new RecordingBuilder(instrument);
    this.visible = new VisibleLevels(this.builder);
  }

  line(line: string, number: number): void {
    if (line.trim() === "") return;
    const { time, count } = this.messages;
    if (this.row >= count) throw damagedLine(this.path, number, `the message file has only ${count} rows`);
    const cells = line.split(",").map(Number);
    this.levels = cells.length / 4;
    if (!Number.isInteger(this.levels) || !cells.every(Number.isFinite)) throw damagedLine(this.path, number, "not a state of a book");
    this.builder.at(time[this.row]!, time[this.row]!);
    this.trade(this.row);
    const [asks, bids] = [this.side(cells, 0, number), this.side(cells, 2, number)];
    if (this.row === 0) this.visible.reset();
    if (this.visible.show(bids, asks) || this.row === 0) this.builder.endMessage();
    this.row++;
  }

  /** A side's levels; the file fills places without one with a size of 0 and a price out of all reach. */
  private side(cells: readonly number[], first: number, number: number): Map<number, number> {
    const { tickSize, lotSize } = this.instrument;
    const levels = new Map<number, number>();
    for (let cell = first; cell < cells.length; cell += 4) {
      const size = cells[cell + 1]!;
      if (size <= 0) continue;
      const ticks = onGrid(cells[cell]! / 10_000, tickSize);
      if (!(ticks > 0)) throw damagedLine(this.path, number, `a level at ${cells[cell]} is off the grid of ${tickSize}`);
      levels.set(ticks, Math.round(size / lotSize));
    }
    return levels;
  }

  private trade(row: number): void {
    const { type, ticks, lots, direction, time } = this.messages;
    const { execution, hiddenExecution, cross, halt } = lobsterEvent;
    const kind = type[row]!;
    if (kind === cross) this.counts.crossTrades++;
    if (kind === halt) {
      const state = haltStates.get(ticks[row] as -1 | 0 | 1);
      if (state) this.halts.push({ timeMs: time[row]!, state });
    }
    if (kind !== execution && kind !== hiddenExecution) return;
    if (kind === hiddenExecution) this.counts.hiddenTrades++;
    if (Number.isNaN(ticks[row])) {
      this.counts.offGrid++;
      return;
    }
    this.counts.trades++;
    this.builder.add(rowKind.trade, -direction[row]!, ticks[row]!, lots[row]!, 0); // The direction is the resting order's.
    this.builder.endMessage();
  }

  finish(restingBefore: number): { recording: Recording; report: LobsterReport } {
    const { messages, levels, counts, halts, row, builder } = this;
    if (row < messages.count) throw damagedLine(this.path, row + 1, `the message file has ${messages.count} rows`);
    const report = { messages: messages.count, levels, ...counts, halts, restingBefore, timeWentBack: builder.localTimeWentBack };
    return { recording: builder.finish(), report };
  }
}
