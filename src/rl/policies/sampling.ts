import type { Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import { StateDependentNoise } from "./state-dependent.ts";

/** What an actor's program gives, one row an environment: logits or means, and the features that exploration depends on. */
export type ActorResults = Readonly<{ head: Float32Array; features?: Float32Array }>;

/**
 * Draws an action for each row of an actor's results at step `step` of a round. Into `scored`, from `start` on, goes what the
 * network scores: one-hot rows or unclipped numbers; into `taken` what the environment takes: choices or numbers clipped to the box.
 */
export type Sampler = (
  results: ActorResults,
  random: Random,
  scored: Float32Array,
  start: number,
  taken: Float32Array | Int32Array,
  step: number,
) => void;

/** How a sampler explores where deviations depend on the state: rows side by side, and steps between draws (none in a round: null). */
export interface ExplorationSpec {
  readonly count: number;
  readonly sdeSampleFreq: number | null;
}

/** The sampler of an action space; with `exploration`, log standard deviations are those of state-dependent exploration. */
export function sampler(space: Space, logDeviation: Float32Array | undefined, exploration?: ExplorationSpec): Sampler {
  if (space.kind === "discrete") return sampleChoices(space.count);
  return exploration ? sampleByState(space, logDeviation!, exploration) : sampleNormals(space, logDeviation!);
}

function sampleChoices(count: number): Sampler {
  const weights = new Float64Array(count);
  return ({ head: heads }, random, scored, start, taken) => {
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
  return ({ head: heads }, random, scored, start, taken) => {
    for (let at = 0; at < heads.length; at++) {
      const value = heads[at]! + Math.exp(logDeviation[at % size]!) * random.normal();
      scored[start + at] = value;
      taken[at] = Math.min(Math.max(value, low), high);
    }
  };
}

function sampleByState(
  { size, low, high }: Extract<Space, { kind: "box" }>,
  logDeviation: Float32Array,
  { count, sdeSampleFreq }: ExplorationSpec,
): Sampler {
  const exploration = new StateDependentNoise(logDeviation, size, count);
  return ({ head, features }, random, scored, start, taken, step) => {
    if (step === 0 || (sdeSampleFreq !== null && step % sdeSampleFreq === 0)) exploration.redraw(random);
    for (let at = 0; at < head.length; at++) {
      const value = head[at]! + exploration.noise(features!, Math.floor(at / size), at % size);
      scored[start + at] = value;
      taken[at] = Math.min(Math.max(value, low), high);
    }
  };
}
