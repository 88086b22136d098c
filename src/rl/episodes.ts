import type { EpisodesState } from "./state.ts";

/** Finished episodes that the mean return is taken over, as in Stable-Baselines3. */
const remembered = 100;

/** Raw returns of the episodes under way and of the last hundred that ended. */
export class Episodes {
  private readonly running: Float64Array;
  private finished: number[] = [];

  constructor(count: number) {
    this.running = new Float64Array(count);
  }

  /** Takes in one step of every environment. */
  update(rewards: Float32Array, terminated: Uint8Array, truncated: Uint8Array): void {
    for (let index = 0; index < this.running.length; index++) {
      this.running[index]! += rewards[index]!;
      if (terminated[index] === 0 && truncated[index] === 0) continue;
      this.finished.push(this.running[index]!);
      if (this.finished.length > remembered) this.finished.shift();
      this.running[index] = 0;
    }
  }

  returnMean(): number | null {
    return this.finished.length === 0 ? null : this.finished.reduce((total, value) => total + value, 0) / this.finished.length;
  }

  save(): EpisodesState {
    return { running: [...this.running], finished: [...this.finished] };
  }

  restore({ running, finished }: EpisodesState): void {
    this.running.set(running);
    this.finished = [...finished];
  }
}
