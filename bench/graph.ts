import { pathToFileURL } from "node:url";
import { Random, systemClock } from "../src/base/index.ts";
import {
  adam,
  applyConvStack,
  applyEncoderBlock,
  applyMlp,
  compile,
  declareConvStack,
  type Declaration,
  declareEncoderBlock,
  declareGru,
  declareLstm,
  declareMlp,
  gru,
  input,
  lstm,
  type Parameters,
  parameters,
  type Tensor,
} from "../src/graph/index.ts";

const updatesPerRun = 4;

/**
 * Microseconds of one update of a network: forward, backward, clipping by global norm and Adam, with several updates in a run, as
 * PPO makes them. The best of many runs: what else the machine does only ever takes away.
 */
async function microseconds(
  declared: Readonly<Record<string, Declaration>>,
  shape: readonly [number, number],
  apply: (network: Parameters, x: Tensor) => Tensor,
): Promise<number> {
  const network = parameters(declared, new Random(1));
  const optimizer = adam(network, { maxGradNorm: 0.5 });
  const { gradientNorm, assign } = optimizer.minimise(apply(network, input("x", shape)).square().mean());
  const program = compile({ outputs: { gradientNorm }, assign, times: updatesPerRun });
  const random = new Random(2);
  program.inputs.x!.forEach((_, at, x) => (x[at] = random.normal()));
  let best = Infinity;
  let spent = 0;
  for (let update = 1; spent < 3000; update += updatesPerRun) {
    for (let turn = 0; turn < updatesPerRun; turn++) optimizer.schedule(program.inputs, turn, update + turn, 1e-4);
    const start = systemClock.elapsed();
    program.run();
    program.commit();
    const elapsed = systemClock.elapsed() - start;
    spent += elapsed;
    best = Math.min(best, elapsed);
  }
  program.close();
  return (1000 * best) / updatesPerRun;
}

const mlp = (batch: number) => () => microseconds(declareMlp("net", [64, 64, 64, 4], 1), [batch, 64], (net, x) => applyMlp("net", net, x));

const sequences = 32;
const steps = 32;
const rows = [sequences * steps, 64] as const;

const convolutions = [
  { channels: 32, kernel: 3, padding: 1 },
  { channels: 32, kernel: 3, padding: 2, dilation: 2 },
];

/** One update of networks of the sizes that agents have: 64 numbers a step; sequences are 32 of 32 steps. */
export const benchmarks = [
  { name: "graph/mlp-64", unit: "µs", run: mlp(64) },
  { name: "graph/mlp-1024", unit: "µs", run: mlp(1024) },
  {
    name: "graph/lstm",
    unit: "µs",
    run: () => microseconds(declareLstm("cell", 64, 64), rows, (net, x) => lstm("cell", net, x, { steps }).rows),
  },
  {
    name: "graph/gru",
    unit: "µs",
    run: () => microseconds(declareGru("cell", 64, 64), rows, (net, x) => gru("cell", net, x, { steps }).rows),
  },
  {
    name: "graph/conv",
    unit: "µs",
    run: () =>
      microseconds(declareConvStack("conv", 64, convolutions), rows, (net, x) => applyConvStack("conv", net, x, steps, convolutions).rows),
  },
  {
    name: "graph/transformer",
    unit: "µs",
    run: () =>
      microseconds(declareEncoderBlock("block", 64), rows, (net, x) =>
        applyEncoderBlock("block", net, x, { steps, heads: 4, causal: true }),
      ),
  },
];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, unit, run } of benchmarks) console.log(`${name}: ${Math.round(await run()).toLocaleString("en")} ${unit}`);
}
