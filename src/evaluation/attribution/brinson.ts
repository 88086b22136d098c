import { UserError } from "../../base/index.ts";

/** A sector in one period: its weights at the start, as shares of the whole, and its simple returns over it. */
export interface SectorPeriod {
  readonly sector: string;
  readonly portfolioWeight: number;
  readonly benchmarkWeight: number;
  /** `null` where the portfolio holds none of it: the benchmark's return then stands in its place. */
  readonly portfolioReturn: number | null;
  /** `null` where the benchmark holds none of it: the portfolio's return then stands in its place. */
  readonly benchmarkReturn: number | null;
}

/** What a difference in return came from: which sectors were weighted, what was picked inside them, and both together. Simple returns. */
export interface BrinsonEffects {
  /** (w − W) (B_sector − B). */
  readonly allocation: number;
  /** W (R_sector − B_sector). */
  readonly selection: number;
  /** (w − W) (R_sector − B_sector). */
  readonly interaction: number;
  /** The three together. */
  readonly total: number;
}

/** The effects of one period or of several; those of the sectors add up to `total`, and its total to the difference in return. */
export interface BrinsonAttribution {
  readonly portfolioReturn: number;
  readonly benchmarkReturn: number;
  /** In the order in which they first come. */
  readonly sectors: readonly ({ readonly sector: string } & BrinsonEffects)[];
  readonly total: BrinsonEffects;
}

/**
 * Attribution of a period after Brinson & Fachler (1985), interaction apart. Weights of portfolio and of benchmark must each add up
 * to 1: cash is a sector too.
 */
export function brinsonFachler(sectors: readonly SectorPeriod[]): BrinsonAttribution {
  const read = sectors.map(readSector);
  const sum = (of: (sector: (typeof read)[number]) => number) => read.reduce((total, sector) => total + of(sector), 0);
  const weights = { portfolioWeight: sum(({ held }) => held), benchmarkWeight: sum(({ base }) => base) };
  for (const [name, total] of Object.entries(weights))
    if (!(Math.abs(total - 1) <= 1e-9)) throw invalid(name, `weights (${name}) that add up to ${total}`);
  const portfolioReturn = sum(({ held, own }) => held * own);
  const benchmarkReturn = sum(({ base, other }) => base * other);
  const effects = read.map(({ sector, held, base, own, other }) => ({
    sector,
    ...withTotal((held - base) * (other - benchmarkReturn), base * (own - other), (held - base) * (own - other)),
  }));
  return { portfolioReturn, benchmarkReturn, sectors: effects, total: sumOf(effects) };
}

/**
 * Effects of several periods, one after the other, linked so that they add up to the difference of the compounded returns: each
 * period's are scaled by k_t ÷ k, k_t = (ln(1 + R_t) − ln(1 + B_t)) ÷ (R_t − B_t) and k the same of the whole (Carino, 1999).
 */
export function linkedBrinson(periods: readonly (readonly SectorPeriod[])[]): BrinsonAttribution {
  const single = periods.map(brinsonFachler);
  for (const [period, { portfolioReturn, benchmarkReturn }] of single.entries())
    if (!(portfolioReturn > -1 && benchmarkReturn > -1))
      throw invalid(
        `periods.${period}`,
        `a period that loses everything (${portfolioReturn}, ${benchmarkReturn}): nothing can be linked to it`,
      );
  const grown = (of: (each: BrinsonAttribution) => number) => single.reduce((growth, each) => growth * (1 + of(each)), 1) - 1;
  const portfolioReturn = grown((each) => each.portfolioReturn);
  const benchmarkReturn = grown((each) => each.benchmarkReturn);
  const whole = logarithmicSlope(portfolioReturn, benchmarkReturn);
  const sums = new Map<string, { allocation: number; selection: number; interaction: number }>();
  for (const each of single) {
    const scale = logarithmicSlope(each.portfolioReturn, each.benchmarkReturn) / whole;
    for (const { sector, allocation, selection, interaction } of each.sectors) {
      const sum = sums.get(sector) ?? { allocation: 0, selection: 0, interaction: 0 };
      sum.allocation += scale * allocation;
      sum.selection += scale * selection;
      sum.interaction += scale * interaction;
      sums.set(sector, sum);
    }
  }
  const sectors = Array.from(sums, ([sector, { allocation, selection, interaction }]) => ({
    sector,
    ...withTotal(allocation, selection, interaction),
  }));
  return { portfolioReturn, benchmarkReturn, sectors, total: sumOf(sectors) };
}

/** (ln(1 + r) − ln(1 + b)) ÷ (r − b), and where both are equal its limit, 1 ÷ (1 + r). */
function logarithmicSlope(portfolioReturn: number, benchmarkReturn: number): number {
  const gap = (portfolioReturn - benchmarkReturn) / (1 + benchmarkReturn);
  return (gap === 0 ? 1 : Math.log1p(gap) / gap) / (1 + benchmarkReturn);
}

function readSector({ sector, portfolioWeight: held, benchmarkWeight: base, portfolioReturn, benchmarkReturn }: SectorPeriod) {
  const own = portfolioReturn ?? benchmarkReturn ?? 0;
  const other = benchmarkReturn ?? portfolioReturn ?? 0;
  for (const [name, value] of Object.entries({ held, base, own, other }))
    if (!Number.isFinite(value)) throw invalid(sector, `a number (${name}) of ${sector} that is ${value}`);
  if (portfolioReturn === null && held !== 0) throw invalid(sector, `${held} of ${sector} without a return`);
  if (benchmarkReturn === null && base !== 0) throw invalid(sector, `${base} of ${sector} in the benchmark without a return`);
  return { sector, held, base, own, other };
}

const withTotal = (allocation: number, selection: number, interaction: number): BrinsonEffects => ({
  allocation,
  selection,
  interaction,
  total: allocation + selection + interaction,
});

function sumOf(effects: readonly BrinsonEffects[]): BrinsonEffects {
  const sum = (of: (effect: BrinsonEffects) => number) => effects.reduce((total, effect) => total + of(effect), 0);
  return withTotal(
    sum((effect) => effect.allocation),
    sum((effect) => effect.selection),
    sum((effect) => effect.interaction),
  );
}

const invalid = (path: string, what: string) =>
  new UserError("data/invalid-value", `an attribution cannot be made of ${what}`, {
    path,
    hint: "Give every sector its weights and returns, cash among them, so that weights add up to 1.",
  });
