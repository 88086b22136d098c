/** What was done in the running episodes of a vector environment. It grows to the longest episode that there has been. */
export class ActionLog {
  private readonly count: number;
  private capacity: number;
  private actions: Float32Array;

  /** `capacity` is in steps. */
  constructor(count: number, capacity: number) {
    this.count = count;
    this.capacity = capacity;
    this.actions = new Float32Array(count * capacity);
  }

  /** Notes an environment's action; `step` counts from 0 within its episode. */
  write(index: number, step: number, action: number): void {
    if (step === this.capacity) this.grow();
    this.actions[index * this.capacity + step] = action;
  }

  /** The first `steps` actions of an environment's episode. */
  read(index: number, steps: number): Float32Array {
    return this.actions.subarray(index * this.capacity, index * this.capacity + steps);
  }

  private grow(): void {
    const grown = new Float32Array(2 * this.actions.length);
    for (let index = 0; index < this.count; index++) grown.set(this.read(index, this.capacity), 2 * index * this.capacity);
    this.actions = grown;
    this.capacity *= 2;
  }
}
