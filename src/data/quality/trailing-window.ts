/** The last `size` numbers of a series, kept in order so that their median and spread are at hand; what is no number is passed over. */
export class TrailingWindow {
  private readonly recent: Float64Array;
  private readonly ascending: Float64Array;
  private next = 0;
  private held = 0;

  constructor(size: number) {
    this.recent = new Float64Array(size);
    this.ascending = new Float64Array(size);
  }

  /** How many numbers are in it. */
  get count(): number {
    return this.held;
  }

  push(value: number): void {
    if (!Number.isFinite(value)) return;
    const { recent, ascending } = this;
    if (this.held === recent.length) {
      const gone = this.placeOf(recent[this.next]!);
      ascending.copyWithin(gone, gone + 1, this.held);
      this.held--;
    }
    const place = this.placeOf(value);
    ascending.copyWithin(place + 1, place, this.held);
    ascending[place] = value;
    recent[this.next] = value;
    this.next = (this.next + 1) % recent.length;
    this.held++;
  }

  /** The middle value, the mean of the two middle ones where their number is even; NaN with none. */
  median(): number {
    const { ascending, held } = this;
    return (ascending[(held - 1) >> 1]! + ascending[held >> 1]!) / 2;
  }

  /** Median distance from the median (Hampel, 1974), in the values' own unit; NaN with none. */
  medianDeviation(): number {
    const { ascending, held } = this;
    if (held === 0) return NaN;
    const center = this.median();
    let below = this.placeOf(center) - 1;
    let above = below + 1;
    let deviation = 0;
    let lower = 0;
    for (let taken = 0; taken <= held >> 1; taken++) {
      lower = deviation;
      const down = below >= 0 ? center - ascending[below]! : Infinity;
      const up = above < held ? ascending[above]! - center : Infinity;
      if (down < up) [deviation, below] = [down, below - 1];
      else [deviation, above] = [up, above + 1];
    }
    return held % 2 === 0 ? (lower + deviation) / 2 : deviation;
  }

  /** Its numbers, oldest first, so that a window that is given them again goes on alike. */
  values(): number[] {
    const { recent, next, held } = this;
    return Array.from({ length: held }, (_, index) => recent[(next - held + index + recent.length) % recent.length]!);
  }

  /** Index of the first value that is not below the given one. */
  private placeOf(value: number): number {
    let low = 0;
    let high = this.held;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ascending[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Standard deviations that a median deviation is worth where values are normal: 1 / Φ⁻¹(3/4). */
export const deviationsPerMedian = 1.482602218505602;

/** The value below which a share of the values lies (the lower neighbour); what is no number is passed over, and NaN comes of none. */
export function quantileOf(values: ArrayLike<number>, share: number): number {
  const ascending = Float64Array.from(values).filter(Number.isFinite).toSorted();
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? NaN;
}
