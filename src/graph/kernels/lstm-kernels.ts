import type { WasmMemory } from "./wasm.ts";
import { plainFunctions } from "./plain-functions.ts";
import { type KernelFunctions, kernelFunctions } from "./kernel-functions.ts";
import type { Kernel } from "./kernel.ts";

/** Blocks of units that a step leaves behind: four gates, cell, its hyperbolic tangent, hidden state, and the hidden state before. */
export const recordBlocks = 8;
const [cellBlock, hiddenBlock, beforeBlock] = [4, 6, 7];

/** Sizes of an unrolled long short-term memory. */
export interface LstmSizes {
  /** Sequences, of which the steps of one lie behind those of the other. */
  readonly batch: number;
  /** Steps of all sequences; behind the last there may be rows that belong to none. */
  readonly rows: number;
  /** Units. */
  readonly size: number;
}

/** Bytes of a number. */
const width = 4;

/** Four units at a time go through WebAssembly; where four does not divide them, plain loops do the same. */
const functionsFor = (size: number, memory: WasmMemory): KernelFunctions =>
  size % 4 === 0 ? kernelFunctions(memory) : plainFunctions(new Float32Array(memory.buffer));

const referenceArrays = (operands: readonly Float64Array[], resultSize: number, scratch: number) => {
  const sizes = [...operands.map(({ length }) => length), resultSize, scratch];
  const numbers = new Float64Array(sizes.reduce((sum, each) => sum + each, 0));
  let start = 0;
  const arrays = sizes.map((each) => numbers.subarray(start, (start += each)));
  operands.forEach((operand, index) => arrays[index]!.set(operand));
  return { numbers, arrays };
};

type Numbers = Float32Array | Float64Array;

/** A loop over steps of all sequences, made of the functions for one step; `numbers` is all the memory that the arrays lie in. */
type Loop = (functions: KernelFunctions, numbers: Numbers, operands: readonly Numbers[], result: Numbers, scratch: Numbers) => () => void;

function kernelOf(name: string, resultSize: number, scratchSize: number, unit: number, loop: Loop): Kernel {
  return {
    name,
    scratch: scratchSize,
    reference(operands) {
      const { numbers, arrays } = referenceArrays(operands, resultSize, scratchSize);
      const [scratch, result] = [arrays.at(-1)!, arrays.at(-2)!];
      loop(plainFunctions(numbers), numbers, arrays, result, scratch)();
      return result.slice();
    },
    bind: (memory, operands, result, scratch) =>
      loop(functionsFor(unit, memory), new Float32Array(memory.buffer), operands, result, scratch),
  };
}

/** Where an array begins in its memory, in numbers. */
const startOf = (array: Numbers, numbers: Numbers): number => (array.byteOffset - numbers.byteOffset) / array.BYTES_PER_ELEMENT;

/**
 * Of drive [rows, 4 · size], recurrent weights [size, 4 · size], starting states [batch, size] twice, `keep` [rows, 1], which is 0
 * where nothing is remembered and else 1, and lengths [batch, 1]: what each step leaves behind [rows, 8 · size], zeros behind the last.
 */
export function lstmForwardKernel({ batch, rows, size }: LstmSizes): Kernel {
  const record = recordBlocks * size;
  return kernelOf("lstm forward", rows * record, size, size, (functions, numbers, operands, result, scratch) => {
    const [drive, weights, hidden, cell, keep, lengths] = operands as readonly [Numbers, Numbers, Numbers, Numbers, Numbers, Numbers];
    const [driveAt, weightsAt, hiddenAt, cellAt, resultAt, zeros] = [drive, weights, hidden, cell, result, scratch].map((each) =>
      startOf(each, numbers),
    ) as [number, number, number, number, number, number];
    const takeStep = (row: number, hiddenFrom: number, cellFrom: number) => {
      const at = resultAt + row * record;
      const before = at + beforeBlock * size;
      const kept = keep[row] !== 0;
      if (kept) numbers.copyWithin(before, hiddenFrom, hiddenFrom + size);
      else numbers.fill(0, before, before + size);
      const end = kept ? before + size : before;
      functions.product(width * before, width * end, width * weightsAt, width * 4 * size, width * (driveAt + row * 4 * size), width * at);
      functions.forward(width * at, width * (kept ? cellFrom : zeros), width * size);
    };
    return () => {
      let row = 0;
      for (let sequence = 0; sequence < batch; sequence++) {
        const end = row + lengths[sequence]!;
        if (row < end) takeStep(row++, hiddenAt + sequence * size, cellAt + sequence * size);
        for (; row < end; row++) {
          const before = resultAt + (row - 1) * record;
          takeStep(row, before + hiddenBlock * size, before + cellBlock * size);
        }
      }
      result.fill(0, row * record);
    };
  });
}

/**
 * Of what the forward steps left behind, the recurrent weights, the starting cells, `keep`, the lengths and what flows into the hidden
 * states [rows, size]: what flows into the sums of the gates [rows, 4 · size]. Backpropagation through time (Werbos, 1990).
 */
export function lstmBackwardKernel({ batch, rows, size }: LstmSizes): Kernel {
  const record = recordBlocks * size;
  const scratchSize = (4 * size + 3) * size;
  return kernelOf("lstm backward", rows * 4 * size, scratchSize, size, (functions, numbers, operands, result, scratch) => {
    const [records, weights, cell, keep, lengths, given] = operands as readonly [Numbers, Numbers, Numbers, Numbers, Numbers, Numbers];
    const [recordsAt, cellAt, givenAt, resultAt, turned] = [records, cell, given, result, scratch].map((each) =>
      startOf(each, numbers),
    ) as [...[number, number, number], ...[number, number]];
    const hiddenFlow = turned + 4 * size * size;
    const cellFlow = hiddenFlow + size;
    const zeros = cellFlow + size;
    const stepBack = (row: number, cellFrom: number, isFirst: boolean) => {
      const kept = keep[row] !== 0;
      const sums = resultAt + row * 4 * size;
      const [at, before, flow] = [recordsAt + row * record, kept ? cellFrom : zeros, givenAt + row * size];
      functions.backward(width * at, width * before, width * flow, width * hiddenFlow, width * cellFlow, width * sums, width * size);
      if (!kept) numbers.fill(0, hiddenFlow, zeros);
      else if (!isFirst) {
        const end = sums + 4 * size;
        functions.product(width * sums, width * end, width * turned, width * size, width * zeros, width * hiddenFlow);
      }
    };
    return () => {
      transpose(weights, size, 4 * size, scratch);
      let start = 0;
      for (let sequence = 0; sequence < batch; sequence++) {
        numbers.fill(0, hiddenFlow, zeros);
        const end = start + lengths[sequence]!;
        for (let row = end - 1; row > start; row--) stepBack(row, recordsAt + (row - 1) * record + cellBlock * size, false);
        if (start < end) stepBack(start, cellAt + sequence * size, true);
        start = end;
      }
      result.fill(0, start * 4 * size);
    };
  });
}

function transpose(from: Numbers, rows: number, columns: number, to: Numbers): void {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to[column * rows + row] = from[row * columns + column]!;
}
