import { z } from "zod";

/** When a rule rebalances: every so many moments, or at the first close of a calendar period, UTC. */
export const Rebalance = z.union([z.int().min(1), z.enum(["week", "month", "quarter", "year"])]);

export type Rebalance = z.output<typeof Rebalance>;

const dayMs = 86_400_000;

/** Periods by number; a bar that closes at midnight belongs to the day that it ends. */
const periods: Readonly<Record<Exclude<Rebalance, number>, (closeTime: number) => number>> = {
  week: (closeTime) => Math.floor((Math.floor((closeTime - 1) / dayMs) + 3) / 7), // The epoch began on a Thursday.
  month: (closeTime) => monthOf(closeTime),
  quarter: (closeTime) => Math.floor(monthOf(closeTime) / 3),
  year: (closeTime) => Math.floor(monthOf(closeTime) / 12),
};

function monthOf(closeTime: number): number {
  const day = new Date(closeTime - 1);
  return day.getUTCFullYear() * 12 + day.getUTCMonth();
}

/** Tells when to rebalance: at once at first, then when as much as `Rebalance` says has passed since it was last done. */
export class RebalanceClock {
  private readonly every: Rebalance;
  private moments = 0;
  private closeTime = NaN;
  private lastPeriod = NaN;

  constructor(every: Rebalance) {
    this.every = every;
    if (typeof every === "number") this.moments = every;
  }

  /** A moment has come. */
  update(closeTime: number): void {
    this.moments++;
    this.closeTime = closeTime;
  }

  get isDue(): boolean {
    return typeof this.every === "number" ? this.moments >= this.every : periods[this.every](this.closeTime) !== this.lastPeriod;
  }

  /** It has been done at this moment. */
  done(): void {
    this.moments = 0;
    if (typeof this.every !== "number") this.lastPeriod = periods[this.every](this.closeTime);
  }
}
