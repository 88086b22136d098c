/**
 * p-values corrected for being several, so that the chance of any false claim stays below the level: Holm (1979), valid however the
 * tests depend on each other. In the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = byValue(pValues);
  const adjusted = new Array<number>(pValues.length);
  let floor = 0;
  for (const [rank, index] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = floor;
  }
  return adjusted;
}

/**
 * p-values corrected so that the expected share of false ones among the claims stays below the level: Benjamini & Hochberg (1995),
 * valid for independent or positively dependent tests. In the order given.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = byValue(pValues);
  const adjusted = new Array<number>(pValues.length);
  let ceiling = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const index = order[rank]!;
    ceiling = Math.min(ceiling, (pValues.length / (rank + 1)) * pValues[index]!);
    adjusted[index] = ceiling;
  }
  return adjusted;
}

const byValue = (pValues: readonly number[]): number[] => pValues.map((_, index) => index).toSorted((a, b) => pValues[a]! - pValues[b]!);
