import type { Random } from "../../base/index.ts";
import type { CoalitionGame, ShapleyValues } from "./coalition-game.ts";

/**
 * Shapley values from random orders of the players (Štrumbelj & Kononenko, 2014): what each adds when it joins those before it. Every
 * order is also gone through backwards (Mitchell, Cooper, Frank & Holmes, 2022), so that games of pairs are exact after one. Standard
 * errors are over the orders.
 */
export function permutationShap({ players, outputs, worth }: CoalitionGame, orders: number, random: Random): ShapleyValues {
  const chain = players + 1;
  const coalitions = new Uint8Array(2 * orders * chain * players);
  const joining: Int32Array[] = [];
  const order = Int32Array.from({ length: players }, (_, player) => player);
  for (let draw = 0; draw < orders; draw++) {
    random.shuffle(order);
    joining.push(order.slice(), order.toReversed());
  }
  joining.forEach((sequence, index) => {
    for (let size = 1; size <= players; size++) {
      const from = (index * chain + size) * players;
      coalitions.copyWithin(from, from - players, from);
      coalitions[from + sequence[size - 1]!] = 1;
    }
  });
  const worths = worth(coalitions);
  const [values, squares] = [new Float64Array(players * outputs), new Float64Array(players * outputs)];
  const drawn = new Float64Array(players * outputs);
  for (let draw = 0; draw < orders; draw++) {
    drawn.fill(0);
    for (const index of [2 * draw, 2 * draw + 1]) addJoining(joining[index]!, worths, index * chain, outputs, drawn);
    const weight = 1 / (draw + 1); // Welford's running mean and squares.
    for (let at = 0; at < drawn.length; at++) {
      const distance = drawn[at]! / 2 - values[at]!;
      values[at]! += weight * distance;
      squares[at]! += distance * (drawn[at]! / 2 - values[at]!);
    }
  }
  return {
    nobody: worths.slice(0, outputs),
    all: worths.slice(players * outputs, chain * outputs),
    values,
    ...(orders > 1 && { standardErrors: squares.map((sum) => Math.sqrt(Math.max(sum, 0) / (orders - 1) / orders)) }),
  };
}

function addJoining(sequence: Int32Array, worths: Float64Array, from: number, outputs: number, sums: Float64Array): void {
  sequence.forEach((player, place) => {
    for (let output = 0; output < outputs; output++)
      sums[player * outputs + output]! += worths[(from + place + 1) * outputs + output]! - worths[(from + place) * outputs + output]!;
  });
}
