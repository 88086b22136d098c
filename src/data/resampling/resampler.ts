import { z } from "zod";
import { assert, parse, UserError } from "../../base/index.ts";
import type { Bar, CorporateAction } from "../../domain/index.ts";
import type { Calendar } from "../calendar.ts";
import { calendarPeriods, clockPeriods, type PeriodFinder } from "./periods.ts";
import { assertSlower, parseTimeframe, type Timeframe } from "./timeframe.ts";

/** What is resampled to what. */
export interface ResampleOptions {
  /** As `parseTimeframe` reads it: 5m, 4h, 1d, session, 1w, 1mo, volume:1000, value:1e6, count:10. */
  readonly to: string;
  /** Length of the bars that come in, ms. */
  readonly intervalMs: number;
  /** Makes bars keep to its sessions; without one, days, weeks and months are those of UTC. */
  readonly calendar?: Calendar | undefined;
}

const number = z.number();

/** Everything that a resampler needs to go on where it stood. */
export const ResamplerState = z.strictObject({
  schema: z.literal("tradewind/resampler@1"),
  to: z.string(),
  /** The bar begun, with the period that it is in and the amount traded so far; null between two. */
  begun: z
    .strictObject({
      id: number,
      end: number.nullable(),
      lastClose: number,
      open: number,
      high: number,
      low: number,
      close: number,
      volume: number,
      amount: number,
    })
    .nullable(),
  /** Close of the last bar that came in; null before the first. */
  latest: number.nullable(),
  /** The latest period that a clock ended; null where none did. */
  over: number.nullable(),
  outside: z.int().nonnegative(),
  late: z.int().nonnegative(),
});

export type ResamplerState = z.infer<typeof ResamplerState>;

interface BegunBar extends Omit<Bar, "closeTime"> {
  id: number;
  /** When its period is over; Infinity where only trading ends it. */
  end: number;
  /** Close of the last bar in it. */
  lastClose: number;
  amount: number;
}

/**
 * Makes slower bars of bars, one at a time. A slower bar is given out when its last bar closes, or when a later one shows that
 * nothing more comes; it is keyed by the end of its period, or by its last bar's close where that is later: by when it is known,
 * never earlier. Open is the first, high and low are extremes, volume is the sum. Bars without prices and bars outside the calendar's
 * trading are passed over. A bar begun is never given out: what is not over is not known.
 */
export class Resampler {
  /** Bars passed over because the calendar has no trading then. */
  outside = 0;
  /** Bars passed over because `advance` had ended their period before they came. */
  late = 0;
  private readonly to: string;
  private readonly timeframe: Timeframe;
  private readonly periodOf: PeriodFinder;
  private begun: BegunBar | undefined;
  private latest = -Infinity;
  private over = -Infinity;

  constructor({ to, intervalMs, calendar }: ResampleOptions) {
    this.to = to;
    this.timeframe = parseTimeframe(to);
    assertSlower(this.timeframe, intervalMs, calendar !== undefined);
    this.periodOf = calendar ? calendarPeriods(this.timeframe, calendar, intervalMs) : clockPeriods(this.timeframe);
  }

  /** Tells a split before the first bar that closes after it: a bar begun is restated where it will be known only after the split. */
  tellSplit({ timeMs, numerator, denominator }: CorporateAction & { kind: "split" }): void {
    const { begun } = this;
    if (!begun || timeMs >= Math.max(begun.end, begun.lastClose)) return;
    for (const name of ["open", "high", "low", "close"] as const) begun[name] *= denominator / numerator;
    begun.volume *= numerator / denominator;
    if (this.timeframe.kind === "volume") begun.amount = begun.volume;
  }

  /** Takes the next bar and calls `emit` for each slower one that is complete with it: seldom, and twice at most. */
  update(bar: Readonly<Bar>, emit: (bar: Bar) => void): void {
    const { closeTime } = bar;
    assert(closeTime > this.latest, `a bar that closes at ${closeTime} came after one of ${this.latest}`);
    this.latest = closeTime;
    if (Number.isNaN(bar.close)) return;
    const period = this.periodOf(closeTime);
    if (!period) {
      this.outside++;
      return;
    }
    if (period.id <= this.over) {
      this.late++;
      return;
    }
    if (this.begun && this.begun.id !== period.id) this.finish(emit, this.begun.end);
    const begun = this.begun;
    if (begun) add(begun, bar);
    else {
      const { open, high, low, close, volume } = bar;
      this.begun = { ...period, lastClose: closeTime, open, high, low, close, volume, amount: 0 };
    }
    if (closeTime >= period.end || this.isFull(bar)) this.finish(emit, closeTime);
  }

  /** Time has come to `timeMs` without a bar: gives out what is over by then. For live use, where a clock runs beside the bars. */
  advance(timeMs: number, emit: (bar: Bar) => void): void {
    if (!this.begun || this.begun.end > timeMs) return;
    this.over = this.begun.id;
    this.finish(emit, this.begun.end);
  }

  save(): ResamplerState {
    const { to, begun, latest, over, outside, late } = this;
    return {
      schema: "tradewind/resampler@1",
      to,
      begun: begun ? { ...begun, end: begun.end === Infinity ? null : begun.end } : null,
      latest: latest === -Infinity ? null : latest,
      over: over === -Infinity ? null : over,
      outside,
      late,
    };
  }

  /** Goes on from a saved state; one of another timeframe is refused. */
  restore(saved: unknown): void {
    const { to, begun, latest, over, outside, late } = parse(ResamplerState, saved, "state");
    if (to !== this.to) {
      throw new UserError("config/invalid", `the saved state is of bars of ${to}, not of ${this.to}`, {
        path: "state.to",
        hint: "Begin anew.",
      });
    }
    this.begun = begun ? { ...begun, end: begun.end ?? Infinity } : undefined;
    this.latest = latest ?? -Infinity;
    this.over = over ?? -Infinity;
    this.outside = outside;
    this.late = late;
  }

  /** Whether so much was traded with a bar that the one begun is complete. */
  private isFull({ close, volume }: Readonly<Bar>): boolean {
    const { timeframe } = this;
    if (timeframe.kind !== "volume" && timeframe.kind !== "value" && timeframe.kind !== "count") return false;
    this.begun!.amount += { volume, value: close * volume, count: 1 }[timeframe.kind];
    return this.begun!.amount >= timeframe.amount;
  }

  /** Gives out the bar begun, keyed by when it is known to be over, which is not before its last bar closed. */
  private finish(emit: (bar: Bar) => void, over: number): void {
    const { lastClose, open, high, low, close, volume } = this.begun!;
    this.begun = undefined;
    emit({ closeTime: Math.max(over, lastClose), open, high, low, close, volume });
  }
}

function add(begun: BegunBar, { closeTime, high, low, close, volume }: Readonly<Bar>): void {
  begun.lastClose = closeTime;
  begun.high = Math.max(begun.high, high);
  begun.low = Math.min(begun.low, low);
  begun.close = close;
  begun.volume += volume;
}
