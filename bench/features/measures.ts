import { z } from "zod";
import { parseParams, systemClock } from "../../src/base/index.ts";
import type { Bars } from "../../src/domain/index.ts";
import { batchIndicator, type Indicator, indicatorInputs, indicators, startIndicator } from "../../src/features/index.ts";
import { optionsOf, twins } from "../../src/features/testing/ta-lib-twins.ts";
import { callTaLib, loadTaLib } from "../../src/features/testing/ta-lib.ts";

/** Seconds of processor time that the work took: on a shared machine it says more than the clock. */
function processorSeconds(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const kinds = (): Indicator[] => Object.values<Indicator>(indicators);

/** Every indicator over the bars, one after the other, with its default parameters: seconds altogether, and the greatest memory in MiB. */
export function allIndicators(bars: Bars): { readonly seconds: number; readonly processorSeconds: number; readonly memoryMiB: number } {
  let [seconds, processor, memory] = [0, 0, 0];
  for (const kind of kinds()) {
    const start = systemClock.elapsed();
    processor += processorSeconds(() => {
      const values = batchIndicator(kind, {}, bars);
      memory = Math.max(memory, process.memoryUsage().rss, values.byteLength);
    });
    seconds += (systemClock.elapsed() - start) / 1000;
  }
  return { seconds, processorSeconds: processor, memoryMiB: memory / 2 ** 20 };
}

/** What one bar costs each indicator that streams, in nanoseconds of processor time, the least of three runs; cheapest first. */
export function streamingCosts(bars: Bars): { readonly name: string; readonly ns: number }[] {
  const rows = bars.close.length;
  const { open, high, low, close, volume, closeTime } = bars;
  const row = new Float64Array(indicatorInputs.length);
  const costs = kinds().map((kind) => {
    let least = Infinity;
    for (let round = 0; round < 3; round++) {
      const stream = startIndicator(kind);
      const out = new Float64Array(stream.width);
      const seconds = processorSeconds(() => {
        for (let index = 0; index < rows; index++) {
          row[0] = open[index]!;
          row[1] = high[index]!;
          row[2] = low[index]!;
          row[3] = close[index]!;
          row[4] = volume[index]!;
          row[5] = closeTime[index]!;
          stream.update(row, out, 0);
        }
      });
      least = Math.min(least, (1e9 * seconds) / rows);
    }
    return { name: kind.name, ns: least };
  });
  return costs.toSorted((left, right) => left.ns - right.ns);
}

/** What TA-Lib has, with our default parameters: seconds of processor time of ours and of TA-Lib in WebAssembly, its copying in and out left in, each the least of three. */
export async function againstTaLib(bars: Bars): Promise<{ readonly functions: number; readonly ours: number; readonly theirs: number }> {
  const library = await loadTaLib();
  let [ours, theirs] = [0, 0];
  for (const twin of twins) {
    const kind: Indicator = indicators[twin.name];
    const defaults: Record<string, unknown> = parseParams(kind.params, {}, twin.name);
    const chosen = z.record(z.string(), z.union([z.number(), z.string()])).parse(defaults);
    const inputs = twin.inputs.map((input) => bars[input]);
    const call = { inputs, options: optionsOf(twin, chosen), outputCount: Math.max(1, (twin.outputs ?? kind.outputs).length) };
    const least = (work: () => unknown) => Math.min(...[0, 1, 2].map(() => processorSeconds(work)));
    ours += least(() => batchIndicator(kind, {}, bars));
    theirs += least(() => callTaLib(library, twin.theirs, call));
  }
  return { functions: twins.length, ours, theirs };
}
