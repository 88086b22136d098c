/** An average of a value over time whose weights fall off exponentially: by half in `halfLifeMs`. */
export class MovingAverage {
  value = 0;
  private readonly halfLifeMs: number;
  private atMs = 0;

  constructor(halfLifeMs: number) {
    this.halfLifeMs = halfLifeMs;
  }

  reset(value: number, timeMs: number): void {
    this.value = value;
    this.atMs = timeMs;
  }

  /** Takes in a value that has held since the last update. */
  update(value: number, timeMs: number): number {
    this.value = value + (this.value - value) * 2 ** ((this.atMs - timeMs) / this.halfLifeMs);
    this.atMs = timeMs;
    return this.value;
  }
}
