import { z } from "zod";
import type { Bars } from "../../domain/index.ts";
import { stretchesOf } from "./finding.ts";

const count = z.int().nonnegative();

/** What only several instruments beside one another show. Times are bar-close, ms since the epoch, UTC. */
export const TogetherReport = z.strictObject({
  schema: z.literal("tradewind/quality-together@1"),
  symbols: z.array(z.string()),
  /** Pairs with bars that agree in time and in all five numbers, trading included: one was copied from the other. Most bars first. */
  copied: z.array(z.strictObject({ symbols: z.tuple([z.string(), z.string()]), bars: count, first: z.number(), last: z.number() })),
  /** Stretches of times that most instruments have and one lacks between its first bar and its last, up to a thousand. */
  missing: z.array(z.strictObject({ symbol: z.string(), bars: count, from: z.number(), to: z.number() })),
  /** All bars that are missing so, by symbol. */
  missingBars: z.record(z.string(), count),
});

export type TogetherReport = z.infer<typeof TogetherReport>;

const mostListed = 1000;
/** A time counts as one that all should have when more than half of the instruments that live then have it. */
const majority = 0.5;

/** Looks over bars of several instruments side by side: bars copied from one to another, and times that only some of them lack. */
export function checkTogether(series: readonly Bars[]): TogetherReport {
  const symbols = series.map(({ instrument }) => instrument.symbol);
  const { missing, missingBars } = findMissing(series, symbols);
  return {
    schema: "tradewind/quality-together@1",
    symbols,
    copied: findCopies(series, symbols),
    missing: missing.slice(0, mostListed),
    missingBars,
  };
}

function findCopies(series: readonly Bars[], symbols: readonly string[]): TogetherReport["copied"] {
  const owners = new Map<string, number[]>();
  const pairs = new Map<string, { symbols: [string, string]; bars: number; first: number; last: number }>();
  for (const [index, { closeTime, open, high, low, close, volume }] of series.entries()) {
    for (let row = 0; row < close.length; row++) {
      if (!(volume[row]! > 0)) continue; // Quiet bars agree by chance.
      const key = [closeTime[row], open[row], high[row], low[row], close[row], volume[row]].join();
      const known = owners.get(key);
      if (!known) {
        owners.set(key, [index]);
        continue;
      }
      for (const other of known) {
        const pair = `${other} ${index}`;
        const found = pairs.get(pair);
        const time = closeTime[row]!;
        if (!found) pairs.set(pair, { symbols: [symbols[other]!, symbols[index]!], bars: 1, first: time, last: time });
        else [found.bars, found.first, found.last] = [found.bars + 1, Math.min(found.first, time), Math.max(found.last, time)];
      }
      known.push(index);
    }
  }
  return [...pairs.values()].toSorted((left, right) => right.bars - left.bars);
}

function findMissing(series: readonly Bars[], symbols: readonly string[]): Pick<TogetherReport, "missing" | "missingBars"> {
  const having = new Map<number, number>();
  for (const { closeTime } of series) for (const time of closeTime) having.set(time, (having.get(time) ?? 0) + 1);
  const times = Float64Array.from(having.keys()).toSorted();
  const common = times.filter((time) => having.get(time)! > majority * aliveAt(series, time));
  const missing: TogetherReport["missing"] = [];
  const missingBars: Record<string, number> = {};
  for (const [index, { closeTime }] of series.entries()) {
    const own = new Set(closeTime);
    const lacking: number[] = [];
    common.forEach((time, place) => {
      if (time > closeTime[0]! && time < closeTime.at(-1)! && !own.has(time)) lacking.push(place);
    });
    missingBars[symbols[index]!] = lacking.length;
    for (const { row, bars } of stretchesOf(lacking)) {
      missing.push({ symbol: symbols[index]!, bars, from: common[row]!, to: common[row + bars - 1]! });
    }
  }
  return { missing, missingBars };
}

const aliveAt = (series: readonly Bars[], time: number): number =>
  series.filter(({ closeTime }) => closeTime.length > 0 && closeTime[0]! <= time && closeTime.at(-1)! >= time).length;
