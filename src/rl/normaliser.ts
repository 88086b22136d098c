import type { MomentsState, RewardNormaliserState } from "./state.ts";

/** Counts start here, as in OpenAI Baselines and Stable-Baselines3, so that the first batch is never divided by 0. */
const initialCount = 1e-4;
const epsilon = 1e-8;
const limit = 10;

/** Running mean and population variance of each column, in float64 (Chan, Golub & LeVeque, 1979). */
export class RunningMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  count = initialCount;

  constructor(width: number) {
    this.mean = new Float64Array(width);
    this.variance = new Float64Array(width).fill(1);
  }

  /** Takes in `rows.length / width` rows at once. */
  update(rows: ArrayLike<number>): void {
    const width = this.mean.length;
    const added = rows.length / width;
    const total = this.count + added;
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let at = column; at < rows.length; at += width) sum += rows[at]!;
      const batchMean = sum / added;
      let squares = 0;
      for (let at = column; at < rows.length; at += width) squares += (rows[at]! - batchMean) ** 2;
      const delta = batchMean - this.mean[column]!;
      this.mean[column]! += (delta * added) / total;
      this.variance[column] = (this.variance[column]! * this.count + squares + (delta * delta * this.count * added) / total) / total;
    }
    this.count = total;
  }

  save(): MomentsState {
    return { mean: [...this.mean], variance: [...this.variance], count: this.count };
  }

  restore({ mean, variance, count }: MomentsState): void {
    this.mean.set(mean);
    this.variance.set(variance);
    this.count = count;
  }
}

/** Observations to mean 0 and variance 1 by running statistics, clipped at ±10 (VecNormalize of Stable-Baselines3). */
export class ObservationNormaliser {
  readonly moments: RunningMoments;
  /** 1 / √(variance + 1e-8) of each column. */
  readonly scale: Float64Array;

  constructor(width: number) {
    this.moments = new RunningMoments(width);
    this.scale = new Float64Array(width).fill(1);
  }

  update(rows: Float32Array): void {
    this.moments.update(rows);
    this.rescale();
  }

  /** Writes `length` numbers, which are whole rows, from `source` at `from` into `target` at `to`. */
  apply(source: Float32Array, from: number, length: number, target: Float32Array, to: number): void {
    const { mean } = this.moments;
    const width = mean.length;
    for (let row = 0; row < length; row += width) {
      for (let column = 0; column < width; column++) {
        const value = (source[from + row + column]! - mean[column]!) * this.scale[column]!;
        target[to + row + column] = value > limit ? limit : value < -limit ? -limit : value;
      }
    }
  }

  restore(state: MomentsState): void {
    this.moments.restore(state);
    this.rescale();
  }

  private rescale(): void {
    const { variance } = this.moments;
    for (let column = 0; column < variance.length; column++) this.scale[column] = 1 / Math.sqrt(variance[column]! + epsilon);
  }
}

/** Rewards divided by the running standard deviation of the discounted return, clipped at ±10 (VecNormalize). */
export class RewardNormaliser {
  readonly moments = new RunningMoments(1);
  readonly discounted: Float64Array;
  private readonly gamma: number;

  constructor(count: number, gamma: number) {
    this.discounted = new Float64Array(count);
    this.gamma = gamma;
  }

  /** Takes in one step's rewards, one an environment, and writes them normalised into `target` at `to`. */
  apply(rewards: Float32Array, terminated: Uint8Array, truncated: Uint8Array, target: Float32Array, to: number): void {
    const { discounted, moments } = this;
    for (let index = 0; index < discounted.length; index++) discounted[index] = discounted[index]! * this.gamma + rewards[index]!;
    moments.update(discounted);
    const scale = this.scale();
    for (let index = 0; index < discounted.length; index++) {
      target[to + index] = Math.min(Math.max(rewards[index]! * scale, -limit), limit);
      if (terminated[index] === 1 || truncated[index] === 1) discounted[index] = 0;
    }
  }

  /** What rewards are multiplied by at this time, before they are clipped. */
  scale(): number {
    return 1 / Math.sqrt(this.moments.variance[0]! + epsilon);
  }

  save(): RewardNormaliserState {
    return { ...this.moments.save(), discounted: [...this.discounted] };
  }

  restore(state: RewardNormaliserState): void {
    this.moments.restore(state);
    this.discounted.set(state.discounted);
  }
}

/** Bound of normalised observations and rewards on either side. */
export const normalisedLimit = limit;
