import { UserError } from "../base/index.ts";
import type { Account } from "../domain/index.ts";

/*
 * How much to hold, as the share of equity that a rule returns. Sides are +1, −1 and 0; all are pure, and know only what they are given.
 */

/** The exposure at which exactly so many lots, negative for short, are held at the account's mark; 0 where nothing is left, or no price known. */
export function exposureOfLots({ equity, markTicks }: Pick<Account, "equity" | "markTicks">, lots: number): number {
  if (!(equity > 0 && markTicks > 0)) return 0;
  // Half a lot more, which rounding towards zero takes away again: without it the last digit could take a whole one.
  return ((lots + 0.5 * Math.sign(lots)) * markTicks) / equity;
}

/** The exposure that gives a position a volatility: `target` ÷ `volatility`, both of a bar and shares, at most `most`, which is also what to hold of what does not move. */
export const exposureForVolatility = (target: number, volatility: number, most = 1): number =>
  volatility > 0 ? Math.min(most, target / volatility) : most;

/**
 * A share of what Kelly's criterion (1956; for continuous returns Thorp, 2006) stakes for the fastest growth, mean ÷ variance (ddof 1) of
 * the simple returns of past bars, cut to −`most` to `most`. It overstates what is estimated from few returns, so a half or a quarter of it
 * is staked. `null` of fewer than two returns, or where they do not vary; a return that is no number is `data/invalid-value`.
 */
export function kellyExposure(returns: ArrayLike<number>, { share = 0.5, most = 1 } = {}): number | null {
  const count = returns.length;
  let mean = 0;
  for (let bar = 0; bar < count; bar++) mean += returns[bar]! / count;
  let squares = 0;
  for (let bar = 0; bar < count; bar++) squares += (returns[bar]! - mean) ** 2;
  if (!Number.isFinite(squares))
    throw new UserError("data/invalid-value", "a return of the past is no number", {
      path: "returns",
      hint: "Find out where it comes from; what to stake on it would mean nothing.",
    });
  const staked = (share * mean * (count - 1)) / squares;
  return Number.isFinite(staked) ? Math.max(-most, Math.min(most, staked)) : null;
}
