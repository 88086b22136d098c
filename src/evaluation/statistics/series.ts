/** Arithmetic mean; `null` of nothing. */
export function meanOf(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum / values.length;
}

/** Standard deviation with ddof 1; `null` of fewer than two values, 0 where rounding alone tells them apart. */
export const deviationOf = (values: ArrayLike<number>): number | null =>
  values.length < 2 ? null : deviationAbout(values, meanOf(values)!);

/** The same of at least two values whose mean is known. */
export function deviationAbout(values: ArrayLike<number>, mean: number): number {
  let squares = 0,
    largest = 0;
  for (let index = 0; index < values.length; index++) {
    squares += (values[index]! - mean) ** 2;
    largest = Math.max(largest, Math.abs(values[index]!));
  }
  const spread = Math.sqrt(squares / (values.length - 1));
  return spread > largest * 1e-12 ? spread : 0;
}

/** Covariance with ddof 1 of two series of one length; `null` of fewer than two values. */
export function covarianceOf(left: ArrayLike<number>, right: ArrayLike<number>): number | null {
  if (left.length < 2) return null;
  const [leftMean, rightMean] = [meanOf(left)!, meanOf(right)!];
  let products = 0;
  for (let index = 0; index < left.length; index++) products += (left[index]! - leftMean) * (right[index]! - rightMean);
  return products / (left.length - 1);
}

/** A quantile, between neighbours in proportion (type 7 of Hyndman & Fan, 1996, as NumPy has it); `null` of nothing. */
export function quantileOf(values: ArrayLike<number>, share: number): number | null {
  return quantileOfSorted(Float64Array.from(values).sort(), share);
}

/** The same of values in ascending order already. */
export function quantileOfSorted(sorted: Float64Array, share: number): number | null {
  if (sorted.length === 0) return null;
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

/** One over another; `null` where either is not defined or the lower one is 0. */
export const over = (upper: number | null, lower: number | null): number | null =>
  upper === null || lower === null || lower === 0 ? null : upper / lower;

/** Π(1 + r); 1 of nothing. */
export function growthOf(returns: ArrayLike<number>): number {
  let product = 1;
  for (let bar = 0; bar < returns.length; bar++) product *= 1 + returns[bar]!;
  return product;
}

/** Fall from the highest value so far at each bar, as a share of it, the start being the first peak: −0.1 is 10 % down. */
export function drawdownPath(returns: ArrayLike<number>): Float64Array {
  let value = 1,
    peak = 1;
  return Float64Array.from(returns, (change) => {
    value *= 1 + change;
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

/** Values for which a test holds, of a series and of another one beside it. */
export function rowsWhere(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  test: (left: number, right: number) => boolean,
): { readonly left: Float64Array; readonly right: Float64Array } {
  const kept = new Int32Array(left.length);
  let count = 0;
  for (let row = 0; row < left.length; row++) if (test(left[row]!, right[row]!)) kept[count++] = row;
  const take = (values: ArrayLike<number>) => {
    const taken = new Float64Array(count);
    for (let place = 0; place < count; place++) taken[place] = values[kept[place]!]!;
    return taken;
  };
  return { left: take(left), right: take(right) };
}

/** Stretches below an earlier peak: how long each lasted, in bars from its first bar below to the last, and how deep it went. */
export function drawdownsOf(
  returns: ArrayLike<number>,
): readonly { readonly bars: number; readonly depth: number; readonly recovered: boolean }[] {
  const stretches: { bars: number; depth: number; recovered: boolean }[] = [];
  let current: (typeof stretches)[number] | undefined;
  for (const depth of drawdownPath(returns)) {
    if (depth < 0) {
      if (!current) stretches.push((current = { bars: 0, depth: 0, recovered: false }));
      current.bars++;
      current.depth = Math.min(current.depth, depth);
    } else if (current) {
      current.recovered = true;
      current = undefined;
    }
  }
  return stretches;
}
