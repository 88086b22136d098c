import type { TrainingPoint } from "../../../src/api/contract.ts";

const longest = 1000;

/** The training points heard since the page opened, by run. A long log is thinned to every second point, so it never grows without end. */
export class TrainingLog {
  private points: ReadonlyMap<string, readonly TrainingPoint[]> = new Map();
  private readonly watchers = new Set<() => void>();

  add(heard: readonly TrainingPoint[]): void {
    if (heard.length === 0) return;
    const points = new Map(this.points);
    for (const point of heard) points.set(point.runId, thinned([...(points.get(point.runId) ?? []), point]));
    this.points = points;
    for (const watcher of this.watchers) watcher();
  }

  /** The points of one run, oldest first; the same array until one is added. */
  of(runId: string): readonly TrainingPoint[] {
    return this.points.get(runId) ?? none;
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}

const none: readonly TrainingPoint[] = [];

const thinned = (points: readonly TrainingPoint[]) =>
  points.length <= longest ? points : points.filter((_, index) => index % 2 === 1 || index === points.length - 1);

/** What the service had filed of a run's training, and behind it what was heard since: each point once, as it was heard. */
export function joined(filed: readonly TrainingPoint[], heard: readonly TrainingPoint[]): readonly TrainingPoint[] {
  if (filed.length === 0) return heard;
  const known = new Set(heard.map(({ seed, steps }) => `${seed} ${steps}`));
  return [...filed.filter(({ seed, steps }) => !known.has(`${seed} ${steps}`)), ...heard];
}

/** The newest point of every seed, by seed. */
export const latestOfSeeds = (points: readonly TrainingPoint[]): readonly TrainingPoint[] =>
  [...new Map(points.map((point) => [point.seed, point])).values()].toSorted((left, right) => left.seed - right.seed);

/** Seconds until the slowest of these seeds is through, each at its own pace. Seeds that have not begun are not known here. */
export const secondsLeft = (latest: readonly TrainingPoint[]): number =>
  Math.max(0, ...latest.map(({ steps, totalSteps, stepsPerSecond }) => (totalSteps - steps) / stepsPerSecond));
