/** Joint moments of the last pairs of values: means, sums of squared distances from them, and the sum of products of distances. */
export interface RollingCovariance {
  readonly meanX: number;
  readonly meanY: number;
  readonly squaresX: number;
  readonly squaresY: number;
  readonly products: number;
  update(x: number, y: number): void;
}

/** Moments of pairs over a window in blocks, as `rollingMoments` has them for single values; products are joined alike (Pébay, 2008). */
export function rollingCovariance(period: number): RollingCovariance {
  const xs = new Float64Array(period);
  const ys = new Float64Array(period);
  const fields = 5; // Mean x, mean y, squares x, squares y, products.
  const tails = new Float64Array((period + 1) * fields);
  let meanX = 0;
  let meanY = 0;
  let squaresX = 0;
  let squaresY = 0;
  let products = 0;
  let count = 0;
  let full = false;

  /** Takes a pair into running moments of which there are then `size` pairs. */
  const add = (x: number, y: number, size: number) => {
    const distanceX = x - meanX;
    const distanceY = y - meanY;
    meanX += distanceX / size;
    meanY += distanceY / size;
    squaresX += distanceX * (x - meanX);
    squaresY += distanceY * (y - meanY);
    products += distanceX * (y - meanY);
  };
  const clear = () => {
    meanX = meanY = squaresX = squaresY = products = 0;
  };
  const rebuildTails = () => {
    clear();
    for (let index = period - 1; index >= 0; index--) {
      add(xs[index]!, ys[index]!, period - index);
      const at = index * fields;
      tails[at] = meanX;
      tails[at + 1] = meanY;
      tails[at + 2] = squaresX;
      tails[at + 3] = squaresY;
      tails[at + 4] = products;
    }
    clear();
  };

  const moments = {
    meanX: NaN,
    meanY: NaN,
    squaresX: NaN,
    squaresY: NaN,
    products: NaN,
    update(x: number, y: number) {
      xs[count] = x;
      ys[count++] = y;
      add(x, y, count);
      const tail = full ? period - count : 0;
      const share = tail / (count + tail);
      const at = count * fields;
      const gapX = tails[at]! - meanX;
      const gapY = tails[at + 1]! - meanY;
      moments.meanX = meanX + gapX * share;
      moments.meanY = meanY + gapY * share;
      moments.squaresX = squaresX + tails[at + 2]! + gapX * gapX * count * share;
      moments.squaresY = squaresY + tails[at + 3]! + gapY * gapY * count * share;
      moments.products = products + tails[at + 4]! + gapX * gapY * count * share;
      if (count < period) return;
      rebuildTails();
      count = 0;
      full = true;
    },
  };
  return moments;
}

/** Correlation from joint moments; 0 where one of the two never moves. */
export const correlationOf = ({ squaresX, squaresY, products }: RollingCovariance): number => {
  const scale = Math.sqrt(squaresX) * Math.sqrt(squaresY);
  return scale === 0 ? 0 : Math.max(-1, Math.min(1, products / scale));
};
