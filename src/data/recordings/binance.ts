import { z } from "zod";
import { UserError } from "../../base/index.ts";
import type { Instrument } from "../../domain/index.ts";
import { DepthSequence, type UpdateNumbers } from "./depth-sequence.ts";
import { GridRows } from "./grid-rows.ts";
import { readLines } from "./lines.ts";
import { type Recording, type RecordingBuilder, rowKind } from "../../domain/index.ts";

const level = z.tuple([z.string(), z.string()]);
const depthUpdate = z.object({
  e: z.literal("depthUpdate"),
  E: z.number(),
  T: z.number().optional(),
  U: z.number(),
  u: z.number(),
  pu: z.number().optional(),
  b: z.array(level),
  a: z.array(level),
});
const trade = z.object({ e: z.literal("trade"), E: z.number(), T: z.number(), p: z.string(), q: z.string(), m: z.boolean() });
const bookTicker = z.object({
  u: z.number(),
  E: z.number().optional(),
  T: z.number().optional(),
  b: z.string(),
  B: z.string(),
  a: z.string(),
  A: z.string(),
});
const snapshot = z.object({
  lastUpdateId: z.number(),
  E: z.number().optional(),
  T: z.number().optional(),
  bids: z.array(level),
  asks: z.array(level),
});

type DepthUpdate = z.infer<typeof depthUpdate>;

/** What was found while reading, for a person to see: nothing of it is silent. */
export interface BinanceReport {
  lines: number;
  snapshots: number;
  /** Depth updates applied, older than the snapshot or seen before, and lost to a gap until the next snapshot. */
  updates: number;
  dropped: number;
  lost: number;
  gaps: number;
  trades: number;
  quotes: number;
  /** Lines that are none of these: left out. */
  unknown: number;
  /** Rows whose price is off the instrument's grid, left out, or whose quantity is, rounded to the nearest lot. */
  offGrid: number;
  exchangeTimeWentBack: number;
  localTimeWentBack: number;
}

/** What to read and how. */
export interface BinanceFiles {
  /** Files that follow one another, gzipped or not: lines of local receive time in ns, a space and the raw message. */
  readonly paths: readonly string[];
  readonly instrument: Instrument;
  readonly market: "spot" | "usd-m";
}

/**
 * Reads raw Binance streams (`@depth`, `@trade`, `@bookTicker`, REST depth snapshots) into columns. Updates are joined to their
 * snapshot by the venue's rules; those that came before it are applied with it. At a gap the book is void until the next
 * snapshot. Throws `data/invalid-value` where a line is not what it should be.
 */
export async function readBinance({ paths, instrument, market }: BinanceFiles): Promise<{ recording: Recording; report: BinanceReport }> {
  const reader = new BinanceReader(instrument, market);
  for (const path of paths) await readLines(path, (line, number) => reader.line(line, path, number));
  return reader.finish();
}

class BinanceReader {
  private readonly rows: GridRows;
  private readonly builder: RecordingBuilder;
  private readonly sequence: DepthSequence;
  private waiting: DepthUpdate[] = [];
  private readonly report: BinanceReport = {
    lines: 0,
    snapshots: 0,
    updates: 0,
    dropped: 0,
    lost: 0,
    gaps: 0,
    trades: 0,
    quotes: 0,
    unknown: 0,
    offGrid: 0,
    exchangeTimeWentBack: 0,
    localTimeWentBack: 0,
  };

  constructor(instrument: Instrument, market: "spot" | "usd-m") {
    this.rows = new GridRows(instrument);
    this.builder = this.rows.builder;
    this.sequence = new DepthSequence(market);
  }

  line(line: string, path: string, number: number): void {
    if (line === "") return;
    this.report.lines++;
    const space = line.indexOf(" ");
    const localTime = Number(line.slice(0, space)) / 1e6;
    try {
      if (!(localTime > 0)) throw new Error("no receive time");
      const message = JSON.parse(line.slice(space + 1)) as { data?: unknown };
      this.message(message.data ?? message, localTime);
    } catch (error) {
      throw new UserError("data/invalid-value", `${path}, line ${number}: not a receive time and a Binance message`, {
        path,
        hint: "Each line is a time in ns, a space and the raw JSON message.",
        cause: error,
      });
    }
  }

  finish(): { recording: Recording; report: BinanceReport } {
    const { exchangeTimeWentBack, localTimeWentBack } = this.builder;
    const { offGrid } = this.rows;
    this.report.lost += this.waiting.length;
    return { recording: this.builder.finish(), report: { ...this.report, offGrid, exchangeTimeWentBack, localTimeWentBack } };
  }

  private message(data: unknown, localTime: number): void {
    const kind = data as { e?: string; lastUpdateId?: unknown; B?: unknown };
    if (kind.e === "depthUpdate") this.depth(depthUpdate.parse(data), localTime);
    else if (kind.e === "trade") this.trade(trade.parse(data), localTime);
    else if (kind.lastUpdateId !== undefined) this.snapshot(snapshot.parse(data), localTime);
    else if (kind.B !== undefined) this.quote(bookTicker.parse(data), localTime);
    else this.report.unknown++;
  }

  private depth(update: DepthUpdate, localTime: number): void {
    this.builder.at(update.T ?? update.E, localTime);
    switch (this.sequence.judge(numbersOf(update))) {
      case "apply":
        this.applyUpdate(update);
        break;
      case "drop":
        this.report.dropped++;
        break;
      case "wait":
        this.waiting.push(update);
        break;
      case "gap":
        this.report.gaps++;
        this.waiting.push(update);
        this.builder.add(rowKind.reset, 0, 0, 0, 0);
        this.builder.endMessage();
        break;
    }
  }

  private snapshot({ lastUpdateId, T, E, bids, asks }: z.infer<typeof snapshot>, localTime: number): void {
    this.report.snapshots++;
    this.sequence.restart(lastUpdateId);
    this.builder.at(T ?? E ?? NaN, localTime);
    this.builder.add(rowKind.reset, 0, 0, 0, lastUpdateId);
    this.levels(bids, asks, lastUpdateId);
    const { waiting } = this;
    this.waiting = [];
    for (const [index, update] of waiting.entries()) {
      const verdict = this.sequence.judge(numbersOf(update));
      if (verdict === "apply") this.applyUpdate(update);
      else if (verdict === "drop") this.report.dropped++;
      else {
        // They do not reach the snapshot: it is not of this stretch.
        if (verdict === "gap") this.report.gaps++;
        this.waiting = waiting.slice(index);
        this.builder.add(rowKind.reset, 0, 0, 0, 0);
        this.builder.endMessage();
        return;
      }
    }
  }

  private applyUpdate(update: DepthUpdate): void {
    this.report.updates++;
    this.levels(update.b, update.a, update.u);
  }

  private levels(bids: readonly [string, string][], asks: readonly [string, string][], updateId: number): void {
    for (const [price, quantity] of bids) this.rows.add(rowKind.level, 1, price, quantity, updateId);
    for (const [price, quantity] of asks) this.rows.add(rowKind.level, -1, price, quantity, updateId);
    this.builder.endMessage();
  }

  private trade({ T, p, q, m }: z.infer<typeof trade>, localTime: number): void {
    this.report.trades++;
    this.builder.at(T, localTime);
    this.rows.add(rowKind.trade, m ? -1 : 1, p, q, 0); // `m`: the buyer is the maker, so a seller took.
    this.builder.endMessage();
  }

  private quote({ u, T, E, b, B, a, A }: z.infer<typeof bookTicker>, localTime: number): void {
    this.report.quotes++;
    this.builder.at(T ?? E ?? NaN, localTime);
    this.rows.add(rowKind.quote, 1, b, B, u);
    this.rows.add(rowKind.quote, -1, a, A, u);
    this.builder.endMessage();
  }
}

const numbersOf = ({ U, u, pu }: DepthUpdate): UpdateNumbers => ({ first: U, last: u, ...(pu === undefined ? {} : { previous: pu }) });
