import { copyingMemory, type CopyWindows, mostBytes } from "./copy-windows.ts";

/** What the windows of a block are of. */
export interface ObservationBlockOptions {
  /** [rows × width], copied. */
  readonly values: Float32Array;
  readonly width: number;
  /** In rows. */
  readonly window: number;
  readonly count: number;
  /** Numbers in an observation, of which the window is the first part. */
  readonly size: number;
}

const padded = (size: number) => Math.ceil(size / 64) * 64;

/**
 * A feature matrix and the observations of N environments in one memory. Copying windows is most of an environment's step:
 * JavaScript copies number by number, while WebAssembly copies a window at once and all of them in one call, in a third of the time.
 * Where a block is too large for such a memory its windows are copied one by one.
 */
export class ObservationBlock {
  /** [count × size] */
  readonly observations: Float32Array;
  /** [count], the last row of each environment's window. */
  readonly rows: Int32Array;
  private readonly values: Float32Array;
  private readonly copy: CopyWindows | undefined;
  private readonly width: number;
  private readonly length: number;
  private readonly size: number;
  private readonly count: number;

  constructor({ values, width, window, count, size }: ObservationBlockOptions, limitBytes = mostBytes) {
    this.width = width;
    this.length = width * window;
    this.size = size;
    this.count = count;
    const [observationsAt, valuesAt] = [padded(4 * count), padded(4 * count) + padded(4 * count * size)];
    const bytes = valuesAt + 4 * values.length;
    const memory = bytes <= limitBytes ? copyingMemory(bytes) : undefined;
    const buffer = memory?.buffer ?? new ArrayBuffer(valuesAt);
    this.copy = memory?.copy;
    this.rows = new Int32Array(buffer, 0, count);
    this.observations = new Float32Array(buffer, observationsAt, count * size);
    this.values = memory ? new Float32Array(buffer, valuesAt, values.length) : values;
    if (memory) this.values.set(values);
  }

  /** Writes every environment's window. */
  copyAll(): void {
    const { values, width, length, size, count, copy } = this;
    const windows = values.byteOffset + 4 * (width - length);
    if (copy) copy(this.rows.byteOffset, count, windows, 4 * width, this.observations.byteOffset, 4 * size, 4 * length);
    else for (let index = 0; index < count; index++) this.copyOne(index, this.observations);
  }

  /** Writes an environment's window to its place in `out` [count × size], and returns the index behind it. */
  copyOne(index: number, out: Float32Array): number {
    const end = (this.rows[index]! + 1) * this.width;
    const offset = index * this.size;
    out.set(this.values.subarray(end - this.length, end), offset);
    return offset + this.length;
  }
}
