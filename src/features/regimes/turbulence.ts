import { assert } from "../../base/index.ts";

/** A direction whose variance is less than this share of its asset's own is taken for a mixture of the assets before it. */
const leastPivot = 1e-12;

/**
 * Turbulence (Kritzman & Li, 2010, "Skulls, Financial Turbulence, and Risk Management"): the squared Mahalanobis distance of a day's
 * returns of many assets from their mean and covariance on all days before. Call it once a day with one return for each asset; it gives NaN
 * until `leastHistory` days have gone before, and for a day on which a return is missing, which then is no part of the history either.
 * An asset that repeats others, or never moved, adds nothing. Its mean over days is about the number of assets.
 */
export function turbulenceIndex(assets: number, leastHistory = 2 * assets + 1): (returns: ArrayLike<number>) => number {
  assert(assets >= 1 && leastHistory >= 2, `turbulence of ${assets} assets after ${leastHistory} days`);
  const mean = new Float64Array(assets);
  const products = new Float64Array(assets * assets); // Lower triangle of the sums of products of distances from the mean.
  const factor = new Float64Array(assets * assets);
  const solved = new Float64Array(assets);
  const distance = new Float64Array(assets);
  let days = 0;

  /** Σ⁻¹-weighted square of `distance` by Cholesky's factor of the covariance: the squares of the solution of L·z = distance. */
  const weightedSquare = () => {
    let square = 0;
    for (let row = 0; row < assets; row++) {
      const atRow = row * assets;
      let rest = distance[row]!;
      for (let column = 0; column <= row; column++) {
        const atColumn = column * assets;
        let sum = products[atRow + column]! / (days - 1);
        for (let inner = 0; inner < column; inner++) sum -= factor[atRow + inner]! * factor[atColumn + inner]!;
        if (column === row) {
          const own = products[atRow + row]! / (days - 1);
          factor[atRow + row] = sum > leastPivot * own ? Math.sqrt(sum) : 0;
        } else {
          const pivot = factor[atColumn + column]!;
          factor[atRow + column] = pivot === 0 ? 0 : sum / pivot;
          rest -= factor[atRow + column]! * solved[column]!;
        }
      }
      const pivot = factor[atRow + row]!;
      solved[row] = pivot === 0 ? 0 : rest / pivot;
      square += solved[row]! * solved[row]!;
    }
    return square;
  };

  return (returns) => {
    for (let asset = 0; asset < assets; asset++) {
      distance[asset] = returns[asset]! - mean[asset]!;
      if (!Number.isFinite(distance[asset])) return NaN;
    }
    const turbulence = days >= leastHistory ? weightedSquare() : NaN;
    days++;
    const weight = (days - 1) / days; // Welford (1962), for pairs.
    for (let row = 0; row < assets; row++) {
      for (let column = 0; column <= row; column++) products[row * assets + column]! += weight * distance[row]! * distance[column]!;
    }
    for (let asset = 0; asset < assets; asset++) mean[asset]! += distance[asset]! / days;
    return turbulence;
  };
}

/** Turbulence of every day of aligned columns of returns, one column for each asset; NaN where `turbulenceIndex` has none. */
export function turbulence(columns: readonly ArrayLike<number>[], leastHistory?: number): Float64Array {
  const next = turbulenceIndex(columns.length, leastHistory);
  const returns = new Float64Array(columns.length);
  return Float64Array.from({ length: columns[0]!.length }, (_, day) => {
    columns.forEach((column, asset) => {
      assert(column.length === columns[0]!.length, `column ${asset} has ${column.length} days, not ${columns[0]!.length}`);
      returns[asset] = column[day]!;
    });
    return next(returns);
  });
}
