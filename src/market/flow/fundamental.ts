import { z } from "zod";
import type { Random } from "../../base/index.ts";

/** How the value moves that only informed traders know: a random walk with jumps, on a grid of times. */
export const FundamentalSpecification = z.strictObject({
  /** Standard deviation over a second, in ticks. */
  volatilityTicks: z.number().min(0).default(1),
  jumpsPerSecond: z.number().min(0).default(0),
  /** Standard deviation of a jump, in ticks. */
  jumpTicks: z.number().min(0).default(0),
  /** How often it moves. */
  intervalMs: z.number().positive().default(100),
});

export type FundamentalSpecification = z.output<typeof FundamentalSpecification>;

/** The fundamental value with as much of its future as informed traders may see. It is never below one tick. */
export class Fundamental {
  private readonly specification: FundamentalSpecification;
  private values = new Float64Array(1); // A ring: the present one stands at `now`, its future after it.
  private now = 0;
  private nextMs = 0;
  private isWatched = false;

  constructor(specification: FundamentalSpecification) {
    this.specification = specification;
  }

  /** How many moves ahead somebody must be able to see; to be asked for before the first session. */
  foresee(leadMs: number): number {
    this.isWatched = true;
    const moves = Math.ceil(leadMs / this.specification.intervalMs);
    if (moves >= this.values.length) this.values = new Float64Array(moves + 1);
    return moves;
  }

  /** Begins at a value; `nextMs` is from now on the time of the next move. */
  reset(random: Random, startTicks: number, timeMs: number): void {
    this.now = 0;
    this.values[0] = startTicks;
    for (let index = 1; index < this.values.length; index++) this.values[index] = this.after(this.values[index - 1]!, random);
    this.nextMs = timeMs + this.specification.intervalMs;
  }

  /** When it moves next; never where nobody has asked to see it. */
  get nextMoveMs(): number {
    return this.isWatched ? this.nextMs : Infinity;
  }

  /** The value so many moves ahead, in ticks. */
  ticks(movesAhead: number): number {
    return this.values[(this.now + movesAhead) % this.values.length]!;
  }

  /** Adds to the present value and to all that is foreseen. */
  shift(byTicks: number): void {
    for (let index = 0; index < this.values.length; index++) this.values[index] = Math.max(1, this.values[index]! + byTicks);
  }

  move(random: Random): void {
    const { length } = this.values;
    const furthest = this.values[(this.now + length - 1) % length]!;
    this.values[this.now] = this.after(furthest, random); // The place of the present one is that of the furthest future.
    this.now = (this.now + 1) % length;
    this.nextMs += this.specification.intervalMs;
  }

  private after(ticks: number, random: Random): number {
    const { volatilityTicks, jumpsPerSecond, jumpTicks, intervalMs } = this.specification;
    const seconds = intervalMs / 1000;
    let next = ticks + volatilityTicks * Math.sqrt(seconds) * random.normal();
    if (jumpsPerSecond > 0 && random.uniform() < 1 - Math.exp(-jumpsPerSecond * seconds)) next += jumpTicks * random.normal();
    return Math.max(1, next);
  }
}
