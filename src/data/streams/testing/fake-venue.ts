import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import type { Dialect, MarketView, Session } from "./dialect.ts";
import type { FakeMarket, MarketItem } from "./fake-market.ts";

/**
 * What goes wrong before the happening of a number:
 * - `drop`: the socket breaks, and so many happenings pass before anybody can connect again; `silent`: the same, but the socket
 *   stays open without a word;
 * - `skip`: so many happenings are not told; `swap`: this one is told after the next; `duplicate`: it is told twice;
 * - `garbage`: a frame that is cut in the middle; `error`: the venue reports an error of its own.
 */
export type StreamFault =
  | { readonly kind: "drop" | "silent" | "skip"; readonly lost: number }
  | { readonly kind: "swap" | "duplicate" | "garbage" | "error" };

/** What a fake venue does. */
export interface VenueScript {
  /** By the number of the happening, from 0. */
  readonly faults?: ReadonlyMap<number, StreamFault>;
  /** What happens to a request by REST, by its number from 0: a status, an answer cut in the middle, or one after 300 ms. */
  readonly restFaults?: ReadonlyMap<number, number | "truncated" | "slow">;
  /** Connections that are refused as soon as they are made. */
  readonly refuseConnections?: number;
  /** Subscriptions, over all connections, without which it does not begin, nor go on after all were lost; 1 unless given. */
  readonly topics?: number;
  /** Happenings after which the venue waits for the next turn of the event loop. */
  readonly burst?: number;
}

interface Connected extends Session {
  readonly socket: WebSocket;
  isSilent: boolean;
}

/** A venue on loopback that tells of a made-up market, by WebSocket and REST, and misbehaves as its script says. */
export class FakeVenue {
  /** Happenings so far. */
  position = 0;
  /** Connections made, and requests by REST. */
  connections = 0;
  requests = 0;
  /** Text frames that clients sent. */
  readonly heard: string[] = [];
  private readonly dialect: Dialect;
  private readonly market: FakeMarket;
  private readonly script: VenueScript;
  private readonly server = createServer((request, response) => this.answer(request, response));
  private readonly sockets = new WebSocketServer({ server: this.server });
  private readonly sessions = new Set<Connected>();
  private isClosed = false;

  private constructor(dialect: Dialect, market: FakeMarket, script: VenueScript) {
    this.dialect = dialect;
    this.market = market;
    this.script = script;
    this.sockets.on("connection", (socket) => this.welcome(socket));
  }

  /** Opens a venue on a free port. */
  static async open(dialect: Dialect, market: FakeMarket, script: VenueScript = {}): Promise<FakeVenue> {
    const venue = new FakeVenue(dialect, market, script);
    venue.server.listen(0, "127.0.0.1");
    await once(venue.server, "listening");
    return venue;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The venue's time, ms. */
  get timeMs(): number {
    return this.market.timeAt(this.position);
  }

  /** Tells everything in order; resolves when the market has ended and all that was sent has left. */
  async play(): Promise<void> {
    const { items } = this.market;
    const faults = new Map(this.script.faults);
    while (this.position < items.length && !this.isClosed) {
      await this.listeners();
      const fault = faults.get(this.position);
      faults.delete(this.position);
      if (fault) await this.misbehave(fault);
      else this.tell(items[this.position++]!);
      if (this.position % (this.script.burst ?? 4) === 0) await nextTurn();
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { socket } of this.sessions) socket.terminate();
    this.sockets.close();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private view(): MarketView {
    return { market: this.market, position: this.position, items: this.market.items.slice(0, this.position) };
  }

  private welcome(socket: WebSocket): void {
    this.connections++;
    if (this.connections <= (this.script.refuseConnections ?? 0)) {
      socket.close(1013, "try again later");
      return;
    }
    const session: Connected = { socket, authenticated: false, topics: new Set(), isSilent: false };
    this.sessions.add(session);
    socket.on("close", () => this.sessions.delete(session));
    socket.on("error", () => this.sessions.delete(session));
    socket.on("message", (data: Buffer) => {
      const text = data.toString("utf8");
      this.heard.push(text);
      if (session.isSilent) return;
      for (const frame of this.dialect.hear(text, session, this.view())) socket.send(frame);
    });
    for (const frame of this.dialect.greeting) socket.send(frame);
  }

  /** Waits until somebody listens, and has taken most of what was sent. */
  private async listeners(): Promise<void> {
    const isReady = ({ topics, isSilent, socket }: Connected) => topics.size > 0 && !isSilent && socket.bufferedAmount < 65_536;
    const heard = () => [...this.sessions].filter(isReady).reduce((sum, { topics }) => sum + topics.size, 0);
    while (!this.isClosed && heard() < (this.script.topics ?? 1)) await sleep(1);
  }

  private send(make: (session: Session) => string | undefined): void {
    for (const session of this.sessions) {
      const frame = session.isSilent ? undefined : make(session);
      if (frame !== undefined) session.socket.send(frame);
    }
  }

  private tell(item: MarketItem): void {
    this.send((session) => this.dialect.tell(item, session));
  }

  private async misbehave(fault: StreamFault): Promise<void> {
    const { items } = this.market;
    switch (fault.kind) {
      case "drop":
        for (const { socket } of this.sessions) socket.terminate();
        this.sessions.clear();
        break;
      case "silent":
        for (const session of this.sessions) {
          session.isSilent = true;
          session.socket.pause(); // Pings are not answered either.
        }
        break;
      case "skip":
        break;
      case "swap": {
        const [first, second] = items.slice(this.position, this.position + 2);
        this.position += second ? 2 : 1;
        if (second) this.tell(second);
        this.tell(first!);
        return;
      }
      case "duplicate":
        this.tell(items[this.position]!);
        this.tell(items[this.position++]!);
        return;
      case "garbage":
        // Whoever gets it hangs up; what happens until then is told to nobody.
        for (const { socket } of [...this.sessions].slice(0, 1)) socket.send('{"stream":"depth","data":{"e":');
        await nextTurn();
        return;
      case "error":
        this.send(() => this.dialect.errorFrame);
        return;
    }
    this.position = Math.min(items.length, this.position + fault.lost);
  }

  private answer({ url = "/" }: IncomingMessage, response: ServerResponse): void {
    const fault = this.script.restFaults?.get(this.requests);
    this.requests++;
    const body = this.dialect.rest(new URL(url, "http://venue.test"), this.view());
    const text = body === undefined ? '{"message":"not found"}' : JSON.stringify(body);
    response.setHeader("content-type", "application/json");
    if (typeof fault === "number") {
      response.writeHead(fault, fault === 429 ? { "retry-after": "1" } : {});
      response.end("<html><body>Too Many Requests</body></html>");
      return;
    }
    response.writeHead(body === undefined ? 404 : 200);
    if (fault === "slow") setTimeout(() => response.end(text), 300);
    else response.end(fault === "truncated" ? text.slice(0, text.length / 2) : text);
  }
}
