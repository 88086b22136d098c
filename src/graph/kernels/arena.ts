import { wasmMemory, type WasmMemory } from "./wasm.ts";

/** Bytes for all small programs of a process; pages that nothing touches cost nothing. */
const capacity = 16 * 2 ** 20;
/** Stretches begin at multiples of so many numbers. */
const unit = 16;

interface Stretch {
  readonly start: number;
  readonly size: number;
}

let memory: WasmMemory | undefined;
let free: Stretch[] = [{ start: 0, size: capacity / 4 }];

/** The memory that stretches of `takeStretch` lie in: one for all, because each reserves gigabytes of addresses. */
export const arenaMemory = (): WasmMemory => (memory ??= wasmMemory(capacity));

const rounded = (size: number): number => Math.ceil(size / unit) * unit;

/** Whether a stretch of so many numbers can be had. */
export const isFree = (size: number): boolean => free.some((stretch) => stretch.size >= rounded(size));

/** Room for so many numbers, all 0, or undefined where there is none left. */
export function takeStretch(size: number): Float32Array | undefined {
  const wanted = rounded(size);
  const index = free.findIndex((stretch) => stretch.size >= wanted);
  if (index < 0) return undefined;
  const { start, size: found } = free[index]!;
  free.splice(index, 1, ...(found > wanted ? [{ start: start + wanted, size: found - wanted }] : []));
  return new Float32Array(arenaMemory().buffer, 4 * start, size).fill(0);
}

/** Gives a stretch back. */
export function giveStretch(stretch: Float32Array): void {
  const returned = { start: stretch.byteOffset / 4, size: rounded(stretch.length) };
  const merged: Stretch[] = [];
  for (const each of [...free, returned].toSorted((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (last && last.start + last.size === each.start) merged[merged.length - 1] = { start: last.start, size: last.size + each.size };
    else merged.push(each);
  }
  free = merged;
}
