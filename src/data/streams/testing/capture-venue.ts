import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";

/** What a recorded venue said: frames in order, and answers by REST by the symbol that was asked for. */
export interface Captured {
  readonly frames: readonly string[];
  readonly answers: ReadonlyMap<string, string>;
  /** Answers a client's frame where the capture holds no acknowledgements. */
  readonly acknowledge?: (text: string) => string;
}

/** A venue on loopback that says again what a real one once said, to whoever subscribes. */
export async function openCaptureVenue({
  frames,
  answers,
  acknowledge,
}: Captured): Promise<{ readonly host: string; close(): Promise<void> }> {
  const server = createServer(({ url = "/" }, response) => {
    const answer = answers.get(new URL(url, "http://venue.test").searchParams.get("symbol") ?? "");
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(answer ?? "{}");
  });
  const sockets = new WebSocketServer({ server });
  const say = async (socket: WebSocket) => {
    for (const [index, frame] of frames.entries()) {
      socket.send(frame);
      if (index % 50 === 0) await nextTurn();
    }
  };
  sockets.on("connection", (socket) => {
    let hasBegun = false;
    socket.on("message", (data: Buffer) => {
      if (acknowledge) socket.send(acknowledge(data.toString("utf8")));
      if (!hasBegun) void say(socket);
      hasBegun = true;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
