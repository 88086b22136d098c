import { eachAnswer, type ExplainedFunction } from "./explained-function.ts";

/** A game whose players are features: what a coalition is worth is what the policy answers, on average, where only they are known. */
export interface CoalitionGame {
  readonly players: number;
  readonly outputs: number;
  /** From coalitions, [count × players] of 0 and 1, what each is worth, [count × outputs]. */
  worth(coalitions: Uint8Array): Float64Array;
}

/**
 * The game of one decision: players in the coalition show what was observed, the others what each background observation shows, and
 * the answers are averaged (the interventional game of Lundberg & Lee, 2017). Many coalitions are asked for in one call.
 */
export function coalitionGame(
  explained: ExplainedFunction,
  observation: Float32Array,
  background: Float32Array,
  owner: Int32Array,
  players: number,
): CoalitionGame {
  const [size, outputs] = [explained.inputs.length, explained.outputs.length];
  const backgroundRows = background.length / size;
  return {
    players,
    outputs,
    worth(coalitions) {
      const count = coalitions.length / players;
      const worths = new Float64Array(count * outputs);
      eachAnswer(
        explained,
        count * backgroundRows,
        (row, into, offset) => {
          const coalition = Math.floor(row / backgroundRows);
          const from = (row - coalition * backgroundRows) * size;
          for (let column = 0; column < size; column++) {
            const isKnown = coalitions[coalition * players + owner[column]!] === 1;
            into[offset + column] = isKnown ? observation[column]! : background[from + column]!;
          }
        },
        (row, answers, offset) => {
          const at = Math.floor(row / backgroundRows) * outputs;
          for (let output = 0; output < outputs; output++) worths[at + output]! += answers[offset + output]! / backgroundRows;
        },
      );
      return worths;
    },
  };
}

/** What the players of a game are given for their part. */
export interface ShapleyValues {
  /** [outputs], what nobody is worth, and what all are. */
  readonly nobody: Float64Array;
  readonly all: Float64Array;
  /** [players × outputs], in sum all − nobody. */
  readonly values: Float64Array;
  /** [players × outputs], where the method is random and has drawn often enough to tell. */
  readonly standardErrors?: Float64Array;
}
