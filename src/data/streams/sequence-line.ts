import { assert } from "../../base/index.ts";
import type { StreamCounts } from "./stream-counts.ts";

/** Numbers that are missing: those after one and before another, which is NaN where nothing later has come. */
export interface Gap {
  readonly after: number;
  readonly before: number;
}

/** How a kind of events is numbered: an event stands for `spanOf` consecutive numbers, the last of which is `numberOf`. */
export interface Numbering<Event> {
  numberOf(event: Event): number;
  spanOf(event: Event): number;
}

/** How long, in ms of the clock's `elapsed`, and how many early events are held for those that should have come before. */
export interface ReorderLimits {
  readonly reorderMs: number;
  readonly reorderCount: number;
}

/**
 * Puts numbered events of one symbol in order and finds what is missing. An early event is held; when its predecessors have not
 * come in time, `gap` names them, and `fill` takes what could be had of them. The first event of all is where counting begins.
 */
export class SequenceLine<Event> {
  /** Number of the last event released; NaN at first. */
  last = NaN;
  private readonly numbering: Numbering<Event>;
  private readonly limits: ReorderLimits;
  private readonly counts: StreamCounts;
  /** Early events by number, and until when they may be waited for. */
  private held: Event[] = [];
  private deadline = Infinity;

  constructor(numbering: Numbering<Event>, limits: ReorderLimits, counts: StreamCounts) {
    this.numbering = numbering;
    this.limits = limits;
    this.counts = counts;
  }

  /** Takes an event; returns those that are now in order. `now` is the clock's `elapsed`. */
  receive(event: Event, now: number): Event[] {
    const number = this.numbering.numberOf(event);
    const first = number - this.numbering.spanOf(event) + 1;
    if (number <= this.last) {
      this.counts.dropped++;
      return [];
    }
    if (first > this.last + 1) return this.hold(event, number, now);
    this.last = number;
    const early = this.release();
    this.counts.outOfOrder += early.length;
    return [event, ...early];
  }

  /** When, by the clock's `elapsed`, `gap` must be asked again. */
  get wakeAt(): number {
    return this.deadline;
  }

  /** The gap that was waited for long enough. */
  gap(now: number): Gap | undefined {
    if (this.held.length === 0 || now < this.deadline) return undefined;
    return { after: this.last, before: this.firstOf(this.held[0]!) };
  }

  /** Takes what was fetched of a gap, oldest first, and goes on behind it whatever is still missing. Returns what is now in order. */
  fill({ before }: Gap, fetched: readonly Event[], now: number): { readonly events: Event[]; readonly isComplete: boolean } {
    const events: Event[] = [];
    let isComplete = true;
    for (const event of fetched) {
      const number = this.numbering.numberOf(event);
      if (number <= this.last || number >= before) continue;
      if (this.firstOf(event) > this.last + 1) isComplete = false;
      this.last = number;
      events.push(event);
    }
    if (!Number.isNaN(before)) {
      if (this.last < before - 1) isComplete = false;
      this.last = Math.max(this.last, before - 1);
    }
    events.push(...this.release());
    if (this.held.length > 0) this.deadline = now + this.limits.reorderMs;
    return { events, isComplete };
  }

  private hold(event: Event, number: number, now: number): Event[] {
    if (this.held.some((other) => this.numbering.numberOf(other) === number)) {
      this.counts.dropped++;
      return [];
    }
    if (this.held.length === 0) this.deadline = now + this.limits.reorderMs;
    const place = this.held.findIndex((other) => this.numbering.numberOf(other) > number);
    this.held.splice(place < 0 ? this.held.length : place, 0, event);
    if (this.held.length >= this.limits.reorderCount) this.deadline = now;
    return [];
  }

  /** The held events that follow directly. */
  private release(): Event[] {
    const events: Event[] = [];
    while (this.held.length > 0 && this.firstOf(this.held[0]!) <= this.last + 1) {
      const event = this.held.shift()!;
      const number = this.numbering.numberOf(event);
      if (number <= this.last) {
        this.counts.dropped++;
        continue;
      }
      this.last = number;
      events.push(event);
    }
    if (this.held.length === 0) this.deadline = Infinity;
    assert(this.held.length === 0 || Number.isFinite(this.deadline), "what is held has a deadline");
    return events;
  }

  private firstOf(event: Event): number {
    return this.numbering.numberOf(event) - this.numbering.spanOf(event) + 1;
  }
}
