/**
 * Points spread evenly over the simplex of weights of at least 0 with sum 1, as [points × assets]: (k + 1/assets) ÷ (grid + 1) for all whole k
 * with Σ k = grid, the finest grid of at most `most` points. They treat assets alike; of two assets they are the midpoint rule.
 */
export function simplexLattice(assets: number, most: number): Float64Array {
  let grid = 0;
  while (latticeSize(assets, grid + 1) <= most && assets > 1) grid++;
  const points: number[] = [];
  const counts = new Array<number>(assets).fill(0);
  const place = (asset: number, left: number): void => {
    if (asset === assets - 1) {
      counts[asset] = left;
      for (const count of counts) points.push((count + 1 / assets) / (grid + 1));
      return;
    }
    for (let count = 0; count <= left; count++) {
      counts[asset] = count;
      place(asset + 1, left - count);
    }
  };
  place(0, grid);
  return Float64Array.from(points);
}

/** Ways to share `grid` among the assets: C(grid + assets − 1, assets − 1). */
function latticeSize(assets: number, grid: number): number {
  let size = 1;
  for (let step = 1; step < assets; step++) size = (size * (grid + step)) / step;
  return size;
}
