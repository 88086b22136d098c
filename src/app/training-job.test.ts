import { afterEach, expect, test } from "vitest";
import { tinyExperiment, walkDataSet } from "./testing/tiny.ts";
import { trainPolicy } from "./training-job.ts";

const warned: string[] = [];
const listen = ({ message }: Error) => warned.push(message);
process.on("warning", listen);
afterEach(() => process.off("warning", listen));

test("a device that is not there gives way to the CPU with a warning, and learning is the same", async () => {
  const { features, environment, environments, algorithm } = tinyExperiment();
  const { bars } = walkDataSet();
  const task = { bars, from: 0, features, environment, environments, algorithm, totalSteps: 256, seed: 1 };
  const [plain, agent] = [await trainPolicy(task), await trainPolicy({ ...task, device: "webgpu" })].map(({ parts }) =>
    parts.agents.get("")!,
  );
  await new Promise(setImmediate);
  if (agent!.device === "webgpu") {
    console.log("training-job.test.ts: this machine has a WebGPU adapter, so nothing falls back");
    return;
  }
  expect(warned).toEqual([expect.stringMatching(/no WebGPU on this machine/)]);
  expect(agent!.weightsSha256).toBe(plain!.weightsSha256);
});
