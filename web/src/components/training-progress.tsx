import type { TrainingPoint } from "../../../src/api/contract.ts";
import { duration, integer, percent, significant } from "../format.ts";
import { latestOfSeeds, secondsLeft } from "../live/training-log.ts";
import { Stat } from "./stat.tsx";

function SeedProgress({ point: { seed, steps, totalSteps } }: { point: TrainingPoint }) {
  return (
    <div>
      <div className="progress-line">
        <span>
          Seed {seed}: {integer(Math.min(steps, totalSteps))} of {integer(totalSteps)} steps
        </span>
        <b>{percent(Math.min(1, steps / totalSteps))}</b>
      </div>
      <progress value={steps} max={totalSteps} aria-label={`Training of seed ${seed}`} />
    </div>
  );
}

/** How far training is, seed by seed, at what pace, and how it learns. `points` are those heard so far, at least one. */
export function TrainingProgress({ points }: { points: readonly TrainingPoint[] }) {
  const latest = latestOfSeeds(points);
  const left = secondsLeft(latest);
  const last = points.at(-1)!;
  return (
    <div data-steps={last.steps}>
      {latest.map((point) => (
        <SeedProgress key={point.seed} point={point} />
      ))}
      <dl className="stats compact">
        <Stat label="Steps/s" value={integer(last.stepsPerSecond)} />
        <Stat label="ETA" value={left === 0 ? "judging…" : duration(left)} />
        <Stat label="Episode return" value={significant(last.returnMean)} />
        <Stat label="KL" value={significant(last.approxKl)} />
        <Stat label="Entropy" value={significant(last.entropy)} />
        <Stat label="Explained variance" value={significant(last.explainedVariance)} />
      </dl>
    </div>
  );
}
