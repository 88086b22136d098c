import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineExperiment } from "tradewind";
import { homeAt, openDataSet, runExperiment } from "tradewind/app";
import { systemClock } from "tradewind/base";

/** PPO, SAC and a supervised forecaster, weighed by a controller that learns which of them to trust when. */
const experiment = defineExperiment({
  name: "ensemble",
  data: "ndx",
  environment: {
    environment: { name: "single-asset", params: { actions: "target-position" } },
    window: 8,
    episode: { maxSteps: 126 },
  },
  ensemble: {
    kind: "gate",
    members: [
      { algorithm: { name: "ppo", params: { nSteps: 256, batchSize: 256 } }, totalSteps: 50_000 },
      { algorithm: { name: "sac", params: { hidden: [64, 64], learningStarts: 1000 } }, totalSteps: 10_000 },
      { forecast: { params: { body: { kind: "cnn-lstm" }, hidden: [16], epochs: 20 } } },
    ],
    controller: { algorithm: { name: "ppo", params: { nSteps: 256, batchSize: 256 } }, totalSteps: 30_000 },
  },
  training: { evaluateEvery: 5000, episodes: 8 },
  seeds: [1],
  walkForward: { folds: 0 },
});
export default experiment;

// `npx tradewind train examples/ensemble.ts` trains it in full; run as a program, this file does so in brief.
if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), "ensemble-"));
  const dataSet = await openDataSet(experiment.data, homeAt(folder, undefined));
  const { members } = experiment.ensemble!;
  const brief = {
    ...experiment,
    ensemble: {
      ...experiment.ensemble!,
      members: members.map(({ forecast, ...member }) =>
        forecast ? { forecast: { ...forecast, params: { ...forecast.params, epochs: 1 } } } : { ...member, totalSteps: 1024 },
      ),
      controller: { totalSteps: 2048 },
    },
    resamples: 200,
  };
  const outcome = await runExperiment({ experiment: brief, dataSet, folder, clock: systemClock });
  const { algorithm, verdict } = outcome!.report;
  console.log(`${algorithm.name}, ${algorithm.totalSteps} steps: ${verdict.headline}`);
}
