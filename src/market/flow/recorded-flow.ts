import { Random } from "../../base/index.ts";
import type { Instrument } from "../../domain/index.ts";

/** Kinds of recorded event, numbered as the types of the Hawkes trader are: what buyers and sellers do in turn. */
export const flowType = { marketBuy: 0, marketSell: 1, limitBuy: 2, limitSell: 3, cancelBuy: 4, cancelSell: 5 } as const;

/** What happened in a recording, as its traders may be thought to have meant it. Columns have one length, times never go back. */
export interface RecordedFlow {
  readonly instrument: Instrument;
  readonly count: number;
  /** Ms since the first row, events of one stamp spread over the time that it stands for. */
  readonly timeMs: Float64Array;
  readonly durationMs: number;
  /** One of `flowType`. */
  readonly type: Uint8Array;
  /** Ticks from the other side's best price, at least 1; 0 for market orders. */
  readonly distance: Float64Array;
  readonly lots: Float64Array;
  /** Upper ends of bins of distances, in ticks, and how many orders rested in each in the mean, a side. Events beyond the last are left out. */
  readonly distances: readonly number[];
  readonly restingOrders: readonly number[];
  /** How far beyond the best price of before the furthest fill of a market order was, in ticks, for 99 of 100 of them. */
  readonly reachTicks: number;
}

/** How recordings are read as flow. */
export interface FlowReading {
  /** Upper ends of the bins of distances, in ticks. */
  readonly distances: readonly number[];
  /** For how many ms a stamp stands: events that share one are spread over them at random. */
  readonly resolutionMs?: number;
  /** Trades with the same side that follow within so many ms were one market order. */
  readonly joinMs?: number;
}

const sampleMs = 1000;

/** Gathers a recorded flow row by row. */
export class FlowRecorder {
  private readonly instrument: Instrument;
  private readonly reading: Required<FlowReading>;
  private readonly stamps: number[] = [];
  private readonly types: number[] = [];
  private readonly distance: number[] = [];
  private readonly lots: number[] = [];
  private readonly resting: Float64Array;
  private samples = 0;
  private startMs = NaN;
  private nextSampleMs = 0;
  private marketSide = 0;
  private marketMs = -Infinity;
  private market = -1; // Index of the newest market order, and the best price that it met.
  private marketBest = 0;
  private readonly reaches: number[] = [];

  constructor(instrument: Instrument, { distances, resolutionMs = 1, joinMs = 20 }: FlowReading) {
    this.instrument = instrument;
    this.reading = { distances, resolutionMs, joinMs };
    this.resting = new Float64Array(distances.length);
  }

  /** Whether the book is to be sampled before a row of that time. */
  isSampleDue(stampMs: number): boolean {
    if (Number.isNaN(this.startMs)) this.startMs = this.nextSampleMs = stampMs;
    if (stampMs < this.nextSampleMs) return false;
    this.nextSampleMs += sampleMs * Math.ceil((stampMs - this.nextSampleMs + 1) / sampleMs);
    this.samples++;
    return true;
  }

  /** Of the sample that is due: so many orders rest at a distance. */
  addResting(distance: number, orders: number): void {
    const bin = this.binOf(distance);
    if (bin >= 0) this.resting[bin]! += orders;
  }

  /** A limit order or a cancellation. */
  addOrder(stampMs: number, type: number, distance: number, lots: number): void {
    if (this.binOf(Math.max(1, distance)) >= 0) this.add(stampMs, type, Math.max(1, distance), lots);
  }

  /** A trade at a price whose taker's side is 1 or −1; the other side's best price was `bestTicks` before it. */
  addTrade(stampMs: number, side: number, lots: number, ticks: number, bestTicks: number): void {
    if (side !== this.marketSide || stampMs - this.marketMs > this.reading.joinMs) {
      this.market = this.stamps.length;
      this.marketBest = bestTicks;
      this.reaches.push(0);
      this.add(stampMs, side > 0 ? flowType.marketBuy : flowType.marketSell, 0, 0);
    }
    this.lots[this.market]! += lots;
    const reach = this.marketBest > 0 ? side * (ticks - this.marketBest) : 0;
    this.reaches.push(Math.max(this.reaches.pop()!, reach));
    this.marketSide = side;
    this.marketMs = stampMs;
  }

  /** `ordersPerResting` makes orders of what was added as resting; 1 where orders were counted. */
  finish(lastStampMs: number, ordersPerResting: number): RecordedFlow {
    const { instrument, reading, stamps, types, distance, lots, resting, samples, reaches } = this;
    return {
      instrument,
      count: stamps.length,
      timeMs: spread(stamps, reading.resolutionMs).map((stamp) => stamp - this.startMs),
      durationMs: lastStampMs - this.startMs + reading.resolutionMs,
      type: Uint8Array.from(types),
      distance: Float64Array.from(distance),
      lots: Float64Array.from(lots),
      distances: reading.distances,
      restingOrders: Array.from(resting, (sum) => (ordersPerResting * sum) / Math.max(1, samples) / 2),
      reachTicks: reaches.toSorted((left, right) => left - right)[Math.floor(0.99 * reaches.length)] ?? 0,
    };
  }

  private add(stampMs: number, type: number, distance: number, lots: number): void {
    this.stamps.push(stampMs);
    this.types.push(type);
    this.distance.push(distance);
    this.lots.push(lots);
  }

  private binOf(distance: number): number {
    return this.reading.distances.findIndex((end) => distance <= end);
  }
}

/** Times of events: those of one stamp are spread over what it stands for, in the order in which they came, and not beyond the next stamp. */
function spread(stamps: readonly number[], resolutionMs: number): Float64Array {
  const random = new Random(stamps.length); // Only to break ties, the same way every time.
  const times = Float64Array.from(stamps);
  for (let start = 0, end = 0; start < times.length; start = end) {
    while (end < times.length && stamps[end] === stamps[start]) end++;
    const room = Math.min(resolutionMs, (stamps[end] ?? Infinity) - stamps[start]!);
    const shifts = Float64Array.from({ length: end - start }, () => room * random.uniform()).sort();
    for (let index = start; index < end; index++) times[index]! += shifts[index - start]!;
  }
  return times;
}
