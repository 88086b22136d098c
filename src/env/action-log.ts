/**
 * What was done in the running episodes of a vector environment: a ring of steps, each with the actions of all environments, so
 * that a step is written at once. It grows with the longest running episode.
 */
export class ActionLog {
  private readonly width: number;
  private capacity: number;
  private actions: Float32Array;
  /** Steps written so far. */
  private written = 0;
  /** Before this step nothing is needed any more; what is needed may begin later. */
  private needed = 0;
  /** [environments], the step that each one's episode began with. */
  private readonly begins: Float64Array;

  /** `size` numbers an action; `capacity` is in steps, to begin with. */
  constructor(count: number, size: number, capacity: number) {
    this.width = count * size;
    this.capacity = capacity;
    this.actions = new Float32Array(this.width * capacity);
    this.begins = new Float64Array(count);
  }

  /** Forgets an environment's actions: its next one is the first of an episode. */
  begin(index: number): void {
    this.begins[index] = this.written;
  }

  /** Notes the next action of every environment. */
  write(actions: Float32Array | Int32Array): void {
    if (this.written - this.needed >= this.capacity) this.makeRoom();
    this.actions.set(actions, (this.written++ % this.capacity) * this.width);
  }

  /** The actions of an environment's episode, step by step. */
  read(index: number): Float32Array {
    const { width, begins, written } = this;
    const size = width / begins.length;
    const begin = begins[index]!;
    const out = new Float32Array((written - begin) * size);
    for (let step = begin; step < written; step++) {
      const at = (step % this.capacity) * width + index * size;
      out.set(this.actions.subarray(at, at + size), (step - begin) * size);
    }
    return out;
  }

  /** Takes the actions of all environments' episodes in place of what there is. */
  replace(episodes: readonly Float32Array[]): void {
    const size = this.width / this.begins.length;
    this.written = Math.max(...episodes.map(({ length }) => length / size));
    this.needed = 0;
    if (this.written > this.capacity) {
      this.capacity = this.written;
      this.actions = new Float32Array(this.width * this.capacity);
    }
    for (const [index, episode] of episodes.entries()) {
      const begin = this.written - episode.length / size;
      this.begins[index] = begin;
      for (let step = begin; step < this.written; step++) {
        const from = (step - begin) * size;
        this.actions.set(episode.subarray(from, from + size), (step % this.capacity) * this.width + index * size);
      }
    }
  }

  /** Lets go what no running episode needs, or grows: room is left for as many steps again, so that this is rare. */
  private makeRoom(): void {
    this.needed = this.begins.reduce((least, begin) => Math.min(least, begin), this.written);
    if (2 * (this.written - this.needed) <= this.capacity) return;
    const capacity = 2 * this.capacity;
    const grown = new Float32Array(this.width * capacity);
    for (let step = this.needed; step < this.written; step++) {
      const at = (step % this.capacity) * this.width;
      grown.set(this.actions.subarray(at, at + this.width), (step % capacity) * this.width);
    }
    this.actions = grown;
    this.capacity = capacity;
  }
}
