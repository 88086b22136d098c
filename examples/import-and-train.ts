import { mkdtempSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defineExperiment } from "tradewind";
import { checkData, checkFeatures, homeAt, importData, materialiseFeatures, openDataSet, runExperiment } from "tradewind/app";
import { systemClock } from "tradewind/base";

// From a file of prices to an agent, in a folder of its own. For a vendor's prices, `fetchData` takes the place of `importData`.
const cwd = mkdtempSync(join(tmpdir(), "import-and-train-"));
const file = join(dirname(findPackageJSON("vega-datasets", import.meta.url)!), "data/sp500-2000.csv");
const situation = { cwd, clock: systemClock, signal: new AbortController().signal, progress: () => {} };

const { report } = await importData({ file, name: "mine", options: { symbol: "SPX", calendar: "nyse" }, cwd });
console.log(`${report.rows.kept} bars of ${report.instrument.symbol}, ${report.gaps.unexpectedBars} missing by the calendar`);

const { checked } = await checkData({ names: ["mine"], cwd });
console.log(`found in them: ${checked[0]!.quality.findings.map(({ kind }) => kind).join(", ") || "nothing"}`);

const { reference, columns } = await materialiseFeatures({ name: "mine-daily", data: "mine", scale: true }, situation);
const { rows, passed } = await checkFeatures({ name: reference }, situation);
console.log(`${reference}: ${columns.length} columns, ${rows} rows; computed anew bar by bar they are ${passed ? "the same" : "others"}`);

const experiment = defineExperiment({
  name: "mine",
  data: "mine",
  algorithm: { name: "ppo", params: { nSteps: 128, batchSize: 128 } },
  totalSteps: 4096,
  seeds: [1],
  walkForward: { folds: 0 },
  resamples: 200,
});
const dataSet = await openDataSet(experiment.data, homeAt(cwd, undefined));
const outcome = await runExperiment({ experiment, dataSet, folder: join(cwd, "run"), clock: systemClock });
console.log(`trained in brief: ${outcome!.report.verdict.headline}`);
