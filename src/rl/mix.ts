/** The weighted sum of what members prefer: `weights` are [count × members], each preference and `out` [count × width]. */
export function mix(preferences: readonly Float32Array[], weights: Float32Array, count: number, out: Float32Array): void {
  const width = out.length / count;
  for (let row = 0; row < count; row++) {
    for (let at = row * width; at < (row + 1) * width; at++) {
      let sum = 0;
      for (let member = 0; member < preferences.length; member++)
        sum += weights[row * preferences.length + member]! * preferences[member]![at]!;
      out[at] = sum;
    }
  }
}

/** Each row of logits [count × width] as weights that sum to 1, in place or into another array. */
export function softmaxRows(logits: Float32Array, count: number, out: Float32Array): void {
  const width = logits.length / count;
  for (let row = 0; row < count; row++) {
    let highest = -Infinity;
    for (let at = row * width; at < (row + 1) * width; at++) highest = Math.max(highest, logits[at]!);
    let total = 0;
    for (let at = row * width; at < (row + 1) * width; at++) total += out[at] = Math.exp(logits[at]! - highest);
    for (let at = row * width; at < (row + 1) * width; at++) out[at]! /= total;
  }
}
