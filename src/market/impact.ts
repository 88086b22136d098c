import { z } from "zod";

const coefficient = (value: number) => z.number().min(0).default(value);
const lookbackBars = z.int().min(1).default(20);
const barsPerDay = z.number().positive();

/**
 * How a trade's own size moves its price, beyond the slippage that any trade has:
 * - volume-share: `coefficient`·share², where share is of a bar's volume (Zipline's model, coefficient 0.1);
 * - square-root: `coefficient`·σ·√(Q/V), σ the volatility and V the volume of a day;
 * - almgren: temporary and permanent impact of Almgren, Thum, Hauptmann & Li, "Direct estimation of equity market impact",
 *   Risk 18(7), 2005, in a day's volatility and volume; `sharesOutstanding` in units of the instrument, `days` the time in trading
 *   days over which the trade is spread.
 *
 * σ and V are estimated from the last `lookbackBars` closed bars, of which a trading day has `barsPerDay`: nothing that is not
 * known yet moves a price.
 */
export const Impact = z.discriminatedUnion("model", [
  z.strictObject({ model: z.literal("volume-share"), coefficient: coefficient(0.1), lookbackBars }),
  z.strictObject({ model: z.literal("square-root"), coefficient: coefficient(1), lookbackBars, barsPerDay }),
  z.strictObject({
    model: z.literal("almgren"),
    sharesOutstanding: z.number().positive(),
    days: z.number().positive().default(1),
    lookbackBars,
    barsPerDay,
  }),
]);

export type Impact = z.output<typeof Impact>;

/** What is known of a market's activity before a trade: volumes in units of the instrument, volatility of a day's log return. */
export interface Activity {
  readonly barVolume: number;
  readonly dayVolume: number;
  readonly dayVolatility: number;
}

/** A trade's impact as shares of its price: `cost` is what the trade itself pays, `permanent` what stays behind. */
export interface PriceImpact {
  readonly cost: number;
  readonly permanent: number;
}

/** Volume-share impact as a share of the price: coefficient·share², the share at most 1. */
export const volumeShareImpact = (share: number, factor: number): number => factor * Math.min(1, share) ** 2;

/** Square-root impact as a share of the price: coefficient·σ·√(Q/V). */
export const squareRootImpact = (quantity: number, volume: number, volatility: number, factor: number): number =>
  factor * volatility * Math.sqrt(quantity / volume);

/** Almgren et al. (2005): exponents and coefficients as estimated there, from 29,509 orders of US stocks. */
export const almgren = { alpha: 0.891, beta: 0.6, gamma: 0.314, eta: 0.142, delta: 0.267 } as const;

/**
 * Permanent γ·σ·T·ν^α·(Θ/V)^δ and temporary η·σ·ν^β impact as shares of the price, ν = Q/(V·T) the share of volume while trading;
 * a trade pays the temporary part and half of the permanent one.
 */
export function almgrenImpact({
  quantity,
  volume,
  volatility,
  sharesOutstanding,
  days,
}: {
  readonly quantity: number;
  readonly volume: number;
  readonly volatility: number;
  readonly sharesOutstanding: number;
  readonly days: number;
}): { readonly temporary: number; readonly permanent: number; readonly cost: number } {
  const { alpha, beta, gamma, eta, delta } = almgren;
  const rate = quantity / (volume * days);
  const permanent = gamma * volatility * days * rate ** alpha * (sharesOutstanding / volume) ** delta;
  const temporary = eta * volatility * rate ** beta;
  return { temporary, permanent, cost: temporary + permanent / 2 };
}

/** The impact of trading a quantity, in units of the instrument, where volume has been positive. */
export function impactOf(impact: Impact, quantity: number, { barVolume, dayVolume, dayVolatility }: Activity): PriceImpact {
  if (impact.model === "volume-share") return { cost: volumeShareImpact(quantity / barVolume, impact.coefficient), permanent: 0 };
  if (impact.model === "square-root")
    return { cost: squareRootImpact(quantity, dayVolume, dayVolatility, impact.coefficient), permanent: 0 };
  const { sharesOutstanding, days } = impact;
  const { cost, permanent } = almgrenImpact({ quantity, volume: dayVolume, volatility: dayVolatility, sharesOutstanding, days });
  return { cost, permanent };
}

/**
 * Volume and volatility of the latest closed bars: the mean volume of a bar, and of `barsPerDay` bars; the root mean square log
 * return from close to close (for the first bar from its open), scaled to a day by √`barsPerDay`.
 */
export class ActivityMeter implements Activity {
  private readonly barsPerDay: number;
  private readonly volumes: Float64Array;
  private readonly squares: Float64Array;
  private count = 0;
  private lastClose = NaN;

  constructor(lookbackBars: number, barsPerDay: number) {
    this.barsPerDay = barsPerDay;
    this.volumes = new Float64Array(lookbackBars);
    this.squares = new Float64Array(lookbackBars);
  }

  /** Takes in a closed bar; volume in units of the instrument. */
  push({ open, close, volume }: { readonly open: number; readonly close: number; readonly volume: number }): void {
    const slot = this.count++ % this.volumes.length;
    this.volumes[slot] = volume;
    this.squares[slot] = Math.log(close / (Number.isNaN(this.lastClose) ? open : this.lastClose)) ** 2;
    this.lastClose = close;
  }

  get barVolume(): number {
    return this.mean(this.volumes);
  }

  get dayVolume(): number {
    return this.barVolume * this.barsPerDay;
  }

  get dayVolatility(): number {
    return Math.sqrt(this.mean(this.squares) * this.barsPerDay);
  }

  private mean(column: Float64Array): number {
    const known = Math.min(this.count, column.length);
    let total = 0;
    for (let index = 0; index < known; index++) total += column[index]!;
    return known === 0 ? 0 : total / known;
  }
}
