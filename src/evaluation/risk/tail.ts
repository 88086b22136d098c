/** The left tail of a distribution of simple returns. Both figures are returns: −0.03 is a loss of 3 %. */
export interface TailRisk {
  /** Value at risk: the return that is undercut with the probability of the cutoff. */
  readonly valueAtRisk: number | null;
  /** The mean return of that tail: conditional value at risk, or expected shortfall. */
  readonly shortfall: number | null;
  /** Why a figure is not defined, in words; `null` where both are. */
  readonly reason: string | null;
}

/** A tail that is not defined, and why. */
export const undefinedTail = (reason: string): TailRisk => ({ valueAtRisk: null, shortfall: null, reason });

/** Simple returns of every run of so many bars, compounded; runs overlap, so that n bars give n − bars + 1 of them. */
export function compounded(returns: Float64Array, bars: number): Float64Array {
  if (bars === 1) return returns;
  return Float64Array.from({ length: Math.max(returns.length - bars + 1, 0) }, (_, start) => {
    let growth = 1;
    for (let bar = start; bar < start + bars; bar++) growth *= 1 + returns[bar]!;
    return growth - 1;
  });
}
