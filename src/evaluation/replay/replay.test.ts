import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import {
  createAlpha,
  createEnvironment,
  createMarketMaking,
  createSharedBook,
  type Depth,
  depthOf,
  renderDepth,
  sparkline,
} from "../../env/index.ts";
import { sampleOptions, walk } from "../../env/testing/sample-market.ts";
import { OrderBook } from "../../market/index.ts";
import { figuresOf, leadingInstruments } from "./figures.ts";
import { heatMap } from "./heat-map.ts";
import { type Actor, recordBarEpisode, recordEpisode } from "./record.ts";
import { recordBookEpisode, recordSharedBookEpisode } from "./record-book.ts";
import { EpisodeRecorder, type EpisodeRecording, type EpisodeTitle, type Scene } from "./recording.ts";
import { renderReplayHtml } from "./replay-html.ts";
import { renderTerminal } from "./terminal.ts";

const title: EpisodeTitle = {
  name: "An <episode>",
  agent: "somebody",
  instruments: ["ONE"],
  clock: "session",
  priceUnit: "ticks",
  equityUnit: "ticks × lots",
  positionUnit: "lots",
  priceDigits: 1,
  facts: { seed: 3 },
};

const depth = (mid: number): Depth => ({
  bids: [
    { price: mid - 1, quantity: 4 },
    { price: mid - 2, quantity: 8 },
  ],
  asks: [
    { price: mid + 1, quantity: 2 },
    { price: mid + 4, quantity: 1 },
  ],
  own: [{ side: "buy", price: mid - 2, quantity: 3 }],
});

/** An episode that buys 2 at once, sells 3 later and ends; the price goes up by one a step. */
function recorded(fields: Partial<EpisodeTitle> = {}, withDepth = false): EpisodeRecording {
  const recorder = new EpisodeRecorder({ ...title, ...fields });
  const positions = [0, 2, 2, -1, -1];
  for (const [step, position] of positions.entries()) {
    recorder.add(
      {
        timeMs: step * 2000,
        prices: [100 + step],
        positions: [position],
        equity: [0, 0, 2, 4, 3][step]!,
        ...(withDepth && { depth: depth(100 + step) }),
      },
      step === 0 ? 0 : 0.5,
    );
    if (step < 4) recorder.act(`choice ${step}`);
  }
  recorder.end("terminated");
  return recorder.recording();
}

const always = (action: number): Actor => ({ decide: (_observations, count, out) => void out.fill(action, 0, count) });

describe("a recording", () => {
  test("is every moment with what was then done, and plain JSON", () => {
    const recording = recorded();
    expect(recording.frames.map(({ action }) => action)).toEqual(["choice 0", "choice 1", "choice 2", "choice 3", ""]);
    expect(recording.ending).toBe("terminated");
    expect(JSON.parse(JSON.stringify(recording))).toEqual(recording);
    expect(figuresOf(recording)).toEqual({
      steps: 4,
      rewardSum: 2,
      equityChange: 3,
      deepestFall: 1,
      changes: [
        { frame: 1, instrument: 0, quantity: 2 },
        { frame: 3, instrument: 0, quantity: -3 },
      ],
    });
  });

  test("refuses what cannot be an episode", () => {
    const recorder = new EpisodeRecorder(title);
    expect(() => recorder.recording()).toThrow("nothing was recorded");
    expect(() => recorder.act("hold")).toThrow("after something was seen");
    const scene: Scene = { timeMs: 5, prices: [1], positions: [0], equity: 0 };
    recorder.add(scene);
    expect(() => recorder.add({ ...scene, timeMs: 4 })).toThrow("does not go back");
    expect(() => recorder.add({ ...scene, prices: [] })).toThrow("each of 1 instruments");
    recorder.end("truncated");
    expect(() => recorder.add(scene)).toThrow("not recorded further");
  });

  test("of bars is what the environment says step by step, to its last bar", () => {
    const bars = walk(3, 120);
    const { count: _count, ...options } = sampleOptions(bars, { episode: { maxSteps: 30, randomStart: true } });
    const recording = recordBarEpisode({
      environment: createEnvironment(options),
      actor: always(2),
      bars,
      name: "walk",
      agent: "long",
      seed: 4,
    });
    const twin = createEnvironment(options);
    const expected = [twin.reset({ seed: 4 }).info];
    const rewards = [0];
    for (let step = 0; step < 30; step++) {
      const { info, reward } = twin.step(2);
      expected.push(info);
      rewards.push(reward);
    }
    expect(recording.frames.map(({ timeMs, equity }) => ({ timeMs, equity }))).toEqual(
      expected.map(({ timeMs, equity }) => ({ timeMs, equity })),
    );
    expect(recording.frames.map(({ reward }) => reward)).toEqual(rewards);
    for (const { timeMs, prices } of recording.frames) expect(prices[0]).toBe(bars.close[bars.closeTime.indexOf(timeMs)]);
    expect([recording.ending, recording.frames[0]!.action, recording.frames.length]).toEqual(["truncated", "long", 31]);
  });

  test("of a book adds up to what the account says at the end", () => {
    const session = { stepMs: 100, steps: 150, market: { warmUpMs: 500 } };
    for (const environment of [
      createMarketMaking({ session, quoteLots: 2 }, { count: 2 }),
      createAlpha({ session, orders: "taker-and-maker", maxLossTicks: 40 }, { count: 2 }),
    ]) {
      const discrete = environment.actionSpace.kind === "discrete";
      const random = new Random(1);
      const actor: Actor = {
        decide(_observations, _count, out) {
          for (let at = 0; at < out.length; at++) out[at] = discrete ? random.below(6) : -0.9;
        },
      };
      const recording = recordBookEpisode({ environment, actor, name: "book", agent: "dice", seed: 2, index: 1 });
      const last = recording.frames.at(-1)!;
      expect(recording.ending).not.toBe("running");
      const ledger = environment.finalLedger(1)!;
      expect([last.equity, last.positions[0]]).toEqual([ledger.doubleWealth / 2, ledger.position]);
      expect(last.timeMs).toBe((recording.frames.length - 1) * 100);
      expect(recording.frames.slice(0, -1).every((frame) => frame.depth!.bids.length > 0)).toBe(true);
      expect(recording.frames.some((frame) => frame.depth?.own.length)).toBe(true);
      expect(figuresOf(recording).changes.length).toBeGreaterThan(0);
    }
  });

  test("of several agents is what one of them did, while each seat has its own player", () => {
    const environment = createSharedBook({ agents: 2, steps: 30, market: { kind: "takers", jumpTicks: 1 } });
    const recording = recordSharedBookEpisode({ environment, actors: [always(6), always(2)], name: "two", seed: 3, seat: 1 });
    expect([recording.ending, recording.frames.length, recording.agent]).toEqual(["truncated", 31, "agent-2"]);
    expect(recording.frames[4]!.action).toBe("3 ticks");
    const own = recording.frames[5]!.depth!.own;
    const value = recording.frames[4]!.prices[0]!; // What it was when the quotes were made.
    expect(own.every(({ side, price }) => price === (side === "buy" ? value - 3 : value + 3))).toBe(true);
    const { position, doubleWealth } = environment.finalLedger(1)!;
    expect(recording.frames.at(-1)).toMatchObject({ positions: [position], equity: doubleWealth / 2, timeMs: 3000 });
    expect(figuresOf(recording).changes.length).toBeGreaterThan(5);
    expect(renderReplayHtml(recording)).toContain("Shared order book");
  });

  test("without a final scene leaves the last step out, and stops where it is told to", () => {
    const environment = createAlpha({ session: { stepMs: 100, steps: 5, market: { warmUpMs: 100 } } }, { count: 1 });
    const scene = () => ({ timeMs: environment.book(0).time, prices: [1], positions: [0], equity: 0 });
    const episode = { environment, actor: always(1), title, seed: 1, scene };
    const whole = recordEpisode({ ...episode, maxSteps: 50 });
    expect([whole.frames.length, whole.ending, whole.frames[0]!.action]).toEqual([5, "truncated", "flat"]);
    const part = recordEpisode({ ...episode, maxSteps: 3 });
    expect([part.frames.length, part.ending]).toEqual([4, "running"]);
  });

  test("tells an action by its label or its numbers, of many the first", () => {
    const told = (size: number) => {
      const row = new Float32Array(1);
      const environment = {
        count: 1,
        observationSpace: { kind: "box", size: 1, low: 0, high: 1 },
        actionSpace: { kind: "box", size, low: -1, high: 1 },
        observationSchema: "",
        ...{ observations: row, finalObservations: row, rewards: row, terminated: new Uint8Array(1), truncated: new Uint8Array(1) },
        reset: () => undefined,
        step: () => undefined,
        save: () => null,
        restore: () => undefined,
      } as const;
      const actor: Actor = { decide: (_observations, _count, out) => void out.fill(-0.5) };
      const scene = () => ({ timeMs: 0, prices: [1], positions: [0], equity: 0 });
      return recordEpisode({ environment, actor, title, seed: 1, scene, maxSteps: 1 }).frames[0]!.action;
    };
    expect(told(2)).toBe("−0.50, −0.50");
    expect(told(30)).toBe(`${new Array(6).fill("−0.50").join(", ")}, … (30 numbers)`);
  });
});

test("a book's depth is its levels, with the owner's orders among them", () => {
  const book = new OrderBook();
  for (const [id, side, ticks, lots, owner] of [
    [1, 1, 9, 5, 7],
    [2, 1, 9, 2, 1],
    [3, 1, 8, 1, 7],
    [4, -1, 11, 6, 1],
  ] as const)
    book.submit(id, side, ticks, lots, 0, owner);
  expect(depthOf(book, 1)).toEqual({
    bids: [
      { price: 9, quantity: 7 },
      { price: 8, quantity: 1 },
    ],
    asks: [{ price: 11, quantity: 6 }],
    own: [
      { side: "buy", price: 9, quantity: 2 },
      { side: "sell", price: 11, quantity: 6 },
    ],
  });
  expect(depthOf(book, 1, 1).bids).toHaveLength(1);
});

describe("in a terminal", () => {
  test("a series is a row of bars between its extremes, with gaps where nothing is known", () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
    expect(sparkline([5, null, 5], 9)).toBe("▄ ▄");
    expect(sparkline([0, 9, 1, 9, 2, 7], 3)).toBe("██▁"); // The newest of each share.
    expect(sparkline([], 5)).toBe("");
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 99 }),
        (values, width) => {
          expect(Array.from(sparkline(values, width))).toHaveLength(Math.min(width, values.length));
          expect(sparkline(values, width)).toMatch(/^[▁▂▃▄▅▆▇█]+$/);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  test("an episode is told in words and bars", () => {
    expect(renderTerminal(recorded({}, true), { width: 50 })).toBe(
      `An <episode>: somebody, ONE
0 s to 8 s, 4 steps, ended of itself

price     ▁▃▅▆█
          100 → 104 ticks, from 100 to 104
position  ▃███▁
`.replace("▃███▁", "▃██▁▁") +
        `          0 → −1 lots, from −1 to 2
equity    ▁▁▅█▆
          0 → 3 ticks × lots, from 0 to 4

equity +3.00 ticks × lots, deepest fall 1.00; Σ reward 2.0000; 2 changes of position

ask 108.0 1 ████
ask 105.0 2 ████████
    ───── spread 2.0
bid 103.0 4 ████████████████
bid 102.0 8 ████████████████████████ ● 3 own`,
    );
  });

  test("a book without orders, or with one side, is told too", () => {
    expect(renderDepth({ bids: [], asks: [], own: [] })).toBe("(the book is empty)");
    expect(renderDepth({ ...depth(100), asks: [] })).not.toContain("spread");
  });
});

/** The data that the page's player reads. */
const playerOf = (page: string): Record<string, unknown[]> =>
  JSON.parse(/class="card player".*?<script type="application\/json">(.*?)<\/script>/s.exec(page)![1]!) as Record<string, unknown[]>;

describe("the page", () => {
  test("is one file that asks the network for nothing and trusts no name", () => {
    const page = renderReplayHtml(recorded({}, true));
    expect(page).not.toMatch(/<link|<img|<iframe|@import|\ssrc=|url\(|https?:\/\//);
    expect(page).toContain("An &lt;episode&gt;");
    expect(page).not.toContain("<episode>");
  });

  test("carries every moment for its player, and a mark for each change of position", () => {
    const recording = recorded({}, true);
    const page = renderReplayHtml(recording);
    const data = playerOf(page);
    expect(data["equity"]).toEqual([0, 0, 2, 4, 3]);
    expect(data["action"]).toEqual(["choice 0", "choice 1", "choice 2", "choice 3", ""]);
    expect(data["x"]).toEqual([0, 2, 4, 6, 8]);
    expect(data["depth"]![1]).toEqual([[100, 4, 99, 8], [102, 2, 105, 1], [[1, 99, 3]]]);
    expect(page.match(/<i class="buy"/g)).toHaveLength(2); // And one in the legend.
    expect(page).toContain('title="6 s: sold 3 lots, price 103.0 ticks"');
    expect(page).toContain("seconds since the start of the session");
    expect(renderReplayHtml(recorded())).not.toContain('id="ladder"');
  });

  test("counts minutes in long sessions, ms in short ones, and days under the sun", () => {
    const slow = recorded();
    const times = (scale: number, fields: Partial<EpisodeTitle> = {}) =>
      renderReplayHtml({ ...slow, ...fields, frames: slow.frames.map((frame) => ({ ...frame, timeMs: frame.timeMs * scale })) });
    expect(times(1000)).toContain("minutes since the start");
    expect(times(0.01)).toContain("ms since the start");
    expect(times(86_400, { clock: "utc" })).toContain("1970-01-05 00:00");
  });

  test("of several instruments shows those that were held most", () => {
    const instruments = ["A", "B", "C", "D", "E", "F", "G", "H"];
    const recorder = new EpisodeRecorder({ ...title, instruments });
    for (let step = 0; step < 3; step++) {
      recorder.add({
        timeMs: step * 1000,
        prices: instruments.map((_, index) => (index === 2 && step === 0 ? null : 10)),
        positions: instruments.map((_, index) => (step === 0 ? 0 : index)),
        equity: 1000,
      });
    }
    const recording = recorder.recording();
    expect(leadingInstruments(recording, 6)).toEqual([2, 3, 4, 5, 6, 7]);
    const page = renderReplayHtml(recording);
    expect(page).toContain("2 that were held less are left out");
    expect(playerOf(page)["price"]).toEqual([null, null, null]);
    expect(renderTerminal(recording)).toContain("(4 instruments that were held less are not shown)");
  });
});

describe("a heat map", () => {
  /** Cells of a canvas as rows of [is ask, shade]. */
  function cellsOf(recording: EpisodeRecording): { rows: number[][]; low: number; high: number } {
    const map = heatMap(recording)!;
    const [low, high] = map.range;
    const [, columns, , text] = /width="(\d+)"\s+height="(\d+)"\s+data-cells="([^"]*)"/.exec(textOf(map.draw(low, high)))!;
    const bytes = [...Buffer.from(text!, "base64")];
    return {
      rows: Array.from({ length: bytes.length / Number(columns) }, (_, row) =>
        bytes.slice(row * Number(columns), (row + 1) * Number(columns)),
      ),
      low,
      high,
    };
  }
  const textOf = (content: unknown): string => (content as { text: string }).text;

  test("shows each level at its price and time, bids apart from asks, more by a fuller shade", () => {
    const recording = recorded({}, true);
    const { rows, low, high } = cellsOf(recording);
    expect(rows[0]).toHaveLength(5);
    for (const [column, frame] of recording.frames.entries()) {
      const cellOf = (price: number) => rows[Math.floor(((high - price) / (high - low)) * rows.length)]![column]!;
      const { bids, asks } = frame.depth!;
      expect(cellOf(bids[0]!.price)).toBe(Math.round((127 * Math.log1p(4)) / Math.log1p(8)));
      expect(cellOf(bids[1]!.price)).toBe(127);
      expect(cellOf(asks[0]!.price)).toBe(128 + Math.round((127 * Math.log1p(2)) / Math.log1p(8)));
      expect(cellOf(frame.prices[0]!)).toBe(0); // Nobody stands at the mid.
    }
  });

  test("is none without a book", () => {
    expect(heatMap(recorded())).toBeNull();
    const empty = recorded({}, true);
    expect(heatMap({ ...empty, frames: empty.frames.map((frame) => ({ ...frame, depth: { bids: [], asks: [], own: [] } })) })).toBeNull();
  });
});
