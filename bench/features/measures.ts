import { z } from "zod";
import { parseParams, systemClock } from "../../src/base/index.ts";
import { type Bars, sliceBars } from "../../src/domain/index.ts";
import { batchIndicator, type Indicator, indicatorInputs, indicators, startIndicator } from "../../src/features/index.ts";
import { columnsFor, optionsOf, twins } from "../../src/features/testing/ta-lib-twins.ts";
import { candleTwins, setCandleSettings } from "../../src/features/testing/ta-lib-candles.ts";
import { callTaLib, loadTaLib, type TaLibCall } from "../../src/features/testing/ta-lib.ts";
import { ours, type Pair, plainBars } from "./libraries.ts";

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

/** Rows that TA-Lib is given at once, for its memory in WebAssembly is small. */
const rowsAtOnce = 100_000;

/**
 * What TA-Lib has, with our default parameters: seconds of processor time of ours and of TA-Lib in WebAssembly, its copying in and out
 * left in, each the least of three; the candle patterns among them apart.
 */
export async function againstTaLib(bars: Bars): Promise<Record<"functions" | "patterns", { count: number; ours: number; theirs: number }>> {
  const library = await loadTaLib();
  setCandleSettings(library);
  const rows = bars.close.length;
  const chunks = Array.from({ length: Math.ceil(rows / rowsAtOnce) }, (_, index) =>
    sliceBars(bars, index * rowsAtOnce, Math.min((index + 1) * rowsAtOnce, rows)),
  );
  const least = (work: () => unknown) => Math.min(...[0, 1, 2].map(() => processorSeconds(work)));
  const total = { functions: { count: 0, ours: 0, theirs: 0 }, patterns: { count: 0, ours: 0, theirs: 0 } };
  const compare = (of: keyof typeof total, name: keyof typeof indicators, theirs: string, callsOf: (chunk: Bars) => TaLibCall) => {
    const calls = chunks.map(callsOf);
    total[of].count++;
    total[of].ours += least(() => batchIndicator(indicators[name], {}, bars));
    total[of].theirs += least(() => calls.forEach((call) => callTaLib(library, theirs, call)));
  };
  for (const twin of twins) {
    const kind: Indicator = indicators[twin.name];
    const defaults: Record<string, unknown> = parseParams(kind.params, {}, twin.name);
    const chosen = z.record(z.string(), z.union([z.number(), z.string()])).parse(defaults);
    const outputCount = Math.max(1, (twin.outputs ?? kind.outputs).length);
    const { isInteger = false } = twin;
    const options = optionsOf(twin, chosen);
    compare("functions", twin.name, twin.theirs, (chunk) => ({ inputs: columnsFor(twin, chosen, chunk), options, outputCount, isInteger }));
  }
  for (const [name, theirs, penetration] of candleTwins) {
    const options = penetration === undefined ? [] : [penetration];
    const inputsOf = ({ open, high, low, close }: Bars) => [open, high, low, close];
    compare("patterns", name, `CDL${theirs}`, (chunk) => ({ inputs: inputsOf(chunk), options, outputCount: 1, isInteger: true }));
  }
  return total;
}

/**
 * What a library has of ours, over the same bars: seconds of processor time of ours and of the library's, the least of three, and on how
 * many of them the last numbers agree to a millionth (others are smoothed or seeded by another rule).
 */
export function againstLibrary(
  pairs: readonly Pair[],
  bars: Bars,
): { readonly functions: number; readonly agreeing: number; readonly ours: number; readonly theirs: number } {
  const plain = plainBars(bars);
  const least = (work: () => unknown) => Math.min(...[0, 1, 2].map(() => processorSeconds(work)));
  let [agreeing, own, theirs] = [0, 0, 0];
  for (const pair of pairs) {
    const [expected, found] = [ours(pair, bars), pair.theirs(plain) ?? NaN];
    agreeing += Math.abs(found - expected) <= 1e-6 * Math.max(1, Math.abs(expected)) ? 1 : 0;
    own += least(() => ours(pair, bars));
    theirs += least(() => pair.theirs(plain));
  }
  return { functions: pairs.length, agreeing, ours: own, theirs };
}
