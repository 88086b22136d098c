import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StreamEvent } from "../../../src/api/contract.ts";
import { backoffMs } from "./backoff.ts";
import { type Connection, EventStream } from "./event-stream.ts";

let lines: { hear: (text: string) => void; lose: () => void; closed: boolean }[];
let stream: EventStream;
let heard: StreamEvent[];
let history: Connection[];

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  heard = [];
  history = [];
  stream = new EventStream((hear, lose) => {
    const line = { hear, lose, closed: false, close: () => void (line.closed = true) };
    lines.push(line);
    return line;
  });
  stream.subscribe((event) => heard.push(event));
  stream.watch(() => history.push(stream.connection));
  stream.start();
});
afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

const say = (line: number, event: StreamEvent) => lines[line]!.hear(JSON.stringify(event));
const heartbeat = { type: "heartbeat", intervalMs: 1000 } as const;

test("it is live from the first word on", () => {
  expect(stream.connection).toBe("connecting");
  say(0, heartbeat);
  expect([stream.connection, heard]).toEqual(["live", [heartbeat]]);
});

test("it reconnects with growing pauses and is live again", () => {
  say(0, heartbeat);
  lines[0]!.lose();
  expect(stream.connection).toBe("reconnecting");
  vi.advanceTimersByTime(999);
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(1);
  lines[1]!.lose();
  vi.advanceTimersByTime(1999);
  expect(lines).toHaveLength(2);
  vi.advanceTimersByTime(1);
  say(2, heartbeat);
  expect(history).toEqual(["live", "reconnecting", "live"]);
});

test("a silent line is given up", () => {
  say(0, heartbeat);
  vi.advanceTimersByTime(2499);
  expect(stream.connection).toBe("live");
  vi.advanceTimersByTime(1);
  expect([stream.connection, lines[0]!.closed]).toEqual(["reconnecting", true]);
});

test("stopping ends everything", () => {
  stream.stop();
  vi.advanceTimersByTime(1e6);
  expect([lines.length, lines[0]!.closed]).toEqual([1, true]);
});

test("pauses double up to fifteen seconds", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map(backoffMs)).toEqual([1000, 1000, 2000, 4000, 8000, 15_000, 15_000]);
});
