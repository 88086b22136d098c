import type { KernelFunctions } from "./kernel-functions.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * The same functions over any numbers: for lengths that four does not divide, and as the measure of the ones in WebAssembly. Addresses
 * and lengths are four times what they are in numbers, as if a number had four bytes.
 */
export function plainFunctions(numbers: Float32Array | Float64Array): KernelFunctions {
  const mapping = (f: (x: number) => number) => (x: number, result: number, size: number) => {
    for (let at = 0; at < size / 4; at++) numbers[result / 4 + at] = f(numbers[x / 4 + at]!);
  };
  return {
    tanh: mapping(Math.tanh),
    sigmoid: mapping(sigmoid),
    relu: mapping((x) => Math.max(x, 0)),
    product(x, xEnd, weights, wide, start, result) {
      const columns = wide / 4;
      for (let column = 0; column < columns; column++) {
        let sum = numbers[start / 4 + column]!;
        for (let row = 0; row < (xEnd - x) / 4; row++) sum += numbers[x / 4 + row]! * numbers[weights / 4 + row * columns + column]!;
        numbers[result / 4 + column] = sum;
      }
    },
    forward(row, cellBefore, size) {
      const units = size / 4;
      for (let unit = 0; unit < units; unit++) {
        const at = row / 4 + unit;
        const [input, forget, output] = [0, 1, 2].map((gate) => sigmoid(numbers[at + gate * units]!)) as [number, number, number];
        const candidate = Math.tanh(numbers[at + 3 * units]!);
        const cell = forget * numbers[cellBefore / 4 + unit]! + input * candidate;
        const squashed = Math.tanh(cell);
        [input, forget, output, candidate, cell, squashed, output * squashed].forEach((value, block) => {
          numbers[at + block * units] = value;
        });
      }
    },
    backward(row, cellBefore, given, hiddenFlow, cellFlow, sums, size) {
      const units = size / 4;
      for (let unit = 0; unit < units; unit++) {
        const at = row / 4 + unit;
        const [input, forget, output, candidate, , squashed] = [0, 1, 2, 3, 4, 5].map((block) => numbers[at + block * units]!) as [
          ...[number, number, number, number],
          ...[number, number],
        ];
        const hidden = numbers[given / 4 + unit]! + numbers[hiddenFlow / 4 + unit]!;
        const cell = numbers[cellFlow / 4 + unit]! + hidden * output * (1 - squashed ** 2);
        const into = [
          cell * candidate * input * (1 - input),
          cell * numbers[cellBefore / 4 + unit]! * forget * (1 - forget),
          hidden * squashed * output * (1 - output),
          cell * input * (1 - candidate ** 2),
        ];
        into.forEach((value, block) => (numbers[sums / 4 + unit + block * units] = value));
        numbers[cellFlow / 4 + unit] = cell * forget;
      }
    },
  };
}
