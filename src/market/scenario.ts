import { z } from "zod";
import { parse, type ParamsInput, type ParamsOf, type ParamsShape, parseParams, Random, UserError } from "../base/index.ts";
import { barColumns, type Bars, copyBars, sliceBars, toTicks } from "../domain/index.ts";
import { type InstrumentCosts, scaledCosts } from "./costs.ts";
import type { BarConditions } from "./venue-terms.ts";

/** What trading in each bar costs beside the venue's own terms, and what cannot be done or seen in it. Columns have a row a bar. */
export interface ConditionColumns {
  /** Multiplies every fee. */
  readonly feeFactor: Float64Array;
  /** Multiplies slippage. */
  readonly slippageFactor: Float64Array;
  /** 1 where nothing trades. */
  readonly halted: Uint8Array;
  /** 1 where the feed repeats what it showed last. */
  readonly stale: Uint8Array;
}

/** One instrument's bars as they trade, with the conditions of each. */
export interface MarketSeries {
  readonly bars: Bars;
  readonly conditions: ConditionColumns;
}

/** One instrument from a scenario's onset on: arrays to be changed in place. */
export interface Stretch extends MarketSeries {
  /** The close before the first of these bars; its open when there is none before. */
  readonly previousClose: number;
}

/** Something that may befall a market. It is given the bars after its onset only, so it can change none before. */
export interface ScenarioKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** How many instruments it takes; 1 unless given. */
  readonly leastInstruments?: number;
  /** Parameters drawn at random, from mild to severe, to train under. */
  sample(random: Random): ParamsInput<Shape>;
  /** Changes the stretches. Prices may leave the grid and cross high and low: both are put right afterwards. */
  apply(stretches: readonly Stretch[], params: ParamsOf<Shape>, random: Random): void;
}

/** Declares a scenario; it only lends types. */
export const scenario = <Shape extends ParamsShape>(kind: ScenarioKind<Shape>): ScenarioKind<Shape> => kind;

/** How many bars something lasts; null is to the end. */
export const durationBars = (bars: number | null) => z.int().min(1).nullable().default(bars);

/** Where the rows that last `duration` bars end. */
export const endOfDuration = ({ bars }: MarketSeries, duration: number | null): number => Math.min(duration ?? Infinity, bars.close.length);

/**
 * A scenario with its parameters as a report states it: it changes bars that close after `onsetMs`, of the instruments named or of
 * all, in a way that `seed` repeats.
 */
export const ScenarioSpecification = z.strictObject({
  scenario: z.string(),
  params: z.record(z.string(), z.unknown()).prefault({}),
  onsetMs: z.number(),
  seed: z.int().default(0),
  instruments: z.array(z.string()).min(1).optional(),
});

export type ScenarioSpecification = z.output<typeof ScenarioSpecification>;

/** A market as its bars tell it, with nothing out of the ordinary. The bars are not copied. */
export const calmMarket = (bars: readonly Bars[]): readonly MarketSeries[] =>
  bars.map((each) => ({ bars: each, conditions: calmConditions(each.close.length) }));

/**
 * A market after something has befallen it: a copy in which everything up to the onset is as it was, and everything after it still
 * is bars: whole positive ticks, high and low around open and close, volumes of at least 0, and halted bars flat without volume.
 * `known` are the scenarios that a specification may name.
 */
export function applyScenarioOf(
  known: Readonly<Record<string, ScenarioKind>>,
  market: readonly MarketSeries[],
  specification: z.input<typeof ScenarioSpecification>,
  path = "scenario",
): readonly MarketSeries[] {
  const { scenario: name, params: given, onsetMs, seed, instruments } = parse(ScenarioSpecification, specification, path);
  const kind = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!kind) throw refusal(`${path}.scenario`, `there is no scenario "${name}"`, `Known: ${Object.keys(known).join(", ")}.`);
  const params = parseParams(kind.params, given, `${path}.params`);
  const changed = market.map((series) => (befalls(series, instruments) ? copyOf(series) : series));
  const stretches = changed.flatMap((series, index) => (series === market[index] ? [] : [stretchOf(series, onsetMs)]));
  const least = kind.leastInstruments ?? 1;
  if (stretches.length < least)
    throw refusal(
      `${path}.instruments`,
      `"${name}" takes ${least} instruments, there are ${stretches.length}`,
      "Name others, or leave it out.",
    );
  kind.apply(stretches, params, new Random(seed));
  for (const stretch of stretches) putRight(stretch);
  return changed;
}

/** What a feed shows of a market: where it is stale, the last close that it showed, without volume. */
export function seenBars({ bars, conditions: { stale } }: MarketSeries): Bars {
  if (!stale.includes(1)) return bars;
  const seen = copyBars(bars);
  for (let row = 0; row < stale.length; row++) if (stale[row]) flatten(seen, row, row > 0 ? seen.close[row - 1]! : seen.open[row]!);
  return seen;
}

/** The conditions of one bar, as a venue takes them. */
export const conditionsAt = ({ conditions }: MarketSeries, row: number): BarConditions => ({
  feeFactor: conditions.feeFactor[row]!,
  slippageFactor: conditions.slippageFactor[row]!,
  halted: conditions.halted[row] === 1,
});

/** An instrument's costs in each bar under conditions, null where it is halted; rows that are alike share one object. */
export function costsUnder(costs: InstrumentCosts, { feeFactor, slippageFactor, halted }: ConditionColumns): (InstrumentCosts | null)[] {
  const seen = new Map<string, InstrumentCosts>([["1 1", costs]]);
  return Array.from(halted, (isHalted, row) => {
    if (isHalted) return null;
    const key = `${feeFactor[row]} ${slippageFactor[row]}`;
    const known = seen.get(key) ?? scaledCosts(costs, feeFactor[row]!, slippageFactor[row]!);
    seen.set(key, known);
    return known;
  });
}

/**
 * Multiplies a stretch's prices by a path: `logFactor(index)` is the logarithm of the factor where bar `index` begins and the one
 * before it ends. Between a bar's ends the factor lies between theirs, and its high and low follow.
 */
export function followPath({ bars }: MarketSeries, logFactor: (index: number) => number): void {
  for (let row = 0; row < bars.close.length; row++) {
    const [atOpen, atClose] = [Math.exp(logFactor(row)), Math.exp(logFactor(row + 1))];
    bars.open[row]! *= atOpen;
    bars.close[row]! *= atClose;
    bars.high[row]! *= Math.max(atOpen, atClose);
    bars.low[row]! *= Math.min(atOpen, atClose);
  }
}

/** Multiplies a column's first `end` rows. */
export function scaleRows(column: Float64Array, end: number, factor: number): void {
  for (let row = 0; row < end; row++) column[row]! *= factor;
}

function calmConditions(rows: number): ConditionColumns {
  const ones = () => new Float64Array(rows).fill(1);
  return { feeFactor: ones(), slippageFactor: ones(), halted: new Uint8Array(rows), stale: new Uint8Array(rows) };
}

const befalls = ({ bars }: MarketSeries, instruments: readonly string[] | undefined): boolean =>
  instruments === undefined || instruments.includes(bars.instrument.symbol);

const copyOf = ({ bars, conditions }: MarketSeries): MarketSeries => ({
  bars: copyBars(bars),
  conditions: {
    feeFactor: conditions.feeFactor.slice(),
    slippageFactor: conditions.slippageFactor.slice(),
    halted: conditions.halted.slice(),
    stale: conditions.stale.slice(),
  },
});

function stretchOf({ bars, conditions }: MarketSeries, onsetMs: number): Stretch {
  const rows = bars.close.length;
  const after = bars.closeTime.findIndex((time) => time > onsetMs);
  const onset = after < 0 ? rows : after;
  return {
    bars: sliceBars(bars, onset, rows),
    conditions: {
      feeFactor: conditions.feeFactor.subarray(onset),
      slippageFactor: conditions.slippageFactor.subarray(onset),
      halted: conditions.halted.subarray(onset),
      stale: conditions.stale.subarray(onset),
    },
    previousClose: onset > 0 ? bars.close[onset - 1]! : (bars.open[0] ?? NaN),
  };
}

/** Makes bars of whatever a scenario has left: on the grid, in order, and flat where nothing trades. */
function putRight({ bars, conditions, previousClose }: Stretch): void {
  const { instrument, open, high, low, close, volume } = bars;
  const grid = (price: number) => Math.max(1, toTicks(instrument, price));
  const price = (ticks: number) => (instrument.tickSize < 1 ? ticks / Math.round(1 / instrument.tickSize) : ticks * instrument.tickSize);
  for (let row = 0; row < close.length; row++) {
    if (conditions.halted[row]) {
      flatten(bars, row, row > 0 ? close[row - 1]! : previousClose);
      continue;
    }
    const [atOpen, atClose] = [grid(open[row]!), grid(close[row]!)];
    open[row] = price(atOpen);
    close[row] = price(atClose);
    high[row] = price(Math.max(grid(high[row]!), atOpen, atClose));
    low[row] = price(Math.min(grid(low[row]!), atOpen, atClose));
    volume[row] = Math.max(0, volume[row]!);
  }
}

function flatten(bars: Bars, row: number, price: number): void {
  for (const column of barColumns) if (column !== "closeTime") bars[column][row] = column === "volume" ? 0 : price;
}

const refusal = (path: string, message: string, hint: string) => new UserError("config/invalid", `${path}: ${message}`, { path, hint });
