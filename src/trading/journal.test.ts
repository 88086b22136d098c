import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../base/index.ts";
import type { Money } from "../domain/index.ts";
import { type JournalRecord, openJournal } from "./index.ts";

const instrument = { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 0.1 };

const records: JournalRecord[] = [
  { kind: "start", sessionId: "s", instrument, initialCash: 1000 as Money },
  { kind: "bar", bar: { closeTime: 1, open: 0.1, high: 1 / 3, low: 1e-9, close: 123456.789, volume: 2 ** 53 } },
  { kind: "answer", orderId: "ä→\n", answer: { status: "unreachable", reason: 'it\'s "gone"' } },
  { kind: "cancel", orderId: "s-1" },
];

describe("journal file", () => {
  let folder: string, path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "journal-"));
    path = join(folder, "deep", "session.ndjson");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(entries: readonly JournalRecord[]): Buffer {
    const journal = openJournal(path, { durable: false });
    for (const entry of entries) journal.append(entry);
    journal.close();
    return readFileSync(path);
  }

  function reload(content: Uint8Array) {
    writeFileSync(path, content);
    const journal = openJournal(path, { durable: false });
    journal.close();
    return journal;
  }

  test("gives back what was written, over several openings, one JSON document a line", () => {
    write(records.slice(0, 2));
    write(records.slice(2));
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).sequence)).toEqual([0, 1, 2, 3]);
    expect(openJournal(path)).toMatchObject({ recovered: records, note: null });
  });

  test("has the record in the file before append returns", () => {
    const journal = openJournal(path);
    for (const [index, entry] of records.entries()) {
      journal.append(entry);
      expect(readFileSync(path, "utf8").split("\n")).toHaveLength(index + 2);
    }
    journal.close();
  });

  test("torn at every byte of the last record: the records before it, and writing goes on from there", () => {
    const whole = write(records);
    const before = write([]).lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let length = before; length < whole.length; length++) {
      const torn = reload(whole.subarray(0, length));
      expect(torn.recovered).toEqual(records.slice(0, -1));
      expect(torn.note).toBe(length === before ? null : `${length - before} bytes of a torn last record were dropped`);
      expect(write(records.slice(-1))).toEqual(whole);
    }
  });

  test("of a torn record that is longer than the one written after it nothing is left", () => {
    const whole = write([...records, { kind: "cancel", orderId: "long".repeat(100) }]);
    expect(reload(whole.subarray(0, -1)).recovered).toEqual(records);
    write(records.slice(-1));
    expect(openJournal(path)).toMatchObject({ recovered: [...records, ...records.slice(-1)], note: null });
  });

  test("any changed byte but the last newline is found, with the record's number", () => {
    const whole = write(records);
    for (let at = 0; at < whole.length - 1; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      expect(() => reload(changed), `byte ${at}`).toThrow(UserError);
    }
  });

  test("a record removed, repeated or moved is found", () => {
    const lines = write(records)
      .toString()
      .split(/(?<=\n)/);
    for (const order of [
      [0, 2, 3],
      [1, 2, 3],
      [0, 1, 1, 2, 3],
      [0, 2, 1, 3],
    ]) {
      expect(() => reload(Buffer.from(order.map((index) => lines[index]).join("")))).toThrow(/does not follow/);
    }
  });

  test("foreign text at the end is no record", () => {
    write(records);
    appendFileSync(path, "{}\n");
    expect(() => openJournal(path)).toThrow(expect.objectContaining({ code: "journal/damaged", path }));
  });
});
