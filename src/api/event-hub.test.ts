import { afterEach, expect, test } from "vitest";
import { fakeServices } from "../../test/support/fake-services.ts";
import { manualClock } from "../base/index.ts";
import { EventHub, type EventSocket } from "./event-hub.ts";
import { createServer, Health, listen, StreamEvent } from "./index.ts";

const services = fakeServices(manualClock(), { bars: 40 });
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0)) await task();
});

/** A socket that keeps what it is sent and answers pings only when told to. */
function fakeSocket() {
  const listeners = new Map<string, () => void>();
  const socket = {
    bufferedAmount: 0,
    sent: [] as string[],
    terminated: false,
    pings: 0,
    send: (text: string) => void socket.sent.push(text),
    ping: () => void socket.pings++,
    terminate: () => void (socket.terminated = true),
    on: (event: string, listener: () => void) => listeners.set(event, listener),
    happen: (event: string) => listeners.get(event)!(),
  };
  return socket satisfies EventSocket & Record<string, unknown>;
}

const newHub = () => {
  const hub = new EventHub((listener) => services.subscribe(listener), { heartbeatMs: 60_000, maxBufferedBytes: 100 });
  cleanUp.push(() => hub.close());
  return hub;
};

test("everybody hears every event, after a first heartbeat", () => {
  const hub = newHub();
  const sockets = [fakeSocket(), fakeSocket()];
  for (const socket of sockets) hub.add(socket);
  services.nextBar();
  for (const { sent } of sockets) {
    expect(sent.map((text) => StreamEvent.parse(JSON.parse(text)).type)).toEqual(["heartbeat", "session-point", "session"]);
  }
});

test("one that does not keep up is cut off and counted; the others hear on", () => {
  const hub = newHub();
  const [slow, quick] = [fakeSocket(), fakeSocket()];
  hub.add(slow);
  hub.add(quick);
  slow.bufferedAmount = 101;
  services.nextBar();
  expect(slow.terminated).toBe(true);
  expect(quick.sent).toHaveLength(3);
  expect(hub.counts()).toEqual({ connected: 1, dropped: 1 });
  slow.happen("close");
  expect(hub.counts()).toEqual({ connected: 1, dropped: 1 });
});

test("one that answers no ping is cut off at the next beat", () => {
  const hub = newHub();
  const [dead, alive] = [fakeSocket(), fakeSocket()];
  hub.add(dead);
  hub.add(alive);
  hub.beat();
  alive.happen("pong");
  hub.beat();
  expect([dead.terminated, alive.terminated, alive.pings]).toEqual([true, false, 2]);
  expect(hub.counts()).toEqual({ connected: 1, dropped: 1 });
});

test("leaving, failing and closing leave nothing behind", () => {
  const hub = newHub();
  const [leaving, failing] = [fakeSocket(), fakeSocket()];
  hub.add(leaving);
  hub.add(failing);
  leaving.happen("close");
  failing.happen("error");
  leaving.happen("pong");
  expect(hub.counts()).toEqual({ connected: 0, dropped: 1 });
  const before = services.listeners();
  hub.close();
  expect(services.listeners()).toBe(before - 1);
});

async function liveServer() {
  const server = createServer({ services, heartbeatMs: 300 }); // Long enough for a pong on a busy machine.
  cleanUp.push(() => server.close());
  return listen(server, { port: 0 });
}

/** Collects what a real WebSocket hears. */
function openSocket(address: string, path = "/api/events") {
  const socket = new WebSocket(`${address.replace("http", "ws")}${path}`);
  const events: StreamEvent[] = [];
  socket.addEventListener("message", ({ data }) => void events.push(StreamEvent.parse(JSON.parse(String(data)))));
  const opened = new Promise<boolean>((resolve) => {
    socket.addEventListener("open", () => resolve(true));
    socket.addEventListener("error", () => resolve(false));
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  cleanUp.unshift(() => socket.close());
  return { socket, events, opened, closed };
}

test("over a real socket: heartbeats and events arrive, health counts the listener", async () => {
  const address = await liveServer();
  const { events, opened } = openSocket(address);
  expect(await opened).toBe(true);
  services.nextBar();
  services.train("demo-1", 4096);
  const patience = { timeout: 20_000 };
  await expect
    .poll(() => new Set(events.map(({ type }) => type)), patience)
    .toEqual(new Set(["heartbeat", "session-point", "session", "training"]));
  await expect.poll(() => events.filter(({ type }) => type === "heartbeat").length, patience).toBeGreaterThan(3);
  expect(Health.parse(await (await fetch(`${address}/health`)).json()).listeners).toEqual({ connected: 1, dropped: 0 });
});

test("a listener that talks too much is closed, and closing the server closes the line", async () => {
  const address = await liveServer();
  const talker = openSocket(address);
  await talker.opened;
  talker.socket.send("x".repeat(5000));
  expect(await talker.closed).toBe(1009);
  const listener = openSocket(address);
  await listener.opened;
  await cleanUp.pop()!();
  expect([1005, 1006, 1001]).toContain(await listener.closed);
});

test.each(["/health", "/nothing"])("a WebSocket to %s is closed without a word", async (path) => {
  const { closed, events } = openSocket(await liveServer(), path);
  await closed;
  expect(events).toEqual([]);
});

test("a foreign page's WebSocket is refused", async () => {
  const address = await liveServer();
  const response = await fetch(`${address}/api/events`, { headers: { origin: "https://evil.example" } });
  expect(response.status).toBe(403);
});
