import { appendFileSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/index.ts";
import { Message } from "../../graph/index.ts";
import { saving } from "../saving.ts";
import { maskedCrc32c } from "./crc32c.ts";

/** A file of events that TensorBoard shows. */
export interface EventFile {
  readonly path: string;
  /** Adds scalars by tag, such as `train/entropy`, at one number of steps. */
  scalars(steps: number, values: Readonly<Record<string, number>>): void;
  close(): void;
}

/**
 * Begins a new event file in a folder: TFRecords of `Event` messages in the format `brain.Event:2`. TensorBoard joins all files
 * of a folder into one run; where training is taken up again at `resumedAt` steps, it forgets what older files say of later ones.
 */
export function openEventFile(folder: string, clock: Clock, resumedAt?: number): EventFile {
  const { path, file } = saving(folder, () => create(folder, Math.floor(clock.now() / 1000)));
  const write = (event: Message) => saving(path, () => appendFileSync(file, recordOf(event.finish())));
  const event = (steps: number) => new Message().double(wallTime, clock.now() / 1000).integer(step, steps);
  write(event(0).text(fileVersion, "brain.Event:2"));
  if (resumedAt !== undefined) write(event(resumedAt + 1).message(sessionLog, new Message().integer(status, start)));
  return {
    path,
    scalars(steps, values) {
      const summary = new Message();
      for (const [name, number] of Object.entries(values)) summary.message(value, new Message().text(tag, name).float(simpleValue, number));
      write(event(steps).message(summaryField, summary));
    },
    close: () => closeSync(file),
  };
}

// Field numbers of the messages Event, Summary, Summary.Value and SessionLog.
const [wallTime, step, fileVersion, summaryField, sessionLog] = [1, 2, 3, 5, 7];
const value = 1;
const [tag, simpleValue] = [1, 2];
const [status, start] = [1, 1];

/** Names carry the second of their beginning, by which TensorBoard orders them, and a number against namesakes. */
function create(folder: string, seconds: number): { readonly path: string; readonly file: number } {
  mkdirSync(folder, { recursive: true });
  for (let count = 0; ; count++) {
    const stamp = `${String(seconds).padStart(10, "0")}.tradewind.${process.pid}.${String(count).padStart(3, "0")}`;
    const path = join(folder, `events.out.tfevents.${stamp}`);
    try {
      return { path, file: openSync(path, "wx") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** A TFRecord: length as 8 bytes and its checksum, the data and theirs, all little-endian. */
function recordOf(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
