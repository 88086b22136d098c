import { z } from "zod";
import { type ParamsOf, type ParamsShape, type Random, UserError } from "../../base/index.ts";
import type { Floor } from "./floor.ts";
import type { Fundamental } from "./fundamental.ts";

/** One background trader. Its waits are memoryless: they are drawn anew after each act and whenever conditions change. */
export interface Trader {
  /** The book opens around `floor.centreTicks`, without any order of this trader's: forgets everything and may place first orders. */
  open(): void;
  /** Ms from now until it acts next; Infinity for never, unless conditions change. */
  waitMs(): number;
  act(): void;
}

/** A kind of background trader. `start` makes one that trades for an owner, once for a market: nothing is allocated afterwards. */
export interface TraderKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  start(params: ParamsOf<Shape>, floor: Floor, owner: number, fundamental: Fundamental): Trader;
}

/** Declares a kind of background trader; it only lends types. */
export const trader = <Shape extends ParamsShape>(kind: TraderKind<Shape>): TraderKind<Shape> => kind;

/** Order sizes in lots, each drawn as often as any other: quantiles of recorded sizes, or one size for all. */
export const sizes = (lots: readonly number[]) =>
  z
    .array(z.int().min(1))
    .min(1)
    .max(4096)
    .default([...lots]);

/** How often something happens a second. */
export const perSecond = (rate: number) => z.number().min(0).default(rate);

/** Ms until the next event of a rate per second; Infinity at rate 0. */
export const exponentialMs = (random: Random, rate: number): number =>
  rate > 0 ? (-1000 * Math.log(1 - random.uniform())) / rate : Infinity;

/** One of several values, each as likely. */
export const oneOf = (random: Random, values: Float64Array): number => values[random.below(values.length)]!;

/** 1 or −1, each as likely. */
export const eitherSide = (random: Random): number => (random.bits() < 2 ** 31 ? 1 : -1);

/** Says that a trader cannot work with a parameter. */
export const invalidTrader = (param: string, message: string, hint: string): UserError =>
  new UserError("config/invalid", `params.${param}: ${message}`, { path: `params.${param}`, hint });
