import { lagged } from "../lag.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";

/** Pivots that are remembered: more than any shape is made of. */
const capacity = 8;

/**
 * Turning points of a market, each known only when it is confirmed. A bar is a high pivot where its high is above those of the
 * `strength` bars before it and not below those of the `strength` bars after it; low pivots are the same upside down. They alternate:
 * of several of one kind in a row the most extreme stands. Seen from the latest: `price(0)` belongs to it, `price(1)` to the one before.
 */
export class Pivots {
  /** Pivots known, 8 at most. */
  count = 0;
  /** 1 where the latest is a high, −1 where it is a low. */
  sign: 1 | -1 = 1;
  readonly #bars = new Float64Array(capacity);
  readonly #prices = new Float64Array(capacity);
  readonly #highs: (high: number) => number;
  readonly #lows: (low: number) => number;
  readonly #strength: number;
  #bar = -1;

  constructor(strength: number) {
    this.#strength = strength;
    this.#highs = pivotFinder(strength, 1);
    this.#lows = pivotFinder(strength, -1);
  }

  /** The price of a pivot, upside down where the latest is a low: the latest always is a top. */
  price(back: number): number {
    return this.sign * this.#prices[back]!;
  }

  /** The number of a pivot's bar, counted from 0. */
  bar(back: number): number {
    return this.#bars[back]!;
  }

  /** Takes the next bar; whether there is a new latest pivot. */
  update(high: number, low: number): boolean {
    this.#bar++;
    const top = this.#highs(high);
    const bottom = this.#lows(low);
    // A bar may be both: then what alternates with the latest comes first.
    if (this.sign > 0) {
      const isNew = !Number.isNaN(bottom) && this.#add(-1, bottom);
      return (!Number.isNaN(top) && this.#add(1, top)) || isNew;
    }
    const isNew = !Number.isNaN(top) && this.#add(1, top);
    return (!Number.isNaN(bottom) && this.#add(-1, bottom)) || isNew;
  }

  #add(sign: 1 | -1, price: number): boolean {
    const repeats = this.count > 0 && sign === this.sign;
    if (repeats && sign * price <= sign * this.#prices[0]!) return false;
    if (!repeats) {
      this.#bars.copyWithin(1, 0);
      this.#prices.copyWithin(1, 0);
      this.count = Math.min(this.count + 1, capacity);
    }
    this.sign = sign;
    this.#bars[0] = this.#bar - this.#strength;
    this.#prices[0] = price;
    return true;
  }
}

/** Finds the pivots among highs, or with the sign −1 among lows: gives the price of the one that a bar confirms, or NaN. */
function pivotFinder(strength: number, sign: 1 | -1): (price: number) => number {
  const extreme = rollingFold(strength, sign > 0 ? highest : lowest);
  const extremeBefore = lagged(strength + 1);
  const candidates = lagged(strength);
  let bar = -1;
  return (price) => {
    bar++;
    const after = extreme(price);
    const before = extremeBefore(after);
    const candidate = candidates(price);
    return bar >= 2 * strength && sign * candidate > sign * before && sign * candidate >= sign * after ? candidate : NaN;
  };
}
