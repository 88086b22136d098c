import { z } from "zod";
import { type ParamsOf, type ParamsShape, parseParams } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";

/** The columns of a bar that an indicator can read, in the order in which a row of them is handed to `IndicatorStream`. */
export const indicatorInputs = ["open", "high", "low", "close", "volume", "closeTime"] as const;

/** A column of a bar that an indicator can read. */
export type IndicatorInput = (typeof indicatorInputs)[number];

/** Every unit, with what a number of it means. */
export const units = {
  "price": "a level in quote currency",
  "price-difference": "an amount of quote currency",
  "price-squared": "an amount of quote currency, squared",
  "volume": "an amount traded",
  "price-volume": "an amount traded times quote currency",
  "price-squared-per-volume": "an amount of quote currency, squared, over an amount traded",
  "return-per-price-volume": "a change of price per unit of price, over an amount traded times quote currency",
  "percent": "hundredths, from 0 to 100",
  "signed-percent": "hundredths of either sign, or without bound",
  "ratio": "one amount over another",
  "return": "a change of price per unit of price",
  "score": "a number of deviations",
  "bars": "a number of bars",
  "degrees": "an angle",
  "signal": "−1, 0 or 1",
  "pattern": "a signal in hundreds, as TA-Lib gives candle patterns: from −100 to 100, and twice that where confirmed",
} as const;

/** What an indicator's number means. */
export type Unit = keyof typeof units;

type Values<Inputs extends readonly IndicatorInput[]> = { [Place in keyof Inputs]: number };

type Result<Outputs extends readonly string[]> = number extends Outputs["length"]
  ? number | Float64Array
  : Outputs extends readonly []
    ? number
    : Float64Array;

type UnitOf<Outputs extends readonly string[]> = Outputs extends readonly [] ? Unit : Unit | { readonly [Output in Outputs[number]]: Unit };

/** A technical indicator: it sees one closed bar at a time, so it cannot look ahead. */
export interface Indicator<
  Shape extends ParamsShape = ParamsShape,
  Inputs extends readonly IndicatorInput[] = readonly IndicatorInput[],
  Outputs extends readonly string[] = readonly string[],
> {
  readonly name: string;
  readonly params: Shape;
  /** What `start`'s function is called with, in this order. */
  readonly inputs: Inputs;
  /** Names of its numbers where there are several; empty where there is one. */
  readonly outputs: Outputs;
  /** One for all outputs, or one for each. */
  readonly unit: UnitOf<Outputs>;
  /** Index of the first bar with a defined value (TA-Lib's lookback); what `start`'s function returns before it is not looked at. */
  warmup(params: ParamsOf<Shape>): number;
  /** Starts afresh and returns the function to call once a bar. With several outputs it fills and returns one array of its own. */
  start(params: ParamsOf<Shape>): (...values: Values<Inputs>) => Result<Outputs>;
}

type Definition<Shape extends ParamsShape, Inputs extends readonly IndicatorInput[], Outputs extends readonly string[]> = Omit<
  Indicator<Shape, Inputs, Outputs>,
  "outputs"
> & { readonly outputs?: Outputs };

/** Declares an indicator; it only lends types. */
export const indicator = <
  const Shape extends ParamsShape,
  const Inputs extends readonly IndicatorInput[],
  const Outputs extends readonly string[] = readonly [],
>(
  definition: Definition<Shape, Inputs, Outputs>,
): Indicator<Shape, Inputs, Outputs> => ({ outputs: [] as readonly string[] as Outputs, ...definition });

/** A parameter that counts bars, bounded as in TA-Lib. */
export const barCount = (value: number, least = 2) => z.int().min(least).max(100_000).default(value);

/** An indicator at work: call `update` once for every closed bar, oldest first. */
export interface IndicatorStream {
  /** Numbers it writes a bar: at least 1. */
  readonly width: number;
  /** Index of the first bar whose numbers are defined. */
  readonly warmup: number;
  /** Takes the next bar as `indicatorInputs` order it; writes its numbers at `out[offset]` and after, NaN during warm-up. */
  update(row: Float64Array, out: Float64Array, offset: number): void;
}

/** Starts an indicator with parameters as a person writes them; a wrong one is `config/invalid`. */
export function startIndicator({ name, params: shape, inputs, outputs, ...kind }: Indicator, params?: unknown): IndicatorStream {
  const parsed = parseParams(shape, params, name);
  const warmup = kind.warmup(parsed);
  const next: (...values: number[]) => number | Float64Array = kind.start(parsed);
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = inputs.map((input) => indicatorInputs.indexOf(input));
  const arity = inputs.length;
  const width = Math.max(outputs.length, 1);
  let seen = 0;
  return {
    width,
    warmup,
    update(row, out, offset) {
      // Only what it reads is handed over, for every number costs an allocation.
      let result: number | Float64Array;
      if (arity === 1) result = next(row[first]!);
      else if (arity === 2) result = next(row[first]!, row[second]!);
      else if (arity === 3) result = next(row[first]!, row[second]!, row[third]!);
      else if (arity === 4) result = next(row[first]!, row[second]!, row[third]!, row[fourth]!);
      else result = next(row[first]!, row[second]!, row[third]!, row[fourth]!, row[fifth]!);
      const defined = seen++ >= warmup;
      if (typeof result === "number") out[offset] = defined ? result : NaN;
      else for (let output = 0; output < width; output++) out[offset + output] = defined ? result[output]! : NaN;
    },
  };
}

/** An indicator over whole columns, by running its stream: [bars × outputs], NaN during warm-up. */
export function batchIndicator(kind: Indicator, params: unknown, { open, high, low, close, volume, closeTime }: Bars): Float64Array {
  const stream = startIndicator(kind, params);
  const values = new Float64Array(close.length * stream.width);
  const row = new Float64Array(indicatorInputs.length);
  for (let index = 0; index < close.length; index++) {
    row[0] = open[index]!;
    row[1] = high[index]!;
    row[2] = low[index]!;
    row[3] = close[index]!;
    row[4] = volume[index]!;
    row[5] = closeTime[index]!;
    stream.update(row, values, index * stream.width);
  }
  return values;
}
