import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { parseParams, UserError } from "../../base/index.ts";
import { streamKinds } from "./adapters/index.ts";
import { Mailbox } from "./mailbox.ts";
import type { StreamEvent } from "./event.ts";
import type { StreamChannel, StreamKind } from "./stream.ts";
import type { FakeMarket } from "./testing/fake-market.ts";
import type { Dialect } from "./testing/dialect.ts";
import { alpacaDialect, alpacaKeys } from "./testing/dialects/alpaca.ts";
import { binanceDialect } from "./testing/dialects/binance.ts";
import { coinbaseDialect } from "./testing/dialects/coinbase.ts";
import { okxDialect } from "./testing/dialects/okx.ts";
import { FakeVenue, type StreamFault, type VenueScript } from "./testing/fake-venue.ts";
import { marketOf, run, subjects } from "./testing/stream-suite.ts";
import { openAgainst, type Trial } from "./testing/stream-trial.ts";

const venues: FakeVenue[] = [];
afterEach(async () => {
  for (const venue of venues.splice(0)) await venue.close();
});

const kindOf = (name: keyof typeof streamKinds): StreamKind => streamKinds[name] as StreamKind;

/** Listens until the stream fails, which it must. */
async function failureOf(dialect: Dialect, trial: Partial<Trial>, script: VenueScript = {}) {
  const venue = await FakeVenue.open(dialect, marketOf(dialect, 1, 10), script);
  venues.push(venue);
  const stream = openAgainst(kindOf(dialect.name as keyof typeof streamKinds), dialect, venue, { channels: ["trades"], ...trial });
  const error: unknown = await (async () => {
    for await (const _event of stream.events(AbortSignal.timeout(5000))) continue;
  })().then(
    () => new Error("the stream did not fail"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw error;
  return { error, venue, stream };
}

describe("refusals", () => {
  test("wrong keys: a coded error that names the variables, at once, without a secret in it", async () => {
    const { error, venue, stream } = await failureOf(alpacaDialect, { settings: { ...alpacaKeys, secretKey: "wr0ng-secret" } });
    expect(error).toMatchObject({ code: "stream/refused", path: "APCA_API_KEY_ID and APCA_API_SECRET_KEY" });
    expect(error.message).toMatch(/auth failed \(402\)/);
    expect(venue.connections).toBe(1);
    const shown = [error.stack, JSON.stringify(error), error.hint, JSON.stringify(stream.status()), String(error.cause)].join(" ");
    expect(shown).not.toContain("wr0ng-secret");
    expect(shown).not.toContain(alpacaKeys.keyId);
  });

  test("a venue that repeats the secret in its answer is not repeated", async () => {
    const parrot: Dialect = { ...alpacaDialect, hear: (text) => [JSON.stringify([{ T: "error", code: 400, msg: `what is ${text}?` }])] };
    const { error } = await failureOf(parrot, {});
    expect(error.message).toContain("[key]");
    expect(error.message).not.toContain(alpacaKeys.secretKey);
  });

  test("keys absent: the message names the variable", () => {
    expect(() => parseParams(kindOf("alpaca").params, {})).toThrow(
      expect.objectContaining({ code: "config/missing-secret", path: "APCA_API_KEY_ID" }),
    );
  });

  test.each([
    [alpacaDialect, "TOOMANY", /symbol limit exceeded \(405\)/],
    [coinbaseDialect, "NOPE-USD", /NOPE-USD is not a valid product/],
    [okxDialect, "NOPE-USDT", /NOPE-USDT doesn't exist/],
  ])("$name: a refused subscription names what was asked for, and is not tried again", async (dialect, symbol, words) => {
    const { error, venue } = await failureOf(dialect, { symbols: [symbol] });
    expect(error.code).toBe("stream/refused");
    expect(error.path).toContain(symbol);
    expect(error.message).toMatch(words);
    expect(venue.connections).toBe(1);
  });

  test.each([
    [coinbaseDialect, "bars" as const],
    [alpacaDialect, "book" as const],
  ])("$name: a channel that the venue does not have is refused before anything is sent", (dialect, channel) => {
    const kind = kindOf(dialect.name as keyof typeof streamKinds);
    const open = () => openAgainst(kind, dialect, { host: "127.0.0.1:9" } as FakeVenue, { channels: [channel] });
    expect(open).toThrow(expect.objectContaining({ code: "config/invalid", path: "channels" }));
  });

  test("nobody there, or nobody who answers: so many attempts, then a coded error that says what was missing", async () => {
    const gone = await failureOf(binanceDialect, { settings: { maxAttempts: 3 } }, { refuseConnections: 99 });
    expect(gone.error).toMatchObject({ code: "stream/unreachable" });
    expect(gone.error.message).toMatch(/in 3 attempts: closed with code 1013, try again later/);
    expect(gone.venue.connections).toBe(3);
    const mute: Dialect = { ...binanceDialect, hear: () => [] };
    const { error } = await failureOf(mute, { settings: { maxAttempts: 2, replyMs: 30 } });
    expect(error.message).toMatch(/no progress while subscribing; not acknowledged: request 1/);
  });

  test("an error that passes is waited out: a connection still counted (406)", async () => {
    let refusals = 2;
    const busy: Dialect = {
      ...alpacaDialect,
      hear: (text, session, view) =>
        refusals-- > 0
          ? [JSON.stringify([{ T: "error", code: 406, msg: "connection limit exceeded" }])]
          : alpacaDialect.hear(text, session, view),
    };
    const market = marketOf(alpacaDialect, 1, 50);
    const { status, venue } = await run({ ...subjects[0]!, dialect: busy }, market);
    expect(venue.connections).toBe(3);
    expect(status.lastFailure).toMatch(/connection limit exceeded/);
    expect(status.reconnects).toBe(0);
  });
});

describe("under way", () => {
  /** Reads all that a binance stream tells, with a pause in which everything else piles up; `waiting` is the longest queue. */
  async function readSlowly(channels: readonly StreamChannel[], isLast: (heard: number) => boolean, market: FakeMarket) {
    const venue = await FakeVenue.open(binanceDialect, market, { topics: 2 * channels.length, burst: 64 });
    venues.push(venue);
    const stream = openAgainst(kindOf("binance"), binanceDialect, venue, { channels, settings: { capacity: 32, deadAfterMs: 5000 } });
    let hasPlayed = false;
    void venue.play().then(() => (hasPlayed = true));
    const heard: Record<StreamEvent["kind"], number> = { trade: 0, quote: 0, bar: 0, book: 0 };
    let [taken, waiting] = [0, 0];
    for await (const event of stream.events(AbortSignal.timeout(15_000))) {
      heard[event.kind]++;
      waiting = Math.max(waiting, stream.status().waiting);
      if (++taken === 20) await sleep(400);
      if (isLast(heard.trade + heard.bar) && (hasPlayed || heard.trade > 0)) break;
    }
    return { status: stream.status(), heard, waiting };
  }

  test("a slow consumer of trades and bars: all arrive, and the socket is paused meanwhile", async () => {
    const market = marketOf(binanceDialect, 3, 14_000);
    const wanted = market.items.filter(({ kind }) => kind === "trade" || kind === "bar").length;
    const { status, heard, waiting } = await readSlowly(["trades", "quotes", "bars", "book"], (count) => count === wanted, market);
    expect(heard.trade + heard.bar).toBe(wanted);
    expect(status.pauses).toBeGreaterThan(0);
    expect(waiting).toBeLessThanOrEqual(32 + 4);
    expect(status).toMatchObject({ reconnects: 0, gapsLeft: 0 });
  });

  test("a slow consumer of quotes and books: they are joined, counted, and never many", async () => {
    const market = marketOf(binanceDialect, 3, 6000);
    const { status, heard, waiting } = await readSlowly(["quotes", "book"], () => true, market);
    expect(status.conflated).toBeGreaterThan(500);
    expect(status.delivered + status.conflated).toBeGreaterThanOrEqual(heard.quote + heard.book + 500);
    expect(waiting).toBeLessThanOrEqual(32 + 4);
    expect(status.pauses).toBe(0);
  });

  test("a slow answer by REST is no silence: what waits meanwhile is read before the line is judged", async () => {
    const subject = subjects.find(({ dialect }) => dialect.name === "binance")!;
    const restFaults = new Map(Array.from({ length: 12 }, (_, request) => [request, "slow" as const]));
    const { status } = await run(subject, marketOf(binanceDialect, 3, 100), {
      restFaults,
      faults: new Map<number, StreamFault>([
        [30, { kind: "skip", lost: 12 }],
        [70, { kind: "drop", lost: 0 }],
      ]),
    });
    expect(status).toMatchObject({ reconnects: 1, lastFailure: "closed with code 1006" });
  });

  test("the clock's skew is measured against the venue's time; where it tells none, by the least delay", async () => {
    const [alpaca, binance] = subjects;
    const market = marketOf(binance!.dialect, 3, 20);
    const { status } = await run(binance!, market, {}, { clockAheadMs: 5000 });
    const span = market.timeAt(20) - market.timeAt(0);
    expect(Math.abs(status.clockSkewMs - 5000)).toBeLessThanOrEqual(span / 2);
    const other = await run(alpaca!, marketOf(alpaca!.dialect, 3, 20), {}, { clockAheadMs: 60_000 });
    expect(other.status.clockSkewMs).toBe(other.status.leastDelayMs);
    expect(other.status.clockSkewMs).toBeGreaterThanOrEqual(60_000);
  });

  test("ends with the signal, and with whoever stops reading; the venue sees the socket go", async () => {
    const venue = await FakeVenue.open(okxDialect, marketOf(okxDialect, 1, 5000), { topics: 2 });
    venues.push(venue);
    const stream = openAgainst(kindOf("okx"), okxDialect, venue, { channels: ["trades"] });
    void venue.play();
    const stop = new AbortController();
    let count = 0;
    for await (const _event of stream.events(stop.signal)) if (++count === 5) stop.abort();
    expect(count).toBeGreaterThanOrEqual(5);
    expect(stream.status().state).toBe("ended");
    expect(() => stream.events(stop.signal)).toThrow("read once");
  });

  test("a mailbox that overflows says so instead of losing anything in silence", async () => {
    const box = new Mailbox<number>({ high: 2, limit: 4 });
    const pressure: boolean[] = [];
    box.onPressure = (pause) => pressure.push(pause);
    expect([1, 2, 3, 4, 5].map((item) => box.put(item))).toEqual([true, true, true, true, false]);
    const { signal } = new AbortController();
    const taken: (number | undefined)[] = [];
    for (let index = 0; index < 4; index++) taken.push(await box.take(1, signal));
    expect(taken).toEqual([1, 2, 3, 4]);
    expect(pressure).toEqual([true, false]);
    expect(await box.take(1, signal)).toBeUndefined();
  });
});
