import type { StreamEvent } from "../../../src/api/contract.ts";
import { backoffMs } from "./backoff.ts";

/** How the line to the service stands. */
export type Connection = "connecting" | "live" | "reconnecting";

/** An open line, which can be closed. */
export interface Line {
  close(): void;
}

/** Opens a line that hands over every text it hears, and says when it is lost. */
export type OpenLine = (hear: (text: string) => void, lose: () => void) => Line;

/** The service's events over one WebSocket that comes back by itself. A line that is silent for too long counts as lost. */
export class EventStream {
  connection: Connection = "connecting";
  private readonly open: OpenLine;
  private readonly listeners = new Set<(event: StreamEvent) => void>();
  private readonly watchers = new Set<() => void>();
  private line: Line | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silenceMs = 25_000;
  private failures = 0;

  constructor(open: OpenLine) {
    this.open = open;
  }

  start(): void {
    const line = this.open(
      (text) => line === this.line && this.hear(JSON.parse(text) as StreamEvent),
      () => this.lose(line),
    );
    this.line = line;
    this.expect();
  }

  stop(): void {
    clearTimeout(this.timer);
    const line = this.line;
    this.line = undefined;
    line?.close();
  }

  /** Calls back on every event until the returned function is called. */
  subscribe(listener: (event: StreamEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls back whenever `connection` changes until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private hear(event: StreamEvent): void {
    this.failures = 0;
    this.become("live");
    if (event.type === "heartbeat") this.silenceMs = event.intervalMs * 2.5;
    this.expect();
    for (const listener of this.listeners) listener(event);
  }

  /** Waits for the next sign of life. */
  private expect(): void {
    const line = this.line;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => line && this.lose(line), this.silenceMs);
  }

  private lose(line: Line): void {
    if (line !== this.line) return;
    this.line = undefined;
    line.close();
    this.become("reconnecting");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), backoffMs(++this.failures));
  }

  private become(connection: Connection): void {
    if (connection === this.connection) return;
    this.connection = connection;
    for (const watcher of this.watchers) watcher();
  }
}
