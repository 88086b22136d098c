import type { Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";

/**
 * Draws an action for each row of an actor's heads: logits, or means with common log standard deviations. Into `scored`, from
 * `start` on, goes what the network scores: one-hot rows or unclipped numbers; into `taken` what the environment takes: choices or
 * numbers clipped to the box.
 */
export type Sampler = (heads: Float32Array, random: Random, scored: Float32Array, start: number, taken: Float32Array | Int32Array) => void;

/** The sampler of an action space. */
export function sampler(space: Space, logDeviation: Float32Array | undefined): Sampler {
  return space.kind === "discrete" ? sampleChoices(space.count) : sampleNormals(space, logDeviation!);
}

function sampleChoices(count: number): Sampler {
  const weights = new Float64Array(count);
  return (heads, random, scored, start, taken) => {
    scored.fill(0, start, start + heads.length);
    for (let row = 0; row < taken.length; row++) {
      const choice = drawChoice(heads, row * count, weights, random.uniform());
      scored[start + row * count + choice] = 1;
      taken[row] = choice;
    }
  };
}

/** The choice at which the cumulated softmax of the logits passes `uniform`. */
function drawChoice(logits: Float32Array, from: number, weights: Float64Array, uniform: number): number {
  let highest = -Infinity;
  for (let choice = 0; choice < weights.length; choice++) highest = Math.max(highest, logits[from + choice]!);
  let total = 0;
  for (let choice = 0; choice < weights.length; choice++) total += weights[choice] = Math.exp(logits[from + choice]! - highest);
  let rest = uniform * total;
  for (let choice = 0; choice < weights.length - 1; choice++) {
    rest -= weights[choice]!;
    if (rest < 0) return choice;
  }
  return weights.length - 1;
}

function sampleNormals({ size, low, high }: Extract<Space, { kind: "box" }>, logDeviation: Float32Array): Sampler {
  return (heads, random, scored, start, taken) => {
    for (let at = 0; at < heads.length; at++) {
      const value = heads[at]! + Math.exp(logDeviation[at % size]!) * random.normal();
      scored[start + at] = value;
      taken[at] = Math.min(Math.max(value, low), high);
    }
  };
}
