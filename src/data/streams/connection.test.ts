import { describe, expect, test } from "vitest";
import { manualClock, Random } from "../../base/index.ts";
import { Connection, type ConnectionLimits, type Handshake } from "./connection.ts";

const limits: ConnectionLimits = {
  connectMs: 1000,
  replyMs: 500,
  pingAfterMs: 10_000,
  deadAfterMs: 25_000,
  backoffMs: 100,
  maxBackoffMs: 1000,
  maxAttempts: 5,
};

function begin(handshake: Handshake = { greets: true, authenticates: true }) {
  const clock = manualClock(1000);
  const connection = new Connection(handshake, limits, new Random(1));
  return {
    connection,
    clock,
    /** Lets time pass up to the connection's own alarm. */
    wake: () => {
      clock.set(Math.max(clock.now(), connection.wakeAt));
      return connection.tick(clock.now());
    },
  };
}

function goLive({ connection, clock }: ReturnType<typeof begin>): void {
  connection.tick(clock.now());
  connection.opened(clock.now());
  connection.welcomed(clock.now());
  connection.authenticated(clock.now());
  connection.subscribed(clock.now());
}

describe("connection", () => {
  test("goes step by step: open, greeting, credentials, subscription, live", () => {
    const { connection, clock } = begin();
    expect(connection.tick(clock.now())).toBe("open");
    expect(connection.opened(clock.now())).toBeUndefined();
    expect(connection.state).toBe("greeting");
    expect(connection.welcomed(clock.now())).toBe("authenticate");
    expect(connection.authenticated(clock.now())).toBe("subscribe");
    connection.subscribed(clock.now());
    expect(connection.state).toBe("live");
  });

  test("a venue that neither greets nor wants to know us is subscribed to at once", () => {
    const { connection, clock } = begin({ greets: false, authenticates: false });
    expect(connection.tick(clock.now())).toBe("open");
    expect(connection.opened(clock.now())).toBe("subscribe");
  });

  test.each(["connecting", "greeting", "authenticating", "subscribing"])(
    "no progress while %s: the socket is cut after its time",
    (state) => {
      const { connection, clock, wake } = begin();
      connection.tick(clock.now());
      if (state !== "connecting") connection.opened(clock.now());
      if (state === "authenticating" || state === "subscribing") connection.welcomed(clock.now());
      if (state === "subscribing") connection.authenticated(clock.now());
      const limit = state === "connecting" ? limits.connectMs : limits.replyMs;
      clock.set(1000 + limit - 1);
      expect(connection.tick(clock.now())).toBeUndefined();
      expect(wake()).toBe("cut");
      expect(clock.now()).toBe(1000 + limit);
      expect(connection.reason).toContain(state);
    },
  );

  test("a silent line is pinged, then cut; any sign of life starts anew", () => {
    const scene = begin();
    goLive(scene);
    const { connection, clock, wake } = scene;
    expect(wake()).toBe("ping");
    expect(clock.now()).toBe(1000 + limits.pingAfterMs);
    connection.heard(clock.now() + 5); // The pong.
    clock.set(clock.now() + 5);
    expect(wake()).toBe("ping");
    expect(clock.now()).toBe(1005 + 2 * limits.pingAfterMs);
    expect(wake()).toBe("cut");
    expect(clock.now()).toBe(1005 + limits.pingAfterMs + limits.deadAfterMs);
    expect(connection.reason).toMatch(/nothing was heard for 25000 ms/);
  });

  test("a ping that was sent late leaves the answer its time", () => {
    const scene = begin();
    goLive(scene);
    const { connection, clock } = scene;
    clock.set(90_000);
    expect(connection.tick(clock.now())).toBe("ping");
    expect(connection.tick(clock.now())).toBeUndefined();
    expect(connection.wakeAt).toBe(90_000 + limits.deadAfterMs - limits.pingAfterMs);
  });

  test("waits grow twofold up to their limit, half of each left to chance, and end after so many attempts", () => {
    const { connection, clock, wake } = begin();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= limits.maxAttempts; attempt++) {
      expect(wake()).toBe("open");
      const command = connection.lost(clock.now(), "refused");
      if (attempt === limits.maxAttempts) expect(command).toBe("fail");
      else waits.push(connection.wakeAt - clock.now());
    }
    expect(connection.state).toBe("failed");
    expect(connection.wakeAt).toBe(Infinity);
    for (const [index, wait] of waits.entries()) {
      const full = Math.min(limits.maxBackoffMs, limits.backoffMs * 2 ** index);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }
    expect(new Set(waits.map((wait, index) => wait / 2 ** index)).size).toBe(waits.length); // Chance differs.
  });

  test("only a connection that lasted gives the attempts back", () => {
    const scene = begin();
    const { connection, clock, wake } = scene;
    for (let index = 0; index < 3; index++) {
      goLive(scene);
      clock.set(clock.now() + limits.maxBackoffMs - 1);
      connection.lost(clock.now(), "dropped");
      clock.set(connection.wakeAt);
    }
    expect(connection.attempts).toBe(3);
    goLive(scene);
    clock.set(clock.now() + limits.maxBackoffMs);
    connection.lost(clock.now(), "dropped");
    expect(connection.attempts).toBe(0);
    expect(wake()).toBe("open");
  });
});
