import { encodeOnnx } from "../backends/onnx.ts";
import { input } from "../tensor.ts";
import { bind, type Device, openSession } from "./session.ts";

/** Why there is no WebGPU, null where there is, undefined before the first try. */
let failure: string | null | undefined;

/**
 * The device to compute on: the wanted one, or the CPU where that is not to be had, of which `onMessage` is told with the reason.
 * Whether WebGPU finds an adapter is tried once in a process, by adding two numbers on it.
 */
export function availableDevice(wanted: Device, onMessage: (message: string) => void): Device {
  if (wanted === "cpu") return "cpu";
  if (failure === undefined) failure = tryWebGpu();
  if (failure === null) return "webgpu";
  onMessage(`There is no WebGPU on this machine, so the CPU computes instead: ${failure}`);
  return "cpu";
}

function tryWebGpu(): string | null {
  const number = input("number", [1]);
  const result = new Float32Array(1);
  try {
    const session = openSession(encodeOnnx({ sum: number.add(number) }), { device: "webgpu" });
    session.run({ number: bind(Float32Array.of(21), [1]) }, { sum: bind(result, [1]) });
    session.close();
  } catch (error) {
    return reasonOf(error);
  }
  return result[0] === 42 ? null : `21 + 21 gave ${result[0]}.`;
}

/** The last sentence of ONNX Runtime's message, which says more than where in its sources it arose. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .slice(message.lastIndexOf("was false. ") + 1)
    .replace(/^as false\. /, "")
    .trim();
}
