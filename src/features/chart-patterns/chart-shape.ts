import type { Pivots } from "./pivots.ts";

/** A straight line over bars: its price at one of them, and what it gains a bar. */
export interface Line {
  readonly bar: number;
  readonly price: number;
  readonly slope: number;
}

/** The line's price at a bar. */
export const priceAt = ({ bar, price, slope }: Line, at: number): number => price + slope * (at - bar);

/** A level line. */
export const levelAt = (price: number): Line => ({ bar: 0, price, slope: 0 });

/** The line through two pivots, given by how far back they are. */
export const through = (pivots: Pivots, older: number, newer: number): Line => ({
  bar: pivots.bar(newer),
  price: pivots.price(newer),
  slope: (pivots.price(newer) - pivots.price(older)) / (pivots.bar(newer) - pivots.bar(older)),
});

/** What is left at the last pivot of the width of a shape whose lines draw together, at most. */
export const mostLeft = 2 / 3;

/** What a shape looks like once it is found: between two lines, until a close lies beyond one of them. */
export interface Outline {
  readonly ceiling: Line;
  readonly floor: Line;
  /** How far prices are said to go after a breakout, from where they break out. */
  readonly height: number;
  /** The side on which a breakout confirms it, −1 the floor and 1 the ceiling; 0 for either, otherwise the other side refutes it. */
  readonly direction: 1 | 0 | -1;
}

/** A shape that pivots can have. It is told for a latest pivot that is a high; of the other kind it is the same upside down. */
export interface ChartShape {
  readonly name: string;
  /** Its name upside down, where that is another. */
  readonly inverse?: string;
  /** Pivots that it is made of, with those that lead to it. */
  readonly size: number;
  /** Its outline if the latest pivots have it; `tolerance` is how far from ideal a price may lie, as a share of the height. */
  match(pivots: Pivots, tolerance: number): Outline | undefined;
}
