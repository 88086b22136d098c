import { z } from "zod";
import { parse, UserError } from "../base/index.ts";
import { type Instrument, toMoney } from "../domain/index.ts";
import { type Costs, costsFor, type InstrumentCosts } from "./costs.ts";
import { Impact } from "./impact.ts";
import { checkMargin, Margin } from "./margin.ts";

/**
 * What a venue may have beyond its costs:
 * - participation: the largest share of a bar's volume that our orders together may fill;
 * - impact: how our own size moves the price;
 * - feeTiers: other fees from a turnover on, in quote currency since the start, ascending;
 * - margin: an account on margin; without it the account is a cash account.
 */
export const VenueTerms = z.strictObject({
  participation: z.number().gt(0).lte(1).optional(),
  impact: Impact.optional(),
  feeTiers: z
    .array(
      z.strictObject({
        turnover: z.number().positive(),
        feeBps: z.number().min(0).max(10_000),
        makerFeeBps: z.number().min(0).max(10_000).optional(),
      }),
    )
    .default([]),
  margin: Margin.optional(),
});

export type VenueTerms = z.output<typeof VenueTerms>;

/** Fills defaults in and refuses terms that contradict themselves. */
export function venueTerms(value: z.input<typeof VenueTerms>, path = "terms"): VenueTerms {
  const terms = parse(VenueTerms, value, path);
  if (terms.margin) checkMargin(terms.margin, `${path}.margin`);
  for (const [index, { turnover }] of terms.feeTiers.entries()) {
    if (index === 0 || turnover > terms.feeTiers[index - 1]!.turnover) continue;
    throw new UserError("config/invalid", `${path}.feeTiers.${index}.turnover: ${turnover} is not above the tier before`, {
      path: `${path}.feeTiers.${index}.turnover`,
      hint: "State the tiers by ascending turnover.",
    });
  }
  return terms;
}

/** Costs from a turnover on, in money units. */
export interface CostTier {
  readonly turnover: number;
  readonly costs: InstrumentCosts;
}

/** The tiers of an instrument's costs, the first from the start on. */
export function costTiers(instrument: Instrument, costs: Costs, { feeTiers }: Pick<VenueTerms, "feeTiers">): readonly CostTier[] {
  const tiers = feeTiers.map(({ turnover, feeBps, makerFeeBps = feeBps }) => ({
    turnover: toMoney(instrument, turnover),
    costs: costsFor(instrument, { ...costs, feeBps, makerFeeBps }),
  }));
  return [{ turnover: 0, costs: costsFor(instrument, costs) }, ...tiers];
}

/** What a scenario or a notice changes at a venue for one bar. */
export interface BarConditions {
  readonly feeFactor: number;
  readonly slippageFactor: number;
  readonly halted: boolean;
}

/** Nothing out of the ordinary. */
export const ordinary: BarConditions = { feeFactor: 1, slippageFactor: 1, halted: false };
