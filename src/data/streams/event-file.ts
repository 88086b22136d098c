import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { once } from "node:events";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { PassThrough } from "node:stream";
import { z } from "zod";
import { damagedLine } from "../recordings/damaged-line.ts";
import { readLines } from "../recordings/lines.ts";
import type { StreamEvent } from "./event.ts";

/** A file that what a stream delivers is written to, one event a line as JSON, gzipped where its name ends in `.gz`. NaN is written as null. */
export interface EventFile {
  /** Resolves when there is room for more. */
  write(event: StreamEvent): Promise<void>;
  /** Writes what is left and closes the file; fails where writing did. */
  close(): Promise<void>;
}

/** Begins a file of events anew. */
export async function createEventFile(path: string): Promise<EventFile> {
  await mkdir(dirname(path), { recursive: true });
  const input = new PassThrough();
  const output = createWriteStream(path);
  const done = path.endsWith(".gz") ? pipeline(input, createGzip(), output) : pipeline(input, output);
  let failure: Error | undefined;
  done.catch((error: Error) => (failure = error)); // Told by the next write or the close.
  return {
    async write(event) {
      if (failure) throw failure;
      if (!input.write(`${JSON.stringify(event)}\n`)) await Promise.race([once(input, "drain"), done]);
    },
    async close() {
      input.end();
      await done;
    },
  };
}

const number = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);
const origin = { symbol: z.string(), exchangeTime: number, receiveTime: z.number() };
const levels = z.array(z.tuple([z.number(), z.number()]));
const event = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("trade"),
    ...origin,
    id: z.string(),
    idSpan: z.number(),
    price: z.number(),
    size: z.number(),
    side: z.union([z.literal(1), z.literal(-1), z.literal(0)]),
  }),
  z.strictObject({ kind: z.literal("quote"), ...origin, bid: number, bidSize: number, ask: number, askSize: number, updateId: z.number() }),
  z.strictObject({
    kind: z.literal("bar"),
    ...origin,
    timeframeMs: z.number(),
    bar: z.strictObject({
      closeTime: z.number(),
      open: z.number(),
      high: z.number(),
      low: z.number(),
      close: z.number(),
      volume: z.number(),
    }),
    isClosed: z.boolean(),
    isUpdate: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("book"), ...origin, isReset: z.boolean(), bids: levels, asks: levels, updateId: z.number() }),
]);

/** Reads a file of events in order. A last line that breaks off, as a crash leaves it, is left out and reported; any other bad line is `data/invalid-value`. */
export async function readEventFile(
  path: string,
  onEvent: (event: StreamEvent) => void,
): Promise<{ readonly events: number; readonly isCut: boolean }> {
  let events = 0;
  let bad: { readonly number: number; readonly cause: unknown } | undefined;
  await readLines(path, (line, number) => {
    if (bad) throw damagedLine(path, bad.number, "not an event of a stream", bad.cause);
    let read: StreamEvent;
    try {
      read = event.parse(JSON.parse(line));
    } catch (cause) {
      bad = { number, cause };
      return;
    }
    events++;
    onEvent(read);
  });
  return { events, isCut: bad !== undefined };
}
