import { Random } from "../../base/index.ts";
import { adam, applyMlp, availableDevice, compile, declareMlp, type Device, input, onDevice, parameters } from "../index.ts";

/** What a program says that computes the same on both devices. */
export interface WebGpuCheck {
  readonly device: Device;
  readonly message: string | null;
  /** The largest difference between the weights after the same updates on the CPU and on the device. */
  readonly difference: number;
}

/** Weights after two updates in one run, from random numbers that are always the same. More parameters than a shader takes buffers. */
function weightsOn(device: Device): Float32Array {
  const random = new Random(4);
  const network = parameters({ ...declareMlp("left", [3, 8, 8, 1], 1), ...declareMlp("right", [3, 8, 1], 1) }, random);
  const optimizer = adam(network, { maxGradNorm: 0.5 });
  const rows = input("rows", [16, 3]);
  const error = applyMlp("left", network, rows)
    .mul(applyMlp("right", network, rows))
    .sub(input("target", [16, 1]));
  const program = onDevice(device, () => {
    const { gradientNorm, assign } = optimizer.minimise(error.square().mean());
    return compile({ outputs: { gradientNorm }, assign, times: 2 });
  });
  for (const name of ["rows", "target"]) program.inputs[name]!.forEach((_, at, numbers) => (numbers[at] = random.normal()));
  for (const turn of [0, 1]) optimizer.schedule(program.inputs, turn, turn + 1, 0.01);
  program.run();
  program.commit();
  program.close();
  return network.flat.attributes.data;
}

let message: string | null = null;
const device = availableDevice("webgpu", (text) => (message = text));
const [expected, got] = [weightsOn("cpu"), weightsOn(device)];
const difference = expected.reduce((largest, value, at) => Math.max(largest, Math.abs(value - got[at]!)), 0);
console.log(JSON.stringify({ device, message, difference } satisfies WebGpuCheck));
