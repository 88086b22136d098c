import { join } from "node:path";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { type Clock, UserError, writeFileWhole } from "../base/index.ts";
import { type Bars, barsPerYear, emptyBar, type Fill, fromMoney, type Money, readBar, toMoney } from "../domain/index.ts";
import { backtest, measure, type Metrics, type Trade, tradesOf } from "../evaluation/index.ts";
import { KillSwitch, type RiskEngine, riskEngine, type RiskSpec } from "../risk/index.ts";
import {
  barsFeed,
  buyAndHold,
  type Journal,
  openJournal,
  runSession,
  type SessionPoint as LivedPoint,
  type SessionResult,
  simulatedVenue,
} from "../trading/index.ts";
import type { TradingModel } from "./model.ts";
import type { Rows } from "./judge.ts";
import type { SessionPoint, SessionSnapshot } from "./services.ts";

/** The limits of a paper session unless others are given. */
const defaultRisk: RiskSpec = [
  { rule: "max-position", params: { maxExposure: 1 } },
  { rule: "stop-loss", params: { maxLoss: 0.1 } },
  { rule: "max-drawdown", params: { maxDrawdown: 0.25 } },
];

/** A model, the bars it is to live through, and how fast: `barsPerSecond: null` is as fast as they can be decided on. */
export interface PaperOptions {
  readonly id: string;
  readonly modelId: string;
  readonly model: TradingModel;
  readonly bars: Bars;
  readonly synthetic: boolean;
  /** Bars [from, to) are traded; earlier ones only warm the features up. */
  readonly rows: Rows;
  readonly barsPerSecond: number | null;
  readonly risk?: RiskSpec;
  /** Where `journal.ndjson`, `kill-switch.json` and `session.json` go. */
  readonly folder: string;
  readonly clock: Clock;
  readonly onChange?: (session: PaperSession) => void;
  readonly onPoint?: (point: SessionPoint, trades: readonly Trade[]) => void;
}

/** Paper trading of one model over a replay, through the loop, the risk rules and the journal that live trading uses. */
export class PaperSession {
  readonly id: string;
  readonly startedAt: string;
  readonly points: SessionPoint[] = [];
  private status: SessionSnapshot["status"] = "running";
  private message: string | null = null;
  private readonly options: PaperOptions;
  private readonly killSwitch: KillSwitch;
  private readonly risk: RiskEngine;
  private readonly stopper = new AbortController();
  private readonly lived: LivedPoint[] = [];
  private readonly fills: Fill[] = [];
  private readonly initialCash: Money;
  private peak: number;
  private wake: (() => void) | null = null;

  constructor(options: PaperOptions) {
    const { id, model, folder, clock, bars, risk = defaultRisk } = options;
    this.options = options;
    this.id = id;
    this.startedAt = new Date(clock.now()).toISOString();
    this.killSwitch = new KillSwitch({ path: join(folder, "kill-switch.json"), clock });
    this.risk = riskEngine(risk, this.killSwitch);
    this.initialCash = toMoney(bars.instrument, model.manifest.trading.environment.initialCash);
    this.peak = this.initialCash;
  }

  /** Lives through the bars. Resolves at their end, at a stop or at a kill; a broken session is `failed` and rejects. */
  async run(): Promise<SessionResult> {
    const { folder } = this.options;
    try {
      const journal = openJournal(join(folder, "journal.ndjson"), { durable: false });
      const result = await this.live(journal).finally(() => journal.close());
      this.end(result);
      return result;
    } catch (error) {
      this.change("failed", error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      writeFileWhole(join(folder, "session.json"), `${JSON.stringify(this.snapshot())}\n`);
    }
  }

  private async live(journal: Journal): Promise<SessionResult> {
    const { id, model, bars, rows } = this.options;
    const { initialCash, risk } = this;
    const { instrument } = bars;
    const { costs } = model.manifest.trading.environment;
    const agent = model.agent();
    const bar = emptyBar();
    for (let row = 0; row < rows.from; row++) agent.update(readBar(bars, row, bar));
    const held = await backtest({ agent: buyAndHold(), bars, ...rows, costs, initialCash });
    const venue = simulatedVenue({ feed: barsFeed(bars, rows.from, rows.to, this.pace()), instrument, costs, initialCash });
    return runSession({
      ...venue,
      id,
      agent,
      risk,
      journal: this.watched(journal),
      instrument,
      initialCash,
      signal: this.stopper.signal,
      onPoint: (point) => this.take(point, fromMoney(instrument, held.points[this.lived.length]!.equity)),
    });
  }

  /** Holds the replay before its next bar. */
  pause(): void {
    this.demand("running");
    this.change("paused", null);
  }

  resume(): void {
    this.demand("paused");
    this.change("running", null);
    this.wake?.();
  }

  /** Latches the kill switch: nothing is ordered any more, and the session ends. */
  kill(by: string, reason: string): void {
    if (this.status !== "paused") this.demand("running");
    this.killSwitch.trip("halted", by, reason);
    this.wake?.();
  }

  /** Ends the session after the bar at hand. */
  stop(): void {
    this.stopper.abort();
    this.wake?.();
  }

  summary(): Omit<SessionSnapshot, "points" | "trades"> {
    const { id, options, status, message, startedAt } = this;
    return {
      id,
      modelId: options.modelId,
      symbol: options.bars.instrument.symbol,
      currency: options.bars.instrument.currency,
      synthetic: options.synthetic,
      status,
      message,
      startedAt,
      barsSeen: this.points.length,
      barsTotal: options.rows.to - options.rows.from,
      initialEquity: fromMoney(options.bars.instrument, this.initialCash),
      metrics: this.metrics(),
    };
  }

  snapshot(): SessionSnapshot {
    return { ...this.summary(), points: this.points, trades: this.trades() };
  }

  private trades(): Trade[] {
    return tradesOf(this.fills, this.options.bars.instrument);
  }

  private metrics(): Metrics | null {
    const { bars } = this.options;
    if (this.lived.length < 2) return null;
    return measure({
      instrument: bars.instrument,
      initialCash: this.initialCash,
      track: {
        time: this.lived.map(({ time }) => time),
        equity: this.lived.map(({ equity }) => equity),
        position: this.lived.map(({ position }) => position),
      },
      fills: this.fills,
      barsPerYear: barsPerYear(bars),
    });
  }

  private take(point: LivedPoint, heldEquity: number): void {
    const { instrument } = this.options.bars;
    this.lived.push(point);
    const { time, open, high, low, close, exposure } = point;
    this.peak = Math.max(this.peak, point.equity);
    const drawdown = point.equity / this.peak - 1;
    const shown = { time, open, high, low, close, equity: fromMoney(instrument, point.equity), buyAndHold: heldEquity, exposure, drawdown };
    this.points.push(shown);
    const traded = this.fills.at(-1)?.filledAt === time;
    this.options.onPoint?.(shown, traded ? this.trades().filter((trade) => trade.time === time) : []);
  }

  /** The journal with an eye on its fills. */
  private watched(journal: Journal): Journal {
    return {
      recovered: journal.recovered,
      append: (record) => {
        journal.append(record);
        if (record.kind === "event" && record.event.kind === "fill") this.fills.push(record.event.fill);
      },
    };
  }

  private pace() {
    const { barsPerSecond } = this.options;
    return {
      barsPerSecond: barsPerSecond ?? Infinity,
      sleep: async (ms: number, signal: AbortSignal) => {
        if (ms > 0) await wait(ms, undefined, { signal }).catch(() => undefined); // Woken early is awake all the same.
        else await setImmediate(); // At full speed, too, a stop or a kill must get a word in.
        while (this.status === "paused" && !signal.aborted) {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
        }
      },
    };
  }

  private end({ endedBy, findings, exits }: SessionResult): void {
    const [finding] = findings;
    if (endedBy === "killed") this.change("killed", `killed by ${this.killSwitch.detail.by}: ${this.killSwitch.detail.reason}`);
    else if (finding) this.change("failed", finding.message);
    else this.change("finished", endedBy === "signal" ? "stopped before the end of the bars" : this.riskNote(exits));
  }

  private riskNote(exits: SessionResult["exits"]): string | null {
    const { state, by, reason } = this.killSwitch.detail;
    if (state !== "active") return `${by} stopped trading: ${reason}`;
    const counts = Object.entries(Object.groupBy(exits, ({ rule }) => rule)).map(([rule, forced]) => `${rule} ${forced!.length}×`);
    return counts.length === 0 ? null : `risk rules left the position: ${counts.join(", ")}`;
  }

  private demand(status: SessionSnapshot["status"]): void {
    if (this.status === status) return;
    throw new UserError("session/conflict", `session ${this.id} is ${this.status}, not ${status}`, {
      path: this.id,
      hint: "Look at the session's state first.",
    });
  }

  private change(status: SessionSnapshot["status"], message: string | null): void {
    this.status = status;
    this.message = message;
    this.options.onChange?.(this);
  }
}
