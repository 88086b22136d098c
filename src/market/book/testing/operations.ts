import type { Random } from "../../../base/index.ts";

/** What both books can be told to do. Fields that an operation does not use are 0. */
export interface Operation {
  readonly kind: "submit" | "cancel" | "replace" | "advance";
  readonly id: number;
  readonly side: number;
  readonly ticks: number;
  readonly lots: number;
  readonly instruction: number;
  readonly owner: number;
  readonly displayLots: number;
  readonly time: number;
}

/** The operations that `OrderBook` and its plain twin share. */
export interface Book {
  advance(time: number): number;
  submit(id: number, side: number, ticks: number, lots: number, instruction: number, owner: number, displayLots: number): number;
  cancel(id: number): number;
  replace(id: number, ticks: number, lots: number): number;
}

/** Tells a book what to do; gives its answer. */
export function apply(book: Book, { kind, id, side, ticks, lots, instruction, owner, displayLots, time }: Operation): number {
  switch (kind) {
    case "submit":
      return book.submit(id, side, ticks, lots, instruction, owner, displayLots);
    case "cancel":
      return book.cancel(id);
    case "replace":
      return book.replace(id, ticks, lots);
    case "advance":
      return book.advance(time);
  }
}

const nonsense = [NaN, 0, -1, 0.5, Infinity, -Infinity, 2 ** 53, 2 ** 44, -0];

/** An operation on a wandering market: ids from a small range so that they collide and miss, every instruction, icebergs, far prices, and one field in fifty nonsense. */
export function randomOperation(random: Random, mid: number, time: number): Operation {
  const roll = random.uniform();
  const odd = (value: number): number => (random.uniform() < 0.02 ? nonsense[random.below(nonsense.length)]! : value);
  const lots = 1 + random.below(random.uniform() < 0.1 ? 300 : 20);
  const near = Math.max(1, mid + random.below(21) - 10);
  const far = 1 + random.below(random.uniform() < 0.2 ? 2 ** 31 : 2 * mid);
  return {
    kind: roll < 0.5 ? "submit" : roll < 0.65 ? "cancel" : roll < 0.9 ? "replace" : "advance",
    id: odd(1 + random.below(90)),
    side: odd(random.uniform() < 0.5 ? 1 : -1),
    ticks: odd(random.uniform() < 0.05 ? far : near),
    lots: odd(lots),
    instruction: odd([0, 0, 0, 0, 0, 1, 2, 3, 4][random.below(9)]!),
    owner: odd(random.below(4)),
    displayLots: odd(random.uniform() < 0.2 ? 1 + random.below(lots) : 0),
    time: odd(time + random.below(3)),
  };
}
