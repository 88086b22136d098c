import { describe, expect, test } from "vitest";
import { streamKinds } from "./adapters/index.ts";
import type { StreamStatus } from "./stream.ts";
import type { StreamFault, VenueScript } from "./testing/fake-venue.ts";
import { expectSame, faultsAt, finalBook, marketBook, marketOf, run, subjects } from "./testing/stream-suite.ts";

// Every stream of the folder against a server on loopback that speaks as its venue does: whatever goes wrong on the way, the trades
// and bars that arrive, and the book that results, are those of a connection that was never interrupted.

test("every kind of stream is tried; those of ccxt have a file of their own", () => {
  expect([...subjects.map(({ kind }) => kind.name), "ccxt"].toSorted()).toEqual(Object.keys(streamKinds).toSorted());
});

/** Happenings of the market. */
const count = 400;

describe.each(subjects.map((subject) => [subject.dialect.name, subject] as const))("%s", (_name, subject) => {
  const { dialect } = subject;
  const hasBook = subject.channels.includes("book");

  test("delivers what the venue tells, in order, with its times", async () => {
    const truth = marketOf(dialect);
    const { events, status } = await run(subject, truth);
    for (const symbol of truth.symbols) {
      const trades = truth.items.filter((item) => item.kind === "trade" && item.symbol === symbol);
      const heard = events.filter((event) => event.kind === "trade" && event.symbol === symbol);
      expect(heard.map((event) => [event.exchangeTime, event.kind === "trade" && event.price])).toEqual(
        trades.map((item) => [item.timeMs, item.kind === "trade" && Number(item.price)]),
      );
      const bars = truth.items.filter((item) => item.kind === "bar" && item.symbol === symbol);
      if (subject.channels.includes("bars")) {
        expect(events.flatMap((event) => (event.kind === "bar" && event.symbol === symbol ? [event.bar.closeTime] : []))).toEqual(
          bars.map(({ timeMs }) => timeMs),
        );
      }
      if (hasBook) expect(finalBook(events, symbol)).toBe(marketBook(truth, symbol));
    }
    expect(status).toMatchObject({
      conflated: 0,
      outOfOrder: 0,
      malformed: 0,
      unknown: 0,
      reconnects: 0,
      gapsLeft: 0,
      resyncs: 0,
      state: "ended",
    });
    expect(status.delivered).toBe(events.length);
  });

  const scripts: [string, VenueScript, (status: StreamStatus) => void][] = [
    ["a dropped socket", faultsAt([150, { kind: "drop", lost: 60 }]), (status) => expect(status.reconnects).toBeGreaterThanOrEqual(1)],
    ["a silent socket", faultsAt([150, { kind: "silent", lost: 60 }]), (status) => expect(status.lastFailure).toMatch(/nothing was heard/)],
    [
      "a drop at the very end",
      faultsAt([count - 20, { kind: "drop", lost: 20 }]),
      (status) => expect(status.eventsRepaired).toBeGreaterThan(0),
    ],
    ["messages lost on a live socket", faultsAt([150, { kind: "skip", lost: 40 }]), (status) => expect(status.reconnects).toBe(0)],
    ["a malformed frame", faultsAt([150, { kind: "garbage" }]), (status) => expect(status.malformed).toBe(1)],
    ["an error of the venue's own", faultsAt([150, { kind: "error" }]), (status) => expect(status.lastFailure).not.toBe("")],
    [
      "duplicated and swapped messages",
      faultsAt(
        ...Array.from({ length: 30 }, (_, index): [number, StreamFault] => [
          100 + 7 * index,
          { kind: index % 2 === 0 ? "duplicate" : "swap" },
        ]),
      ),
      (status) => expect(status.dropped).toBeGreaterThan(0),
    ],
    [
      "refused connections, throttled and cut answers",
      {
        faults: new Map<number, StreamFault>([[150, { kind: "drop", lost: 60 }]]),
        refuseConnections: 2,
        restFaults: new Map<number, number | "truncated">([
          [0, 429],
          [1, 503],
          [2, "truncated"],
          [5, 500],
          [6, "truncated"],
        ]),
      },
      (status) => expect(status.gapsLeft).toBe(0),
    ],
  ];
  test.each(scripts.filter(([what]) => subject.noticesLoss || what !== "messages lost on a live socket"))(
    "is the same after %s",
    async (_what, script, check) => {
      const truth = marketOf(dialect);
      const undisturbed = await run(subject, truth);
      const { events, status } = await run(subject, truth, script);
      expectSame(subject, truth, events, undisturbed.events);
      check(status);
    },
  );
});
