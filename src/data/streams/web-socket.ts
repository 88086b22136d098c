import type WebSocket from "ws";

/** What becomes of a socket, in order; `closed` comes once and last. */
export type SocketItem =
  | { readonly kind: "opened" }
  | { readonly kind: "frame"; readonly text: string; readonly receiveTime: number }
  | { readonly kind: "closed"; readonly reason: string };

/** A client's WebSocket as far as a stream needs it. */
export interface ClientSocket {
  send(text: string): void;
  ping(): void;
  /** Stops and starts reading: what the venue sends meanwhile waits on the way. */
  pause(): void;
  resume(): void;
  /** Ends it at once. */
  cut(): void;
}

/** Told of what becomes of a socket; `onSign` of every sign of life. */
export interface SocketListener {
  onItem(item: SocketItem): void;
  onSign(): void;
  now(): number;
}

/** Opens a WebSocket. Its address must hold no secret: it may appear in messages. */
export async function openWebSocket(url: string, { onItem, onSign, now }: SocketListener): Promise<ClientSocket> {
  const { WebSocket: Client } = await import("ws");
  const socket: WebSocket = new Client(url, { perMessageDeflate: true, maxPayload: 64 * 1024 * 1024 });
  let failure = "";
  const decoder = new TextDecoder();
  socket.on("open", () => onItem({ kind: "opened" }));
  socket.on("message", (data) => {
    onSign();
    const bytes = Array.isArray(data) ? Buffer.concat(data) : data;
    onItem({ kind: "frame", text: decoder.decode(bytes), receiveTime: now() });
  });
  socket.on("ping", onSign);
  socket.on("pong", onSign);
  socket.on("error", (error) => (failure = error.message));
  socket.on("close", (code, reason) => {
    const told = reason.length > 0 ? `, ${reason.toString("utf8").slice(0, 200)}` : "";
    onItem({ kind: "closed", reason: failure || `closed with code ${code}${told}` });
  });
  return {
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    ping: () => {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    cut: () => socket.terminate(),
  };
}
