import { assert, hashOf, sha256 } from "../../base/index.ts";

/**
 * Values with the moment at which each became known, in the order in which they did; values of one moment in the order of their
 * periods. A period that is there again was revised. Times are ms since the epoch, UTC; values are finite and in the source's unit.
 */
export interface DatedSeries {
  readonly knownAt: Float64Array;
  /** The end of what each value describes; never after `knownAt`. */
  readonly period: Float64Array;
  readonly value: Float64Array;
}

/** One value of a series. */
export interface DatedValue {
  readonly knownAt: number;
  readonly period: number;
  readonly value: number;
}

/** A series of values in any order. */
export function datedSeries(values: readonly DatedValue[]): DatedSeries {
  const ordered = values.toSorted((left, right) => left.knownAt - right.knownAt || left.period - right.period);
  for (const { knownAt, period, value } of ordered) {
    assert(Number.isFinite(value) && period <= knownAt, `value ${value} of a period to ${period} is known at ${knownAt}`);
  }
  const column = (name: keyof DatedValue) => Float64Array.from(ordered, (each) => each[name]);
  return { knownAt: column("knownAt"), period: column("period"), value: column("value") };
}

/** How many of times that ascend are not after a moment. */
export function countKnown(knownAt: ArrayLike<number>, time: number): number {
  let [low, high] = [0, knownAt.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (knownAt[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What was known of a series at a moment: a copy, with nothing of later in it. */
export function seriesUntil({ knownAt, period, value }: DatedSeries, time: number): DatedSeries {
  const count = countKnown(knownAt, time);
  return { knownAt: knownAt.slice(0, count), period: period.slice(0, count), value: value.slice(0, count) };
}

/** SHA-256 of a series' numbers. */
export const seriesHash = ({ knownAt, period, value }: DatedSeries): string =>
  hashOf({ schema: "tradewind/dated-series@1", knownAt: sha256(knownAt), period: sha256(period), value: sha256(value) });
