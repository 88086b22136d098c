import type { CoalitionGame, ShapleyValues } from "./coalition-game.ts";

/** Players up to which every coalition is asked for; each one more doubles the work. */
export const mostExactPlayers = 16;

/**
 * Shapley values (Shapley, 1953) by their definition, from the worth of all 2ⁿ coalitions: what a player adds to each coalition of s
 * others, weighted by s! (n − 1 − s)! / n!.
 */
export function exactShapley({ players, outputs, worth }: CoalitionGame): ShapleyValues {
  const count = 2 ** players;
  const coalitions = new Uint8Array(count * players);
  const sizes = new Uint8Array(count);
  for (let mask = 0; mask < count; mask++) {
    for (let player = 0; player < players; player++) sizes[mask]! += coalitions[mask * players + player] = (mask >> player) & 1;
  }
  const weights = [1 / players];
  for (let size = 1; size < players; size++) weights.push((weights[size - 1]! * size) / (players - size));
  const worths = worth(coalitions);
  const values = new Float64Array(players * outputs);
  for (let mask = 0; mask < count; mask++) {
    const weight = weights[sizes[mask]!]!;
    for (let player = 0; player < players; player++) {
      if ((mask >> player) & 1) continue;
      const joined = mask | (1 << player);
      for (let output = 0; output < outputs; output++)
        values[player * outputs + output]! += weight * (worths[joined * outputs + output]! - worths[mask * outputs + output]!);
    }
  }
  return { nobody: worths.slice(0, outputs), all: worths.slice((count - 1) * outputs), values };
}
