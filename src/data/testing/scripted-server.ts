import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as a fake vendor sees it. */
export interface FakeRequest {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** What a fake vendor says: JSON, or a text that is none. */
export interface FakeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

/**
 * What goes wrong with one request: a reply instead of the vendor's own, the connection dropped before or in the middle of it
 * (`drop`, `cut`), JSON that ends too early (`truncate`), silence (`hang`), or nothing.
 */
export type Fault = FakeReply | "drop" | "cut" | "truncate" | "hang" | "none";

/** A server on loopback that answers as it is told. */
export interface ScriptedServer {
  readonly baseUrl: string;
  /** Every request so far, with the time by `now`. */
  readonly requests: readonly (FakeRequest & { readonly at: number })[];
  /** The next requests go wrong like this, one after the other. */
  fail(...faults: readonly Fault[]): void;
  /** Nothing goes wrong any more. */
  calm(): void;
  close(): Promise<void>;
}

/** Starts a server whose replies a function gives, and whose next requests may be made to fail, or those that `faultOf` picks. */
export async function scriptedServer(
  reply: (request: FakeRequest) => FakeReply,
  now: () => number,
  faultOf?: (request: FakeRequest) => Fault | undefined,
): Promise<ScriptedServer> {
  const requests: (FakeRequest & { at: number })[] = [];
  const faults: Fault[] = [];
  const server = createServer((incoming, response) => {
    const request = { url: new URL(incoming.url ?? "/", "http://fake"), headers: incoming.headers };
    requests.push({ ...request, at: now() });
    const fault = faultOf?.(request) ?? faults.shift() ?? "none";
    if (fault === "hang") return;
    if (fault === "drop") incoming.socket.destroy();
    else send(response, typeof fault === "object" ? fault : reply(request), typeof fault === "object" ? "none" : fault);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (...next) => faults.push(...next),
    calm: () => faults.splice(0),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, json, text }: FakeReply, how: "none" | "cut" | "truncate"): void {
  const body = text ?? JSON.stringify(json);
  const kind = json === undefined ? "text/html" : "application/json";
  const half = body.slice(0, Math.floor(body.length / 2));
  if (how === "truncate") response.writeHead(status, { "content-type": kind, ...headers }).end(half);
  else {
    response.writeHead(status, { "content-type": kind, "content-length": String(Buffer.byteLength(body)), ...headers });
    if (how === "none") response.end(body);
    else response.write(half, () => response.destroy());
  }
}
