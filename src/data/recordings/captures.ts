import { basename } from "node:path";
import { parse, UserError } from "../../base/index.ts";
import type { Instrument, Recording } from "../../domain/index.ts";
import { type BookLine, PushedBookLine, SnapshotBookLine } from "../streams/book-line.ts";
import type { StreamEvent } from "../streams/event.ts";
import type { MessageParser, VenueMessage } from "../streams/message.ts";
import { newCounts, type StreamCounts } from "../streams/stream-counts.ts";
import { binanceSnapshot, binanceSnapshotMessage, parseBinance } from "../streams/venues/binance.ts";
import { parseCoinbase } from "../streams/venues/coinbase.ts";
import { parseOkx } from "../streams/venues/okx.ts";
import { damagedLine } from "./damaged-line.ts";
import { EventRecorder } from "./event-recorder.ts";
import { readLines } from "./lines.ts";

/** How the frames of a venue are understood, and how its books come: by REST, or over the socket. */
const venues = {
  binance: { parse: parseBinance, bookLine: (counts: StreamCounts): BookLine => new SnapshotBookLine(counts) },
  coinbase: { parse: parseCoinbase, bookLine: (counts: StreamCounts): BookLine => new PushedBookLine(counts) },
  okx: { parse: parseOkx, bookLine: (counts: StreamCounts): BookLine => new PushedBookLine(counts) },
} as const;

/** Venues whose captures can be read. */
export type CaptureVenue = keyof typeof venues;

/** What to read: files as the Python package cryptofeed captures them, of one session. */
export interface CaptureFiles {
  /** Files of the socket (`….ws.1.0`) and of answers by REST (`….http.0.0`), gzipped where their names end in `.gz`. */
  readonly paths: readonly string[];
  readonly venue: CaptureVenue;
}

/** What reading a capture met. */
export interface CaptureReport {
  /** Frames that the venue sent, and answers by REST. */
  frames: number;
  answers: number;
  /** Events by kind, of all symbols; of books, snapshots included. */
  readonly events: Record<StreamEvent["kind"], number>;
  /** Frames about the conversation itself: welcomes, acknowledgements, signs of life. */
  control: number;
  unknown: number;
  /** Book messages that were older than the snapshot or came twice. */
  dropped: number;
  /** Gaps in a book's numbers and checksums that did not agree. */
  resyncs: number;
}

interface CapturedLine {
  readonly time: number;
  readonly text: string;
  /** The address that an answer by REST came from. */
  readonly url?: string;
  readonly path: string;
  readonly number: number;
}

const received = /^(\d+(?:\.\d+)?): (.*)$/s;
const answered = /^(https?:\/\/\S+) -> (\d+(?:\.\d+)?): (.*)$/s;
const opened = /^wss?:\/\/\S+ (?:<->|<-|->) /;

/** Reads a capture and hands over what its venue said, in the order in which it came: the same events as a stream delivers. Throws `data/invalid-value` with the line. */
export async function readCapture({ paths, venue }: CaptureFiles, onEvent: (event: StreamEvent) => void): Promise<CaptureReport> {
  const lines = await capturedLines(paths);
  const counts = newCounts();
  const report: CaptureReport = {
    frames: 0,
    answers: 0,
    events: { trade: 0, quote: 0, bar: 0, book: 0 },
    control: 0,
    unknown: 0,
    dropped: 0,
    resyncs: 0,
  };
  const books = new Map<string, BookLine>();
  const deliver = (event: StreamEvent) => {
    report.events[event.kind]++;
    onEvent(event);
  };
  for (const line of lines) {
    if (line.url === undefined) report.frames++;
    else report.answers++;
    for (const message of messagesOf(line, venues[venue].parse)) {
      if (message.kind === "book-message") {
        let book = books.get(message.symbol);
        if (!book) books.set(message.symbol, (book = venues[venue].bookLine(counts)));
        book.receive(message).forEach(deliver);
      } else if (message.kind === "unknown") report.unknown++;
      else if ("symbol" in message) deliver(message);
      else report.control++;
    }
  }
  return { ...report, dropped: counts.dropped, resyncs: counts.resyncs };
}

/** The books, trades and best quotes of one instrument of a capture; its symbol is the venue's own spelling. */
export async function readCaptureRecording(
  files: CaptureFiles,
  instrument: Instrument,
): Promise<{ readonly recording: Recording; readonly report: CaptureReport & { readonly offGrid: number } }> {
  const recorder = new EventRecorder(instrument);
  const report = await readCapture(files, (event) => {
    if (event.symbol === instrument.symbol) recorder.take(event);
  });
  return { recording: recorder.finish(), report: { ...report, offGrid: recorder.offGrid } };
}

/** What was received, of all files in order of time. */
async function capturedLines(paths: readonly string[]): Promise<CapturedLine[]> {
  const lines: CapturedLine[] = [];
  for (const path of paths) {
    await readLines(path, (line, number) => {
      if (line === "" || opened.test(line)) return; // What was opened or sent.
      const [, url, answerTime, body] = answered.exec(line) ?? [];
      const [, time, text] = received.exec(line) ?? [];
      if (url !== undefined) lines.push({ time: 1000 * Number(answerTime), text: body!, url, path, number });
      else if (time !== undefined) lines.push({ time: 1000 * Number(time), text: text!, path, number });
      else throw damagedLine(path, number, "not a line of a capture");
    });
  }
  return lines.sort((left, right) => left.time - right.time);
}

function messagesOf({ text, time, url, path, number }: CapturedLine, parseFrame: MessageParser): readonly VenueMessage[] {
  try {
    if (url === undefined) return parseFrame(text, time);
    const symbol = /\/depth\?.*\bsymbol=(\w+)/.exec(url)?.[1];
    if (symbol === undefined) return [{ kind: "unknown" }];
    return [binanceSnapshotMessage(parse(binanceSnapshot, JSON.parse(text), basename(path), "data/invalid-value"), symbol, time)];
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw damagedLine(path, number, "not a message of the venue", cause);
  }
}
