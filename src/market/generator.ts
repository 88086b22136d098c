import { z } from "zod";
import { type ParamsOf, type ParamsShape, Random, UserError } from "../base/index.ts";
import { type Bars, type Instrument, toTicks } from "../domain/index.ts";

/** What every generator is asked for: how many bars of which length and grid, from which price on. Rates in its params are per year. */
export const GeneratorRequest = z.strictObject({
  bars: z.int().min(1).max(100_000_000),
  startPrice: z.number().positive().default(100),
  /** Bars in a year of the model's time. */
  barsPerYear: z.number().positive().default(252),
  intervalMs: z
    .number()
    .positive()
    .default(24 * 3600 * 1000),
  /** Close of the bar before the first, ms since the epoch. */
  startTimeMs: z.number().default(Date.UTC(2000, 0, 1)),
  tickSize: z.number().positive().default(0.01),
  lotSize: z.number().positive().default(0.001),
  seed: z.int(),
});

export type GeneratorRequest = z.output<typeof GeneratorRequest>;

/** A model of prices. What it makes says in its symbol that it is synthetic. */
export interface GeneratorKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** Bars of one or several instruments with the same closing times. `source` are real bars, for those that resample. */
  generate(params: ParamsOf<Shape>, request: GeneratorRequest, source: readonly Bars[]): readonly Bars[];
}

/** Declares a generator; it only lends types. */
export const generator = <Shape extends ParamsShape>(kind: GeneratorKind<Shape>): GeneratorKind<Shape> => kind;

/** Advances a model by some time in years and writes the log return of each asset over it. */
export type Advance = (years: number, logReturns: Float64Array) => void;

const partsOfBar = 8;

/**
 * Bars of a model that advances in small times. A bar is eight equal parts: the first is the gap from the last close to the open,
 * and high and low are of the others. Prices are on the grid and at least one tick; volume is lognormal and grows with the bar's
 * range. `start` is given the random numbers of the prices, which are not those of the volumes.
 */
export function diffusionBars(
  kindName: string,
  request: GeneratorRequest,
  assets: number,
  start: (random: Random) => Advance,
): readonly Bars[] {
  const advance = start(new Random(request.seed));
  const volumes = new Random(request.seed, 1);
  const result = Array.from({ length: assets }, (_, asset) => emptyBars(instrumentOf(kindName, request, assets, asset), request));
  const logPrices = new Float64Array(assets).fill(Math.log(request.startPrice));
  const logReturns = new Float64Array(assets);
  const years = 1 / request.barsPerYear / partsOfBar;
  for (let row = 0; row < request.bars; row++) {
    for (let part = 0; part < partsOfBar; part++) {
      advance(years, logReturns);
      for (let asset = 0; asset < assets; asset++) {
        logPrices[asset]! += logReturns[asset]!;
        trade(result[asset]!, row, Math.exp(logPrices[asset]!), part === 0);
      }
    }
    for (const { open, high, low, volume } of result)
      volume[row] = Math.round(1000 * Math.exp(0.5 * volumes.normal()) * (1 + (10 * (high[row]! - low[row]!)) / open[row]!));
  }
  return result;
}

/** The instrument that a generator's bars are of; where there are several, its number stands last. */
export const instrumentOf = (kindName: string, request: GeneratorRequest, assets: number, asset: number): Instrument => ({
  symbol: `SYNTHETIC-${kindName.toUpperCase()}-${request.seed}${assets > 1 ? `-${asset + 1}` : ""}`,
  currency: "USD",
  tickSize: request.tickSize,
  lotSize: request.lotSize,
});

/** Bars with their closing times and nothing else yet. */
export function emptyBars(instrument: Instrument, { bars, startTimeMs, intervalMs }: GeneratorRequest): Bars {
  const column = () => new Float64Array(bars);
  const closeTime = Float64Array.from({ length: bars }, (_, row) => startTimeMs + (row + 1) * intervalMs);
  return { instrument, closeTime, open: column(), high: column(), low: column(), close: column(), volume: column() };
}

/** The price on an instrument's grid nearest to one, at least a tick. */
export function onGrid(instrument: Instrument, price: number): number {
  const ticks = Math.max(1, toTicks(instrument, price));
  return instrument.tickSize < 1 ? ticks / Math.round(1 / instrument.tickSize) : ticks * instrument.tickSize;
}

/** Says that a generator cannot work with a parameter. */
export const invalidParam = (name: string, message: string, hint: string): UserError =>
  new UserError("config/invalid", `params.${name}: ${message}`, { path: `params.${name}`, hint });

function trade({ instrument, open, high, low, close }: Bars, row: number, exactPrice: number, opens: boolean): void {
  const price = onGrid(instrument, exactPrice);
  if (opens) open[row] = high[row] = low[row] = price;
  else if (price > high[row]!) high[row] = price;
  else if (price < low[row]!) low[row] = price;
  close[row] = price;
}
