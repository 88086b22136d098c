import { type Clock, hashOf } from "../base/index.ts";
import {
  backtest,
  buildReport,
  type Report,
  runBaselines,
  type SweepJudgement,
  type SweepResult,
  sweepSection,
  sweepTrials,
  type Trial,
} from "../evaluation/index.ts";
import type { Strategy } from "../trading/index.ts";
import type { Benchmark } from "./benchmark.ts";
import type { DataSet } from "./data-sets.ts";
import { describeFiles } from "./extensions.ts";
import type { SweepJob } from "./sweep-job.ts";
import { versions } from "./versions.ts";

/** A sweep that was carried out and judged, as far as a report needs it. */
export interface SweptStrategy {
  readonly strategy: Strategy;
  readonly job: SweepJob;
  readonly dataSet: DataSet;
  readonly result: SweepResult;
  readonly judgement: SweepJudgement;
  readonly benchmark: Benchmark | null;
  /** The looks of this sweep, and all that the ledger holds. */
  readonly own: readonly Trial[];
  readonly ledger: readonly Trial[];
  readonly seed: number;
  /** The command line that does the same again. */
  readonly command: string;
  readonly clock: Clock;
  readonly started: number;
  readonly signal: AbortSignal;
}

const resamples = 2000;

/** The report of the best combination beside the baselines; with the same schema as that of a trained agent. */
export async function reportOnStrategy(swept: SweptStrategy): Promise<Report> {
  const { strategy, job, dataSet, result, judgement, benchmark, seed, signal } = swept;
  const { strategyName, extensions, from, to, costs, initialCash } = job;
  const params = result.combinations[judgement.best]!;
  const stretch = { ...job, signal };
  const agent = await backtest({ ...stretch, agent: strategy.agent(params as never) });
  const baselines = await runBaselines({ ...stretch, agent, seed });
  const files = describeFiles(extensions);
  return buildReport({
    clock: { createdAt: new Date(swept.started).toISOString(), durationMs: swept.clock.now() - swept.started },
    name: `${strategyName} on ${job.bars.instrument.symbol}`,
    experiment: {
      strategy: strategyName,
      params,
      combinations: hashOf(result.combinations),
      costs,
      initialCash,
      rows: [from, to],
      ...(agent.tradeOn === "close" && { tradeOn: agent.tradeOn }),
      ...(agent.finalised && { finalise: true }),
      ...(files.length > 0 && { extensions: files }),
    },
    data: dataSet,
    split: { test: { from, to } },
    costs,
    algorithm: { name: strategyName, params: { ...params }, totalSteps: 0 },
    agent,
    baselines: { ...baselines, ...(benchmark && { others: { [benchmark.name]: benchmark.result } }) },
    ...(benchmark && { benchmark: benchmark.name }),
    seeds: [],
    walkForward: [],
    trainingCurves: [],
    judgement,
    sweep: sweepSection(swept),
    trials: sweepTrials({ ...swept, data: dataSet.contentHash, barsPerYear: agent.barsPerYear }),
    origin: { command: swept.command, versions, extensions: files },
    bootstrapSeed: seed,
    resamples,
  });
}
