import type { Random } from "../../../base/index.ts";
import { HawkesProcess, type HawkesParameters } from "../hawkes-process.ts";

/** Events of a process from time 0 on, in seconds. */
export function simulateHawkes(parameters: HawkesParameters, seconds: number, random: Random): { times: number[]; types: number[] } {
  const process = new HawkesProcess(parameters);
  const [times, types]: [number[], number[]] = [[], []];
  for (let now = 0; ;) {
    const wait = process.drawWait(random);
    now += wait;
    if (now >= seconds) return { times, types };
    process.pass(wait);
    const type = process.drawType(random);
    process.excite(type);
    times.push(now);
    types.push(type);
  }
}

/** For each type the integrals of its intensity between its events, by summing over the whole past: unit exponentials where the parameters are the true ones. */
export function compensators(
  { baseline, decays, branching }: HawkesParameters,
  times: readonly number[],
  types: readonly number[],
): number[][] {
  const upTo = (type: number, time: number): number => {
    let sum = baseline[type]! * time;
    for (let event = 0; event < times.length && times[event]! < time; event++) {
      for (let k = 0; k < decays.length; k++) {
        sum += branching[k]![type]![types[event]!]! * (1 - Math.exp(-decays[k]! * (time - times[event]!)));
      }
    }
    return sum;
  };
  return baseline.map((_, type) => {
    const own = times.filter((_time, event) => types[event] === type).map((time) => upTo(type, time));
    return own.map((value, index) => value - (index === 0 ? 0 : own[index - 1]!));
  });
}

/** The largest distance between the distribution of a sample and a given one (Kolmogorov & Smirnov). */
export function kolmogorovDistance(sample: readonly number[], distribution: (value: number) => number): number {
  const sorted = sample.toSorted((left, right) => left - right);
  return Math.max(
    ...sorted.map((value, index) => {
      const expected = distribution(value);
      return Math.max(expected - index / sorted.length, (index + 1) / sorted.length - expected);
    }),
  );
}
