/**
 * Hierarchical risk parity (López de Prado, 2016): assets are joined by the distance √(½ (1 − ρ)) of their correlations to all others
 * (single linkage), put in the order of that tree, and halves of the order share weight in inverse proportion to their variances.
 * `covariance` is [n × n] with variances above 0.
 */
export function hierarchicalWeights(covariance: Float64Array, size: number): Float64Array {
  const order = leafOrder(linkageDistances(covariance, size), size);
  const weights = new Float64Array(size).fill(1);
  const halve = (cluster: readonly number[]): void => {
    if (cluster.length < 2) return;
    const middle = cluster.length >> 1;
    const [left, right] = [cluster.slice(0, middle), cluster.slice(middle)];
    const [leftRisk, rightRisk] = [clusterVariance(covariance, size, left), clusterVariance(covariance, size, right)];
    const share = 1 - leftRisk / (leftRisk + rightRisk);
    for (const asset of left) weights[asset]! *= share;
    for (const asset of right) weights[asset]! *= 1 - share;
    halve(left);
    halve(right);
  };
  halve(order);
  return weights;
}

/** Euclidean distances between the rows of the matrix of correlation distances. */
function linkageDistances(covariance: Float64Array, size: number): Float64Array {
  const deviation = (asset: number) => Math.sqrt(covariance[asset * (size + 1)]!);
  const near = Float64Array.from({ length: size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    const correlation = covariance[index]! / (deviation(row) * deviation(column));
    return Math.sqrt(Math.max(0, (1 - correlation) / 2));
  });
  return Float64Array.from({ length: size * size }, (_, index) => {
    const [left, right] = [Math.floor(index / size), index % size];
    let squares = 0;
    for (let other = 0; other < size; other++) squares += (near[left * size + other]! - near[right * size + other]!) ** 2;
    return Math.sqrt(squares);
  });
}

/** The leaves of the single-linkage tree from left to right. */
function leafOrder(distances: Float64Array, size: number): number[] {
  const clusters: number[][] = Array.from({ length: size }, (_, asset) => [asset]);
  while (clusters.length > 1) {
    let [best, left, right] = [Infinity, 0, 1];
    for (let first = 0; first < clusters.length; first++) {
      for (let second = first + 1; second < clusters.length; second++) {
        const distance = nearest(distances, size, clusters[first]!, clusters[second]!);
        if (distance < best) [best, left, right] = [distance, first, second];
      }
    }
    const joined = [...clusters[left]!, ...clusters[right]!];
    clusters.splice(right, 1);
    clusters.splice(left, 1);
    clusters.push(joined);
  }
  return clusters[0] ?? [];
}

function nearest(distances: Float64Array, size: number, left: readonly number[], right: readonly number[]): number {
  let least = Infinity;
  for (const first of left) for (const second of right) least = Math.min(least, distances[first * size + second]!);
  return least;
}

/** Variance of a cluster whose members are weighted by one over variance. */
function clusterVariance(covariance: Float64Array, size: number, members: readonly number[]): number {
  const inverse = members.map((asset) => 1 / covariance[asset * (size + 1)]!);
  const total = inverse.reduce((sum, value) => sum + value, 0);
  let variance = 0;
  for (const [left, first] of members.entries())
    for (const [right, second] of members.entries())
      variance += ((inverse[left]! * inverse[right]!) / total ** 2) * covariance[first * size + second]!;
  return variance;
}
