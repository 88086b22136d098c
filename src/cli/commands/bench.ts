import { existsSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../../base/index.ts";
import { command } from "../command.ts";
import { renderTable } from "../table.ts";

/** What this command uses of `bench/main.ts`, which is no part of the published package. */
interface Harness {
  machine(timeMs: number): Record<string, string | number>;
  list(): Promise<readonly { readonly name: string; readonly unit: string }[]>;
  measure(
    names: readonly string[],
    options: { signal: AbortSignal; onResult(result: Result, fraction: number): void },
  ): Promise<readonly Result[]>;
}

interface Result {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
}

const harness = new URL("../../../bench/main.ts", import.meta.url);

/** tradewind bench [NAME…] [--list] [--json]: the names are whole or the part before a slash. */
export default command({
  name: "bench",
  summary: "Measure the speed of this machine at the project's benchmarks",
  params: {
    names: z.array(z.string()).default([]).describe("benchmarks such as env/single-asset, or groups such as ppo; all when none is given"),
    list: z.boolean().default(false).describe("list the benchmarks instead of running them"),
  },
  arguments: ["names"],
  async run(
    { names, list },
    { clock, signal, progress },
  ): Promise<{ machine: Record<string, string | number>; results: readonly Result[] }> {
    if (!existsSync(harness)) {
      throw new UserError("environment/unsupported", "The benchmarks are not part of the published package.", {
        hint: "Run this in a clone of the project.",
      });
    }
    const { machine, list: listAll, measure } = (await import(harness.href)) as Harness;
    if (list) return { machine: machine(clock.now()), results: (await listAll()).map((benchmark) => ({ ...benchmark, value: null })) };
    const onResult = ({ name, value, unit }: Result, fraction: number) =>
      progress({ stage: "bench", fraction, message: `${name} ${value} ${unit}` });
    return { machine: machine(clock.now()), results: await measure(names, { signal, onResult }) };
  },
  print({ machine, results }) {
    const rows = results.map(({ name, value, unit }) => [name, value === null ? null : Number(value.toPrecision(4)), unit]);
    const { cpu, cores, node, memoryGiB } = machine;
    return `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}\n\n${renderTable(["benchmark", "value", "unit"], rows)}`;
  },
});
