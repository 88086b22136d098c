import { systemClock } from "../../src/base/index.ts";
import { compile, input } from "../../src/graph/index.ts";

const sizes = [256, 512, 1024];
const repetitions = 25;

function gigaflops(size: number): number {
  const program = compile({ outputs: { product: input("left", [size, size]).matmul(input("right", [size, size])) } });
  for (const data of Object.values(program.inputs)) data.forEach((_, at) => (data[at] = Math.sin(at)));
  let best = Infinity;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const begun = systemClock.elapsed();
    program.run();
    best = Math.min(best, systemClock.elapsed() - begun);
  }
  program.close();
  return (2e-6 * size ** 3) / best;
}

let measured: number | undefined;

/** The arithmetic limit of one core, in GF/s: the fastest single-precision product of large matrices that ONNX Runtime makes. Measured once. */
export const peakGigaflops = (): number => (measured ??= Math.max(...sizes.map(gigaflops)));
