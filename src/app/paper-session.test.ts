import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { manualClock } from "../base/index.ts";
import { type Bars, toMoney } from "../domain/index.ts";
import { backtest } from "../evaluation/index.ts";
import { geometricWalk } from "../market/index.ts";
import { readJournal } from "../trading/index.ts";
import { loadTradingModel, type TradingModel } from "./model.ts";
import { type PaperOptions, PaperSession } from "./paper-session.ts";
import type { SessionPoint } from "./services.ts";
import { standingClock, temporaryFolders, tinyModel, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const { bars } = walkDataSet();
const rows = { from: 300, to: 400 };
let model: TradingModel;
beforeAll(async () => {
  model = await loadTradingModel(await tinyModel(folders.fresh(), { totalSteps: 2048 }));
});

const sessionOf = (fields: Partial<PaperOptions> = {}): PaperSession =>
  new PaperSession({
    id: "paper",
    modelId: "tiny@1",
    model,
    bars,
    synthetic: true,
    rows,
    barsPerSecond: null,
    folder: folders.fresh(),
    clock: standingClock(),
    ...fields,
  });

/** The model with an agent that always wants the same exposure. */
const always = (exposure: number): TradingModel => ({ ...model, agent: () => ({ update: () => undefined, decide: () => exposure }) });

const journalOf = (folder: string) => readJournal(readFileSync(join(folder, "journal.ndjson")), "journal").records;
const ordersOf = (folder: string) => journalOf(folder).filter(({ kind }) => kind === "order");

/** Bars that fall by a percent each. */
const crash = (count: number): Bars => geometricWalk({ bars: count, volatility: 0.002, drift: -0.01, seed: 5 });

describe("a paper session", () => {
  test("without risk rules is the backtest of the same model over the same bars, to the last unit", async () => {
    const session = sessionOf({ id: "backtest", risk: [] });
    const { points, fills, account } = await session.run();
    const { costs, initialCash } = model.manifest.trading.environment;
    const tested = await backtest({ agent: model.agent(), bars, ...rows, costs, initialCash: toMoney(bars.instrument, initialCash) });
    expect(fills.length, "it trades").toBeGreaterThan(0);
    expect(fills).toEqual(tested.fills);
    expect(points).toEqual(tested.points);
    expect(account).toEqual(tested.account);
    expect(session.snapshot().metrics).toEqual(tested.metrics);
  });

  test("tells every bar as it was lived, beside buy-and-hold", async () => {
    const told: SessionPoint[] = [];
    const statuses: string[] = [];
    const session = sessionOf({ onPoint: (point) => told.push(point), onChange: (changed) => statuses.push(changed.summary().status) });
    await session.run();
    const snapshot = session.snapshot();
    expect(snapshot).toMatchObject({
      id: "paper",
      modelId: "tiny@1",
      symbol: bars.instrument.symbol,
      synthetic: true,
      status: "finished",
      barsSeen: 100,
      barsTotal: 100,
      initialEquity: 100_000,
    });
    expect(told).toEqual(snapshot.points);
    expect(told.map(({ close }) => close)).toEqual([...bars.close.slice(rows.from, rows.to)]);
    expect(Math.max(...told.map(({ drawdown }) => drawdown))).toBeLessThanOrEqual(0);
    expect(statuses.at(-1)).toBe("finished");
  });

  test("of buy-and-hold is where buy-and-hold is", async () => {
    const session = sessionOf({ model: always(1), risk: [] });
    await session.run();
    for (const { equity, buyAndHold } of session.points) expect(equity).toBeCloseTo(buyAndHold, 6);
  });

  test("leaves a journal that reads back, and its last state", async () => {
    const folder = folders.fresh();
    const session = sessionOf({ folder });
    const { fills } = await session.run();
    const records = journalOf(folder);
    expect(records[0]).toMatchObject({ kind: "start", sessionId: "paper" });
    expect(records.flatMap((record) => (record.kind === "bar" ? [record.bar.closeTime] : []))).toEqual([
      ...bars.closeTime.slice(rows.from, rows.to),
    ]);
    expect(records.flatMap((record) => (record.kind === "event" && record.event.kind === "fill" ? [record.event.fill] : []))).toEqual(
      fills,
    );
    expect(JSON.parse(readFileSync(join(folder, "session.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(session.snapshot())));
  });

  test("writes the same journal again, whatever the hour, and under another id all but the id", async () => {
    const run = async (fields: Partial<PaperOptions>) => {
      const folder = folders.fresh();
      await sessionOf({ folder, ...fields }).run();
      return folder;
    };
    const bytesOf = (folder: string) => readFileSync(join(folder, "journal.ndjson"), "utf8");
    const first = await run({});
    expect(bytesOf(await run({ clock: manualClock(1) }))).toBe(bytesOf(first));
    const renamed = await run({ id: "rehearsal" });
    expect(JSON.stringify(journalOf(renamed)).replaceAll("rehearsal", "paper")).toBe(JSON.stringify(journalOf(first)));
  });
});

describe("a hand on the session", () => {
  /** A session that does something at its tenth bar. */
  const atTenth = (act: (session: PaperSession) => void, fields: Partial<PaperOptions> = {}) => {
    const session: PaperSession = sessionOf({ ...fields, onPoint: () => session.points.length === 10 && act(session) });
    return session;
  };

  const untilPaused = (session: PaperSession) => vi.waitFor(() => expect(session.snapshot().status).toBe("paused"), { timeout: 10_000 });

  test("pauses it before its next bar, and lets it go on as if nothing had been", async () => {
    const session = atTenth((running) => running.pause());
    const lived = session.run();
    await untilPaused(session);
    await wait(30); // Long enough for more bars, if any came.
    expect(session.snapshot()).toMatchObject({ status: "paused", barsSeen: 10 });
    expect(() => session.pause()).toThrow(expect.objectContaining({ code: "session/conflict" }) as Error);
    session.resume();
    expect(() => session.resume()).toThrow(expect.objectContaining({ code: "session/conflict" }) as Error);
    const { points } = await lived;
    expect(points).toEqual((await sessionOf().run()).points);
    expect(session.snapshot().status).toBe("finished");
    expect(() => session.pause()).toThrow(expect.objectContaining({ code: "session/conflict" }) as Error);
  });

  test.each(["running", "paused"])("kills it while %s: it is latched, and nothing is ordered any more", async (status) => {
    const folder = folders.fresh();
    let ordersBefore = -1;
    const kill = (session: PaperSession) => {
      ordersBefore = ordersOf(folder).length;
      session.kill("a person", "looks wrong");
    };
    const session = atTenth((running) => (status === "paused" ? running.pause() : kill(running)), { folder, model: restless() });
    const lived = session.run();
    if (status === "paused") {
      await untilPaused(session);
      kill(session);
    }
    const { endedBy } = await lived;
    expect(endedBy).toBe("killed");
    expect(session.snapshot()).toMatchObject({ status: "killed", barsSeen: 10, message: "killed by a person: looks wrong" });
    expect(ordersBefore).toBeGreaterThan(0);
    expect(ordersOf(folder)).toHaveLength(ordersBefore);
    expect(JSON.parse(readFileSync(join(folder, "kill-switch.json"), "utf8"))).toMatchObject({
      state: "halted",
      by: "a person",
      reason: "looks wrong",
    });
    expect(() => session.kill("a person", "again")).toThrow(expect.objectContaining({ code: "session/conflict" }) as Error);

    const again = sessionOf({ folder, model: restless() });
    await expect(again.run()).rejects.toMatchObject({ code: "risk/killed" });
    expect(again.snapshot()).toMatchObject({ status: "failed", barsSeen: 0 });
    expect(ordersOf(folder)).toHaveLength(ordersBefore);
  });

  test("stops it after the bar at hand", async () => {
    const session = atTenth((running) => running.stop());
    expect((await session.run()).endedBy).toBe("signal");
    expect(session.snapshot()).toMatchObject({ status: "finished", barsSeen: 10, message: "stopped before the end of the bars" });
  });

  test("stops a paused one", async () => {
    const session = atTenth((running) => running.pause());
    const lived = session.run();
    await untilPaused(session);
    session.stop();
    expect((await lived).endedBy).toBe("signal");
  });

  test("reaches it however fast it runs", async () => {
    const session = sessionOf();
    const lived = session.run();
    while (session.points.length === 0) await setImmediate();
    expect(session.points.length).toBeLessThan(100);
    session.stop();
    expect((await lived).endedBy).toBe("signal");
  });
});

/** A model that turns its position at every bar. */
function restless(): TradingModel {
  return {
    ...model,
    agent() {
      let wanted = 0.5;
      return { update: () => (wanted = -wanted), decide: () => wanted };
    },
  };
}

describe("the risk rules", () => {
  test("that are there by default stop a model that stays long through a crash", async () => {
    const falling = crash(120);
    const through = { model: always(1), bars: falling, rows: { from: 0, to: 120 } };
    const unguarded = sessionOf({ ...through, risk: [] });
    await unguarded.run();
    const guarded = sessionOf(through);
    const { exits, account } = await guarded.run();
    const last = (session: PaperSession) => session.points.at(-1)!.equity;
    expect(last(unguarded)).toBeLessThan(50_000);
    expect(last(guarded)).toBeGreaterThan(70_000);
    expect(account.position).toBe(0);
    expect(exits.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["stop-loss", "max-drawdown"]));
    expect(guarded.snapshot()).toMatchObject({ message: expect.stringContaining("max-drawdown") as string });
  });

  test("may be others", async () => {
    const session = sessionOf({ model: always(1), risk: [{ rule: "max-position", params: { maxExposure: 0.25 } }] });
    await session.run();
    expect(Math.max(...session.points.map(({ exposure }) => exposure))).toBeLessThan(0.3);
    expect(Math.max(...session.points.map(({ exposure }) => exposure))).toBeGreaterThan(0.2);
  });

  test("that are misspelt are refused before anything is written", () => {
    const folder = folders.fresh();
    expect(() => sessionOf({ folder, risk: [{ rule: "max-positon" }] })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: expect.stringContaining("risk.0") as string }) as Error,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("what breaks a session", () => {
  test("is filed with it", async () => {
    const thinking: TradingModel = {
      ...model,
      agent: () => ({
        update: () => undefined,
        decide() {
          throw new Error("no idea");
        },
      }),
    };
    const session = sessionOf({ model: thinking });
    await expect(session.run()).rejects.toThrow("no idea");
    expect(session.snapshot()).toMatchObject({ status: "failed", message: "no idea" });
  });

  test("is filed with it before its first bar, too", async () => {
    const folder = folders.fresh();
    writeFileSync(join(folder, "journal.ndjson"), "not a journal\n");
    const session = sessionOf({ folder });
    await expect(session.run()).rejects.toMatchObject({ code: "journal/damaged" });
    expect(session.snapshot().status).toBe("failed");
    expect(readFileSync(join(folder, "journal.ndjson"), "utf8"), "evidence is left alone").toBe("not a journal\n");
  });
});
