/** Who acts when: a binary heap of actors by time, of equal times the lower number first. */
export class ActorQueue {
  private readonly times: Float64Array;
  private readonly heap: Int32Array;
  private readonly count: number;

  constructor(count: number) {
    this.count = count;
    this.times = new Float64Array(count).fill(Infinity);
    this.heap = Int32Array.from({ length: count }, (_, actor) => actor);
  }

  /** Who acts next, and when. */
  get first(): number {
    return this.heap[0]!;
  }

  get firstMs(): number {
    return this.times[this.heap[0]!]!;
  }

  /** Says when an actor acts; `order` must follow unless it is the first one, for whom `moveFirst` does both. */
  set(actor: number, timeMs: number): void {
    this.times[actor] = timeMs;
  }

  /** Says when the first actor acts next. */
  moveFirst(timeMs: number): void {
    this.times[this.heap[0]!] = timeMs;
    this.sink(0);
  }

  /** Puts all into order after some have been set. */
  order(): void {
    for (let place = (this.count >> 1) - 1; place >= 0; place--) this.sink(place);
  }

  private sink(start: number): void {
    const { heap, times, count } = this;
    const actor = heap[start]!;
    const time = times[actor]!;
    let place = start;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= count) break;
      let other = heap[child]!;
      if (child + 1 < count && isBefore(times, heap[child + 1]!, other)) other = heap[++child]!;
      if (time < times[other]! || (time === times[other]! && actor < other)) break;
      heap[place] = other;
      place = child;
    }
    heap[place] = actor;
  }
}

const isBefore = (times: Float64Array, left: number, right: number): boolean =>
  times[left]! < times[right]! || (times[left] === times[right] && left < right);
