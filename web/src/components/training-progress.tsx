import type { TrainingPoint } from "../../../src/api/contract.ts";
import { duration, integer, percent, significant } from "../format.ts";
import { Stat } from "./stat.tsx";

/** How far training is, at what pace, and how it learns. */
export function TrainingProgress({ point }: { point: TrainingPoint }) {
  const { seed, steps, totalSteps, stepsPerSecond } = point;
  return (
    <div data-steps={steps}>
      <div className="progress-line">
        <span>
          Seed {seed}: {integer(steps)} of {integer(totalSteps)} steps
        </span>
        <b>{percent(steps / totalSteps)}</b>
      </div>
      <progress value={steps} max={totalSteps} aria-label={`Training of seed ${seed}`} />
      <dl className="stats compact">
        <Stat label="Steps/s" value={integer(stepsPerSecond)} />
        <Stat label="ETA, this seed" value={duration((totalSteps - steps) / stepsPerSecond)} />
        <Stat label="Episode return" value={significant(point.returnMean)} />
        <Stat label="KL" value={significant(point.approxKl)} />
        <Stat label="Entropy" value={significant(point.entropy)} />
        <Stat label="Explained variance" value={significant(point.explainedVariance)} />
      </dl>
    </div>
  );
}
