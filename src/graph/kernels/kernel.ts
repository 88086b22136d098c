import type { WasmMemory } from "./wasm.ts";
/**
 * A computation that no backend's operations express well, as a loop of this project's own: one operation to a graph. Its gradient, if
 * it has one, is stated where it is used (`withGradient`).
 */
export interface Kernel {
  /** What it is called in messages. */
  readonly name: string;
  /** Numbers that the loop needs room for besides operands and result. */
  readonly scratch: number;
  /** The result in float64, worked out plainly: the measure of the loop. */
  reference(operands: readonly Float64Array[]): Float64Array;
  /** Makes the loop; all arrays lie in `memory`, which nothing else grows. */
  bind(memory: WasmMemory, operands: readonly Float32Array[], result: Float32Array, scratch: Float32Array): () => void;
}
