import { z } from "zod";
import { assert, type Random } from "../../base/index.ts";

const rate = z.number().min(0);

/**
 * How events excite one another: an event of type j is followed by `branching[k][i][j]` events of type i in the mean that it caused
 * directly, with exponential delays of rate `decays[k]` a second. Beside, events of type i happen of their own accord.
 */
export const Excitation = z.strictObject({
  decays: z.array(z.number().positive()).min(1).max(16),
  branching: z
    .array(z.array(z.array(rate)).min(1))
    .min(1)
    .max(16),
});

export type Excitation = z.output<typeof Excitation>;

/** A multivariate Hawkes process (Hawkes, 1971): how often each type happens of its own accord, a second, and what excites what. */
export interface HawkesParameters extends Excitation {
  readonly baseline: readonly number[];
}

/** Mean number of events of type i (row) that one of type j (column) causes directly, over all delays. */
export function branchingMatrix({ branching }: Excitation): number[][] {
  return branching[0]!.map((row, i) => row.map((_, j) => branching.reduce((sum, matrix) => sum + matrix[i]![j]!, 0)));
}

/** The spectral radius of a square matrix without negative numbers, by Gelfand's formula. A process is stationary where it is below 1. */
export function spectralRadius(matrix: readonly (readonly number[])[]): number {
  let power = matrix.map((row) => [...row]);
  let logScale = 0; // The matrix's 2ⁿ-th power is `power` times the exponential of this.
  const squarings = 30;
  for (let squaring = 0; squaring <= squarings; squaring++) {
    const norm = Math.max(...power.map((row) => row.reduce((sum, value) => sum + value, 0)));
    if (norm === 0) return 0;
    logScale += Math.log(norm);
    if (squaring === squarings) break;
    const scaled = power.map((row) => row.map((value) => value / norm));
    power = scaled.map((row) => row.map((_, j) => row.reduce((sum, value, k) => sum + value * scaled[k]![j]!, 0)));
    logScale *= 2;
  }
  return Math.exp(logScale / 2 ** squarings);
}

/** Events of each type a second in the long run: (I − A)⁻¹ μ, with A the branching matrix of a stationary process. */
export function meanIntensities(parameters: HawkesParameters): number[] {
  const branching = branchingMatrix(parameters);
  let mean = [...parameters.baseline];
  const next = () => parameters.baseline.map((own, i) => own + branching[i]!.reduce((sum, value, j) => sum + value * mean[j]!, 0));
  for (let round = 0; round < 100_000; round++) {
    const better = next(); // Each round adds the events of one more generation.
    const change = Math.max(...better.map((value, i) => Math.abs(value - mean[i]!)));
    mean = better;
    if (change <= 1e-13 * Math.max(...mean)) break;
  }
  return mean;
}

/**
 * A Hawkes process as it happens, simulated exactly: the next event is the first of independent ones, one of the baseline and one
 * of each delay's excitation, whose times follow in closed form from their exponential decay (Dassios & Zhao, 2013). Baselines may
 * be changed between two draws.
 */
export class HawkesProcess {
  /** Events of each type that happen of their own accord, a second. */
  readonly baseline: Float64Array;
  /** Whether the event that was drawn last happens of its own accord. */
  isOwnAccord = true;
  private readonly types: number;
  private readonly decays: Float64Array;
  private readonly jumps: Float64Array; // [decay, cause, type]: what an event adds to intensities.
  private readonly excited: Float64Array; // [decay, type]: intensities above the baseline.
  private readonly totals: Float64Array; // [decay]
  private source = -1;

  constructor({ baseline, decays, branching }: HawkesParameters) {
    const types = baseline.length;
    assert(
      branching.length === decays.length &&
        branching.every((matrix) => matrix.length === types && matrix.every((row) => row.length === types)),
      "one matrix of all types for each decay",
    );
    this.types = types;
    this.baseline = Float64Array.from(baseline);
    this.decays = Float64Array.from(decays);
    this.jumps = new Float64Array(decays.length * types * types);
    decays.forEach((decay, k) => {
      for (let j = 0; j < types; j++) {
        for (let i = 0; i < types; i++) this.jumps[(k * types + j) * types + i] = branching[k]![i]![j]! * decay;
      }
    });
    this.excited = new Float64Array(decays.length * types);
    this.totals = new Float64Array(decays.length);
  }

  /** Nothing has happened yet. */
  reset(): void {
    this.excited.fill(0);
    this.totals.fill(0);
  }

  /** Lets time pass without an event. */
  pass(seconds: number): void {
    if (seconds === 0) return;
    const { types, decays, excited, totals } = this;
    for (let k = 0; k < decays.length; k++) {
      const factor = Math.exp(-decays[k]! * seconds);
      totals[k]! *= factor;
      if (totals[k]! < 1e-12) {
        totals[k] = 0; // Once in a thousand billion seconds.
        excited.fill(0, k * types, (k + 1) * types);
        continue;
      }
      for (let place = k * types; place < (k + 1) * types; place++) excited[place]! *= factor;
    }
  }

  /** Seconds from now until the next event, Infinity when there is none; `drawType` then says of which type. */
  drawWait(random: Random): number {
    const { baseline, decays, totals, types } = this;
    let total = 0;
    for (let i = 0; i < types; i++) total += baseline[i]!;
    let least = total > 0 ? -Math.log(1 - random.uniform()) / total : Infinity;
    this.source = -1;
    for (let k = 0; k < decays.length; k++) {
      if (totals[k] === 0) continue;
      const left = 1 + (decays[k]! * Math.log(1 - random.uniform())) / totals[k]!;
      const wait = left > 0 ? -Math.log(left) / decays[k]! : Infinity;
      if (wait >= least) continue;
      least = wait;
      this.source = k;
    }
    return least;
  }

  /** The type of the event for which `drawWait` has waited. */
  drawType(random: Random): number {
    const { baseline, excited, types, source } = this;
    this.isOwnAccord = source < 0;
    const values = source < 0 ? baseline : excited;
    const start = source < 0 ? 0 : source * types;
    let total = 0;
    for (let i = 0; i < types; i++) total += values[start + i]!;
    let left = random.uniform() * total;
    for (let i = 0; i < types; i++) {
      left -= values[start + i]!;
      if (left < 0) return i;
    }
    return types - 1; // By rounding alone.
  }

  /** An event of a type happens now: it excites others. */
  excite(type: number): void {
    const { types, jumps, excited, totals } = this;
    for (let k = 0; k < totals.length; k++) {
      const from = (k * types + type) * types;
      for (let i = 0; i < types; i++) {
        excited[k * types + i]! += jumps[from + i]!;
        totals[k]! += jumps[from + i]!;
      }
    }
  }

  /** Intensity of a type now, events a second. */
  intensity(type: number): number {
    let sum = this.baseline[type]!;
    for (let k = 0; k < this.totals.length; k++) sum += this.excited[k * this.types + type]!;
    return sum;
  }
}
