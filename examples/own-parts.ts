import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineExperiment } from "tradewind";
import { openDataSet, homeAt, runExperiment } from "tradewind/app";
import { systemClock } from "tradewind/base";
import { reward } from "tradewind/env";
import { indicator } from "tradewind/features";
import { z } from "zod";

/** Share of a bar's range that lies above where it opened and closed. */
export const rejection = indicator({
  name: "rejection",
  params: {},
  inputs: ["open", "high", "low", "close"],
  unit: "ratio",
  warmup: () => 0,
  start: () => (open, high, low, close) => (high > low ? (high - Math.max(open, close)) / (high - low) : 0),
});

/** Log-return, less a multiple of what the step fell below the episode's peak. */
export const fearful = reward({
  name: "fearful",
  params: { fear: z.number().nonnegative().default(0.1) },
  start:
    ({ fear }) =>
    ({ logReturn, drawdown }) =>
      logReturn - fear * drawdown,
});

/** The parts above at work: `npx tradewind train examples/own-parts.ts` trains it in full, this file in brief. */
const experiment = defineExperiment({
  name: "own-parts",
  extensions: [import.meta.url],
  features: [{ indicator: "rejection" }, { indicator: "log-return", params: { period: 5 } }],
  environment: { reward: { name: "fearful", params: { fear: 0.2 } }, episode: { maxSteps: 126 } },
  baselines: [{ name: "moving-average-cross", params: { fast: 20, slow: 100 } }],
  training: { evaluateEvery: 2048, patience: 5 },
  totalSteps: 20_000,
  seeds: [1],
  walkForward: { folds: 0 },
});
export default experiment;

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), "own-parts-"));
  const dataSet = await openDataSet(experiment.data, homeAt(folder, undefined));
  const brief = { ...experiment, totalSteps: 4096, resamples: 200 };
  const outcome = await runExperiment({ experiment: brief, dataSet, folder, clock: systemClock });
  for (const { name, metrics } of outcome!.report.strategies) console.log(`${name}: Sharpe ratio ${metrics.sharpe?.toFixed(2) ?? "–"}`);
  console.log(outcome!.report.verdict.headline);
}
