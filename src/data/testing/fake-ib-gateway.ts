import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../base/index.ts";

/** A bar as the gateway keeps it: seconds since the epoch for intraday bars, YYYYMMDD for daily ones. */
export type GatewayBar = readonly [time: string, open: number, high: number, low: number, close: number, volume: number];

/**
 * What happens to one request for history instead of its answer:
 * - `drop`: the connection ends without an answer; `half`: in the middle of it;
 * - `lost`: the gateway loses its own servers (1100), and finds them again (1102) without answering what was asked;
 * - `late`: the same, but what was asked before is answered all the same, after it was asked again;
 * - `silent`: nothing is answered;
 * - `crumbs`: the answer comes byte by byte;
 * - `warned`: it comes after warnings;
 * - an error of the given code and text.
 */
export type GatewayFault =
  | "drop"
  | "half"
  | "lost"
  | "late"
  | "silent"
  | "crumbs"
  | "warned"
  | { readonly code: number; readonly message: string };

/** What the gateway serves and how it misbehaves. */
export interface GatewayScript {
  readonly bars: readonly GatewayBar[];
  readonly timeZone?: string;
  readonly minTick?: number;
  readonly sizeIncrement?: string;
  /** The instrument it knows; others are error 200. */
  readonly symbol?: string;
  /** It does not say when its first bar is. */
  readonly hidesFirst?: boolean;
  /** Several contracts answer to the symbol. */
  readonly ambiguous?: boolean;
  /** By the number of the request for history, from 0. */
  readonly faults?: Readonly<Record<number, GatewayFault>>;
  /** Version of the interface that it speaks; a recent one unless given. */
  readonly version?: number;
  /** Client ids that somebody else uses: refused by error 326. */
  readonly takenClientIds?: readonly number[];
  /** Connections that are told the same, by number from 0: the one before is not forgotten yet. */
  readonly unforgotten?: readonly number[];
  /** Connections that are closed as soon as they are made, before any greeting, by number from 0. */
  readonly refusedConnections?: readonly number[];
  /** Pacing is judged by it: no more than 60 requests in ten minutes, none repeated within 15 s. */
  readonly clock: Clock;
}

/** A request for history as it came. */
export interface HistoryRequest {
  readonly atMs: number;
  readonly endDateTime: string;
  readonly barSize: string;
  readonly duration: string;
  readonly useRth: string;
  readonly whatToShow: string;
  readonly formatDate: string;
}

/** A gateway of Interactive Brokers on loopback, as far as contract details and history go. */
export interface FakeGateway {
  readonly port: number;
  readonly history: readonly HistoryRequest[];
  readonly connections: () => number;
  /** Requests that the broker's pacing rules forbid. */
  readonly violations: () => number;
  close(): Promise<void>;
}

const recentVersion = 193;
const incoming = { startApi: "71", contractDetails: "9", history: "20", headTimestamp: "87", cancelHistory: "25" };
const outgoing = { error: 4, nextValidId: 9, contract: 10, managedAccounts: 15, history: 17, contractEnd: 52, headTimestamp: 88 };
const durationMs: Readonly<Record<string, number>> = { S: 1000, D: 86_400_000, W: 7 * 86_400_000, M: 31 * 86_400_000, Y: 366 * 86_400_000 };

/** Starts a gateway with a script; it listens on a port of its own. */
export async function startFakeGateway(script: GatewayScript): Promise<FakeGateway> {
  const history: HistoryRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let violations = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    connections++;
    if (script.refusedConnections?.includes(connections - 1)) {
      socket.destroy();
      return;
    }
    const paced = (request: HistoryRequest) => {
      const broken = breaksPacing(history, request);
      if (broken) violations++;
      history.push(request);
      return broken;
    };
    converse({ socket, script, count: () => history.length, paced, connection: connections - 1 });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    history,
    connections: () => connections,
    violations: () => violations,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function breaksPacing(history: readonly HistoryRequest[], request: HistoryRequest): boolean {
  const key = ({ atMs: _, ...rest }: HistoryRequest) => JSON.stringify(rest);
  const repeated = history.some((earlier) => request.atMs - earlier.atMs < 15_000 && key(earlier) === key(request));
  return repeated || history.filter(({ atMs }) => request.atMs - atMs < 600_000).length >= 60;
}

const frame = (fields: readonly (string | number)[]): Buffer => {
  const text = Buffer.from(`${fields.join("\0")}\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
};

/** Takes apart what the client sends: a greeting without a frame, then frames of fields. */
function converse(known: Omit<Conversation, "send" | "late">): void {
  const { socket, script } = known;
  let buffer: Buffer = Buffer.alloc(0);
  let greeted = false;
  const send = (...fields: (string | number)[]) => void socket.write(frame(fields));
  const conversation: Conversation = { ...known, send, late: [] };
  socket.on("data", (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    if (!greeted && buffer.length >= 8 && buffer.length >= 8 + buffer.readUInt32BE(4)) {
      buffer = buffer.subarray(8 + buffer.readUInt32BE(4)); // "API\0", then the versions that the client speaks.
      greeted = true;
      send(script.version ?? recentVersion, "20240105 09:30:00 EST");
    }
    while (greeted && buffer.length >= 4 && buffer.length >= 4 + buffer.readUInt32BE()) {
      const length = buffer.readUInt32BE();
      const fields = buffer
        .subarray(4, 4 + length)
        .toString()
        .split("\0")
        .slice(0, -1);
      buffer = buffer.subarray(4 + length);
      answer(fields, conversation);
    }
  });
}

interface Conversation {
  readonly socket: Socket;
  readonly send: (...fields: (string | number)[]) => void;
  readonly script: GatewayScript;
  readonly count: () => number;
  readonly paced: (request: HistoryRequest) => boolean;
  /** Answers that are held back until the next one. */
  readonly late: Buffer[];
  /** Which connection it is, from 0. */
  readonly connection: number;
}

const tell = ({ send }: Conversation, id: number | string, code: number, message: string) => send(outgoing.error, 2, id, code, message, "");

function answer(fields: readonly string[], conversation: Conversation): void {
  const { send, script, socket, connection } = conversation;
  const [kind, ...rest] = fields;
  if (kind === incoming.startApi) {
    if (script.takenClientIds?.includes(Number(rest[1])) || script.unforgotten?.includes(connection)) {
      tell(conversation, -1, 326, "Unable to connect as the client id is already in use. Retry with a unique client id.");
      socket.end();
      return;
    }
    send(outgoing.managedAccounts, 1, "DU1234567");
    send(outgoing.nextValidId, 1, 1);
    tell(conversation, -1, 2106, "HMDS data farm connection is OK:ushmds");
  } else if (kind === incoming.contractDetails) {
    describe(rest[1]!, rest[3]!, conversation);
  } else if (kind === incoming.headTimestamp && script.hidesFirst) {
    tell(conversation, rest[0]!, 162, "Historical Market Data Service error message:No head time stamp");
  } else if (kind === incoming.headTimestamp) {
    const first = script.bars[0]?.[0] ?? "";
    const seconds = first.length === 8 ? Date.parse(isoDay(first)) / 1000 : Number(first);
    send(outgoing.headTimestamp, rest[0]!, seconds);
  } else if (kind === incoming.history) {
    serve(rest, conversation);
  }
}

const isoDay = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;

function describe(id: string, symbol: string, conversation: Conversation): void {
  const { send, script } = conversation;
  if (symbol !== (script.symbol ?? "AAPL")) {
    tell(conversation, id, 200, "No security definition has been found for the request");
    return;
  }
  const contracts = script.ambiguous ? ["NASDAQ", "MEXI"] : ["NASDAQ"];
  for (const [index, exchange] of contracts.entries()) {
    send(
      ...[outgoing.contract, id, symbol, "STK", "", "", 0, "", exchange, "USD", symbol, "NMS", "NMS", 265598 + index],
      ...[script.minTick ?? 0.01, "", "LMT,MKT", "SMART,NASDAQ", 1, 0, "APPLE INC", exchange, "", "Technology", "Computers", "Computers"],
      ...[script.timeZone ?? "US/Eastern", "20240105:0400-20240105:2000", "20240105:0930-20240105:1600", "", 0, 0],
      ...[1, "", "", "26", "", "COMMON", "0.0001", script.sizeIncrement ?? "0.0001", "100", 0],
    );
  }
  send(outgoing.contractEnd, 1, id);
}

function serve(fields: readonly string[], conversation: Conversation): void {
  const { socket, script, count, paced, late } = conversation;
  const id = fields[0]!;
  const [endDateTime = "", barSize = "", duration = "", useRth = "", whatToShow = "", formatDate = ""] = fields.slice(14, 20);
  const fault = script.faults?.[count()];
  const request = { atMs: script.clock.now(), endDateTime, barSize, duration, useRth, whatToShow, formatDate };
  if (paced(request)) {
    tell(conversation, id, 162, "Historical Market Data Service error message:Historical data request pacing violation");
  } else if (whatToShow === "ADJUSTED_LAST" && endDateTime !== "") {
    tell(conversation, id, 321, "Error validating request:-'bG' : cause - End Date/Time not supported with adjusted last");
  } else if (typeof fault === "object") {
    tell(conversation, id, fault.code, fault.message);
  } else if (fault === "drop") {
    socket.destroy();
  } else if (fault === "lost" || fault === "late") {
    if (fault === "late") late.push(answerTo(request, id, script));
    loseBroker(conversation);
  } else if (fault !== "silent") {
    if (fault === "warned") warn(id, conversation);
    deliver(answerTo(request, id, script), fault, conversation);
  }
}

function warn(id: string, conversation: Conversation): void {
  tell(conversation, id, 2174, "Warning: You submitted request with date-time attributes without explicit time zone.");
  tell(conversation, id, 165, "Historical Market Data Service query message:HMDS server connection was successful.");
}

function loseBroker(conversation: Conversation): void {
  const lost = "Connectivity between IB and Trader Workstation has been lost.";
  const restored = "Connectivity between IB and Trader Workstation has been restored - data maintained.";
  tell(conversation, -1, 1100, lost);
  setTimeout(() => tell(conversation, -1, 1102, restored), 5);
}

function answerTo({ endDateTime, duration }: HistoryRequest, id: string, script: GatewayScript): Buffer {
  const found = barsOf(script, endDateTime, duration);
  if (found.length === 0) {
    return frame([
      outgoing.error,
      2,
      id,
      162,
      "Historical Market Data Service error message:HMDS query returned no data: AAPL@SMART Trades",
      "",
    ]);
  }
  const rows = found.flatMap(([time, open, high, low, close, volume]) => [time, open, high, low, close, volume, (high + low) / 2, 1]);
  return frame([outgoing.history, id, "20240101  00:00:00", "20240105  00:00:00", found.length, ...rows]);
}

function deliver(message: Buffer, fault: "half" | "crumbs" | "warned" | undefined, { socket, late }: Conversation): void {
  for (const earlier of late.splice(0)) socket.write(earlier);
  if (fault === "half") {
    socket.write(message.subarray(0, message.length >> 1), () => socket.destroy());
  } else if (fault === "crumbs") {
    for (let at = 0; at < message.length; at += 7) socket.write(message.subarray(at, at + 7));
  } else {
    socket.write(message);
  }
}

/**
 * Bars of the time that a duration covers before its end; where that holds none, as much of what came before, as the broker does. A day
 * that the end cuts is told as far as it had come.
 */
function barsOf({ bars, clock }: GatewayScript, endDateTime: string, duration: string): readonly GatewayBar[] {
  const timeOf = ([time]: GatewayBar) => (time.length === 8 ? Date.parse(isoDay(time)) : Number(time) * 1000);
  const end = endDateTime === "" ? clock.now() : Date.parse(`${isoDay(endDateTime.slice(0, 8))}T${endDateTime.slice(9)}Z`);
  const [count, unit] = duration.split(" ") as [string, string];
  const span = Number(count) * durationMs[unit]!;
  const before = bars.filter((bar) => timeOf(bar) < end);
  const latest = before.at(-1);
  const from = latest === undefined ? end : Math.min(end, timeOf(latest) + 1) - span;
  const isCut = (bar: GatewayBar) => bar[0].length === 8 && timeOf(bar) + 20 * 3_600_000 > end;
  return before
    .filter((bar) => timeOf(bar) >= from)
    .map((bar) => (isCut(bar) ? ([bar[0], bar[1], bar[1], bar[1], bar[1], 1] as const) : bar));
}
