import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { orderAction, type Recording, rowKind } from "../../domain/index.ts";
import { DepthBook, RecordedOrders } from "../../market/index.ts";
import { readLobster } from "./lobster.ts";

const folder = mkdtempSync(join(tmpdir(), "tradewind-lobster-"));
afterAll(() => rmSync(folder, { recursive: true }));

const name = (what: string, levels: number) => join(folder, `XYZ_2012-06-21_34200000_57600000_${what}_${levels}.csv`);
function write(messages: readonly string[], states: readonly string[], levels: number): string {
  writeFileSync(name("message", levels), `${messages.join("\n")}\n`);
  writeFileSync(name("orderbook", levels), `${states.join("\n")}\n`);
  return name("message", levels);
}
const open = Date.parse("2012-06-21T13:30:00Z"); // 9:30 in New York.

type Resting = { id: number; side: 1 | -1; price: number; size: number };

/** The plain twin: single orders in a list, and the book file's row of them. */
class Twin {
  orders: Resting[] = [];
  best(side: 1 | -1): number[] {
    const prices = this.orders.filter((order) => order.side === side).map(({ price }) => price);
    return [...new Set(prices)].toSorted((left, right) => side * (right - left));
  }
  sizeAt(side: 1 | -1, price: number): number {
    return this.orders.reduce((sum, order) => sum + (order.side === side && order.price === price ? order.size : 0), 0);
  }
  row(levels: number): string {
    const [asks, bids] = [this.best(-1), this.best(1)];
    const cells = Array.from({ length: levels }, (_, place) => {
      const [ask, bid] = [asks[place], bids[place]];
      return [
        ask ?? 9_999_999_999,
        ask === undefined ? 0 : this.sizeAt(-1, ask),
        bid ?? -9_999_999_999,
        bid === undefined ? 0 : this.sizeAt(1, bid),
      ];
    });
    return cells.flat().join(",");
  }
}

/** Random events as a file tells them: orders come, shrink, go and are taken, best first. */
function makeFiles(choices: readonly [kind: number, price: number, size: number, pick: number][], levels: number) {
  const twin = new Twin();
  const messages: string[] = [];
  const states: string[] = [];
  let id = 100;
  choices.forEach(([kind, offset, size, pick], index) => {
    const seconds = 34_200 + index / 64;
    const chosen = twin.orders[pick % Math.max(1, twin.orders.length)];
    const tell = (type: number, order: Resting, lots: number) => {
      messages.push([seconds, type, order.id, lots, order.price, order.side].join(","));
      states.push(twin.row(levels));
    };
    if (kind === 1 || !chosen) {
      const side = pick % 2 === 0 ? 1 : -1;
      const order: Resting = { id: id++, side, price: 1_000_000 - side * 100 * (1 + offset), size };
      twin.orders.push(order);
      tell(1, order, size);
    } else if (kind === 2 && chosen.size > 1) {
      const less = 1 + (size % (chosen.size - 1));
      chosen.size -= less;
      tell(2, chosen, less);
    } else if (kind === 3) {
      twin.orders = twin.orders.filter((order) => order !== chosen);
      tell(3, chosen, chosen.size);
    } else if (kind === 4) {
      const front = twin.orders.find((order) => order.side === chosen.side && order.price === twin.best(chosen.side)[0])!;
      const taken = Math.min(size, front.size);
      front.size -= taken;
      if (front.size === 0) twin.orders = twin.orders.filter((order) => order !== front);
      tell(4, front, taken);
    } else {
      tell(5, { ...chosen, id: 0 }, size);
    }
  });
  return { messages, states, twin };
}

/** A book's levels, as the order book file writes them. */
function rowOf(book: DepthBook, recording: Recording, levels: number): Map<string, number> {
  const shown = new Map<string, number>();
  for (const [side, best] of [
    [1, book.bestBidTicks],
    [-1, book.bestAskTicks],
  ] as const) {
    let found = 0;
    for (let ticks = best; ticks > 0 && ticks < 20_000 && found < levels; ticks -= side) {
      const lots = book.lotsAt(side, ticks);
      if (lots > 0) {
        shown.set(`${side} ${ticks}`, lots * recording.instrument.lotSize);
        found++;
      }
    }
  }
  return shown;
}

function statesOf(line: string): Map<string, number> {
  const cells = line.split(",").map(Number);
  const shown = new Map<string, number>();
  for (let cell = 0; cell < cells.length; cell += 4) {
    if (cells[cell + 3]! > 0) shown.set(`1 ${cells[cell + 2]! / 100}`, cells[cell + 3]!);
    if (cells[cell + 1]! > 0) shown.set(`-1 ${cells[cell]! / 100}`, cells[cell + 1]!);
  }
  return shown;
}

const choices = fc.array(
  fc.tuple(fc.constantFrom(1, 1, 1, 2, 3, 4, 5), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 300 }), fc.nat({ max: 1000 })),
  { minLength: 1, maxLength: 60 },
);

test("after each message the book of the recording is that of the order book file, whatever comes and goes from sight", async () => {
  await fc.assert(
    fc.asyncProperty(choices, fc.integer({ min: 1, max: 4 }), async (events, levels) => {
      const { messages, states } = makeFiles(events, levels);
      const { recording, report } = await readLobster({ messages: write(messages, states, levels) });
      expect(report).toMatchObject({ messages: messages.length, levels, restingBefore: 0 });
      const book = new DepthBook();
      let row = 0;
      for (let message = 0; message < messages.length; message++) {
        const time = recording.localTime;
        const at = open + (message / 64) * 1000;
        while (row < recording.count && time[row]! <= at + 1e-6) book.apply(recording, row++);
        expect(rowOf(book, recording, levels), messages[message]).toEqual(statesOf(states[message]!));
      }
      expect(row).toBe(recording.count);
    }),
    { numRuns: 60 },
  );
});

test("the single orders of the message file alone make the same book, where the file shows all of it", async () => {
  await fc.assert(
    fc.asyncProperty(choices, fc.nat({ max: 20 }), async (events, cut) => {
      const { messages, states, twin } = makeFiles(events, 20);
      // Told from a later message on, as when a file begins in the middle of a day: orders without a submission had rested before.
      const from = Math.min(cut, messages.length - 1);
      const { flow, report } = await readLobster({ messages: write(messages.slice(from), states.slice(from), 20) });
      const book = new RecordedOrders();
      for (let row = 0; row < flow.count; row++) book.apply(flow, row);
      const later = new Set(messages.slice(from).map((line) => Number(line.split(",")[2])));
      const known = twin.orders.filter(({ id }) => from === 0 || later.has(id));
      if (from === 0) {
        expect(report.restingBefore).toBe(0);
        for (const { side, price } of known) expect(book.lotsAt(side, price / 100)).toBe(twin.sizeAt(side, price));
      }
      expect(book.repairs).toMatchObject({ duplicates: 0, late: 0, adopted: 0, unknownDeletions: 0 });
      const submitted = messages.slice(from).filter((line) => line.split(",")[1] === "1").length;
      expect(flow.action.filter((action) => action === orderAction.created)).toHaveLength(submitted + report.restingBefore);
    }),
    { numRuns: 60 },
  );
});

test("orders: what is left after a change, what a deletion took, nothing after an execution in full; of one there before, the least it held", async () => {
  const state = "1000100,5,1000000,7";
  const rows = ["1,1,100", "4,1,40", "2,7,10", "4,1,60", "3,7,20", "5,0,9"];
  const messages = rows.map((row, index) => `${34_200 + index},${row},1000000,1`);
  const { flow, report } = await readLobster({
    messages: write(
      messages,
      messages.map(() => state),
      1,
    ),
  });
  const { created, changed, deleted } = orderAction;
  expect(
    Array.from({ length: flow.count }, (_, row) => [flow.action[row], flow.id[row], flow.lots[row], (flow.localTime[row]! - open) / 1000]),
  ).toEqual([
    [created, 7, 30, 0],
    [created, 1, 100, 0],
    [changed, 1, 60, 1],
    [changed, 7, 20, 2],
    [deleted, 1, 0, 3],
    [deleted, 7, 20, 4],
  ]);
  expect(report.restingBefore).toBe(1);
});

test("trades have the taker's side, hidden ones too; auctions and halts are told apart; a price between two ticks is counted", async () => {
  const state = "1000100,5,1000000,7";
  const messages = [
    "34200.5,1,1,7,1000000,1",
    "34201,4,1,2,1000000,1",
    "34202,5,0,3,1000100,-1",
    "34203,5,0,3,1000050,-1",
    "34204,6,-1,50,1000000,-1",
    "34205,7,0,0,-1,-1",
    "34206,7,0,0,0,-1",
    "34207,7,0,0,1,-1",
  ];
  const { recording, report } = await readLobster({
    messages: write(
      messages,
      messages.map(() => state),
      1,
    ),
  });
  const trades = [...recording.kind.keys()].filter((row) => recording.kind[row] === rowKind.trade);
  expect(trades.map((row) => [recording.side[row], recording.ticks[row], recording.lots[row], recording.localTime[row]])).toEqual([
    [-1, 10_000, 2, open + 1000],
    [1, 10_001, 3, open + 2000],
  ]);
  expect(report).toEqual({
    messages: 8,
    levels: 1,
    trades: 2,
    hiddenTrades: 2,
    crossTrades: 1,
    offGrid: 1,
    restingBefore: 0,
    timeWentBack: 0,
    halts: [
      { timeMs: open + 5000, state: "halted" },
      { timeMs: open + 6000, state: "quoting" },
      { timeMs: open + 7000, state: "trading" },
    ],
  });
  expect(recording.instrument).toEqual({ symbol: "XYZ", currency: "USD", tickSize: 0.01, lotSize: 1 });
});

const sound = "34200.1,1,1,7,1000000,1";
const state = "1000100,5,1000000,7";
test.each([
  ["a type there is not", ["34200.1,8,1,7,1000000,1"], [state], "line 1"],
  ["text", ["34200.1,1,1,x,1000000,1"], [state], "line 1"],
  ["too few cells", ["34200.1,1,1"], [state], "line 1"],
  ["a time of tomorrow", [sound, "86400,1,1,7,1000000,1"], [state, state], "line 2"],
  ["a state too few", [sound, sound], [state], "line 2"],
  ["a state too many", [sound], [state, state], "line 2"],
  ["half a state", [sound], ["1000100,5,1000000"], "line 1"],
])("a pair of files with %s is refused with the line", async (_what, messages, states, line) => {
  await expect(readLobster({ messages: write(messages, states, 1) })).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining(line),
  });
});

test("a file whose name has no day needs one", async () => {
  const path = join(folder, "m.csv");
  writeFileSync(path, `${sound}\n`);
  writeFileSync(join(folder, "b.csv"), `${state}\n`);
  await expect(readLobster({ messages: path })).rejects.toMatchObject({ path: "day" });
  const { recording } = await readLobster({ messages: path, orderBook: join(folder, "b.csv"), day: "2012-12-21" });
  expect(recording.localTime[0]).toBe(Date.parse("2012-12-21T14:30:00.100Z"));
});
