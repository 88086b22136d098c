import type { Random } from "../../base/index.ts";

/** Index of the centre that is nearest to the row at `rows[offset]` and after; the first of several. */
export function nearestCentre(centres: readonly ArrayLike<number>[], rows: ArrayLike<number>, offset = 0): number {
  let nearest = 0;
  let least = Infinity;
  for (let index = 0; index < centres.length; index++) {
    const distance = squaredDistance(centres[index]!, rows, offset);
    if (distance < least) {
      least = distance;
      nearest = index;
    }
  }
  return nearest;
}

function squaredDistance(centre: ArrayLike<number>, rows: ArrayLike<number>, offset: number): number {
  let sum = 0;
  for (let column = 0; column < centre.length; column++) sum += (rows[offset + column]! - centre[column]!) ** 2;
  return sum;
}

/** Centres of clusters, and the sum of squared distances of all rows from their nearest one. */
export interface Clusters {
  readonly centres: readonly (readonly number[])[];
  readonly inertia: number;
}

/** First centres by k-means++: each a row, chosen with odds of its squared distance from those before (Arthur & Vassilvitskii, 2007). */
function seededCentres(rows: Float64Array, width: number, count: number, random: Random): number[][] {
  const rowAt = (row: number) => [...rows.subarray(row * width, (row + 1) * width)];
  const centres = [rowAt(random.below(rows.length / width))];
  const odds = new Float64Array(rows.length / width).fill(Infinity);
  while (centres.length < count) {
    let total = 0;
    for (let row = 0; row < odds.length; row++) {
      odds[row] = Math.min(odds[row]!, squaredDistance(centres.at(-1)!, rows, row * width));
      total += odds[row]!;
    }
    let rest = random.uniform() * total;
    let chosen = odds.findLastIndex((each) => each > 0); // Where rounding leaves something over, the last that may be.
    for (let row = 0; row < odds.length; row++) {
      rest -= odds[row]!;
      if (rest < 0) {
        chosen = row;
        break;
      }
    }
    if (chosen < 0) return centres; // No further row differs from the centres.
    centres.push(rowAt(chosen));
  }
  return centres;
}

/** Moves centres to the means of their rows until none changes its centre (Lloyd, 1982). */
function settled(rows: Float64Array, width: number, centres: number[][], maxIterations: number): Clusters {
  const count = rows.length / width;
  const labels = new Int32Array(count).fill(-1);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const sums = centres.map(() => new Float64Array(width));
    const sizes = centres.map(() => 0);
    let changes = 0;
    for (let row = 0; row < count; row++) {
      const label = nearestCentre(centres, rows, row * width);
      if (label !== labels[row]) changes++;
      labels[row] = label;
      sizes[label]!++;
      for (let column = 0; column < width; column++) sums[label]![column]! += rows[row * width + column]!;
    }
    if (changes === 0) break;
    centres = centres.map((centre, label) => (sizes[label] === 0 ? centre : [...sums[label]!].map((sum) => sum / sizes[label]!)));
  }
  let inertia = 0;
  for (let row = 0; row < count; row++) inertia += squaredDistance(centres[nearestCentre(centres, rows, row * width)]!, rows, row * width);
  return { centres, inertia };
}

/** The tightest of several k-means clusterings of rows [rows × width]. It has fewer centres where fewer rows differ. */
export function kMeans(
  rows: Float64Array,
  width: number,
  { clusters, restarts, random }: { readonly clusters: number; readonly restarts: number; readonly random: Random },
): Clusters {
  return Array.from({ length: restarts }, () => settled(rows, width, seededCentres(rows, width, clusters, random), 300)).reduce(
    (best, each) => (each.inertia < best.inertia ? each : best),
  );
}
