/** A float64 column that grows while a file is read: eight bytes a value, where an array of numbers may take more. */
export class GrowingColumn {
  length = 0;
  private values = new Float64Array(1024);

  /** Appends a value and returns its index. */
  push(value: number): number {
    if (this.length === this.values.length) {
      const longer = new Float64Array(2 * this.length);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[this.length] = value;
    return this.length++;
  }

  at(index: number): number {
    return this.values[index]!;
  }

  /** The values, as a view of the memory that they grew in: a copy would hold them twice. */
  finish(): Float64Array {
    return this.values.subarray(0, this.length);
  }

  /** Lets go of the values. */
  clear(): void {
    this.values = new Float64Array(0);
    this.length = 0;
  }
}
