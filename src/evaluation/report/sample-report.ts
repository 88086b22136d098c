import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { join } from "node:path";
import { assert, Random, sha256 } from "../../base/index.ts";
import { type Bar, type Bars, barsFrom, type Instrument, toMoney } from "../../domain/index.ts";
import { Costs, geometricWalk } from "../../market/index.ts";
import { type Agent, buyAndHold } from "../../trading/index.ts";
import { backtest, type BacktestResult } from "../backtest.ts";
import { runBaselines } from "../baselines.ts";
import { buildReport } from "./build-report.ts";
import type { Rows } from "./stretches.ts";
import type { Lineage } from "../../data/index.ts";
import type { Report } from "./document.ts";

/** What a sample report is about: recorded prices, or a random walk that is labelled so. */
export interface SampleOptions {
  readonly synthetic?: boolean;
  readonly seeds?: number;
}

/**
 * A report for tests and for those who work on how reports look: real backtests of moving-average rules in the place of trained
 * agents, on S&P 500 bars of the installed package vega-datasets or on a random walk. Its training curves are made up.
 */
export async function sampleReport({ synthetic = false, seeds = 5 }: SampleOptions = {}): Promise<Report> {
  const { bars, lineage } = synthetic ? randomWalk() : standardAndPoors();
  const rows = bars.close.length;
  const split = {
    train: { from: 0, to: Math.round(rows * 0.6) },
    validation: { from: Math.round(rows * 0.6), to: Math.round(rows * 0.8) },
    test: { from: Math.round(rows * 0.8), to: rows },
  };
  const costs = Costs.parse({});
  const stretch = { bars, costs, initialCash: toMoney(bars.instrument, 100_000) };
  const run = (agent: Agent, { from, to }: Rows): Promise<BacktestResult> => backtest({ ...stretch, agent, from, to });
  const results = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const on = (part: Rows) => run(movingAverages(5 * seed, 40 * seed), part);
    results.push({ seed, train: await on(split.train), validation: await on(split.validation), test: await on(split.test) });
  }
  const chosen = results.reduce((best, result) =>
    (result.validation.metrics.sharpe ?? 0) > (best.validation.metrics.sharpe ?? 0) ? result : best,
  );
  const folds = [];
  for (let to = Math.round(rows * 0.7), size = Math.round(rows * 0.1); to < rows; to += size) {
    const test = { from: to, to: Math.min(to + size, rows) };
    folds.push({ train: { from: 0, to }, test, agent: await run(movingAverages(10, 80), test), buyAndHold: await run(buyAndHold(), test) });
  }
  return buildReport({
    clock: { createdAt: new Date(Date.UTC(2026, 0, 1)).toISOString(), durationMs: 61_500 },
    name: synthetic ? "Moving averages on a random walk" : "Moving averages on the S&P 500",
    experiment: { data: bars.instrument.symbol, costs, seeds },
    data: { bars, synthetic, lineage, contentHash: sha256(bars.close) },
    split,
    costs,
    algorithm: { name: "moving-averages", params: { fast: 5, slow: 40 }, totalSteps: 60_000 },
    observation: { size: 2, schema: sha256("moving averages"), features: ["fast-mean", "slow-mean"] },
    agent: chosen.test,
    baselines: await runBaselines({ ...stretch, ...split.test, agent: chosen.test, seed: 1 }),
    seeds: results.map(({ seed, train, validation, test }) => ({
      seed,
      chosen: seed === chosen.seed,
      weightsSha256: sha256(`weights ${seed}`),
      train: train.metrics,
      validation: validation.metrics,
      test: test.metrics,
    })),
    walkForward: folds,
    trainingCurves: results.map(({ seed }) => madeUpCurve(seed)),
    bootstrapSeed: 1,
    resamples: 2000,
  });
}

/** Long while the fast mean of closes is above the slow one, else flat. */
export function movingAverages(fast: number, slow: number): Agent {
  const closes: number[] = [];
  const mean = (count: number) => closes.slice(-count).reduce((sum, close) => sum + close, 0) / count;
  let held = 0;
  return {
    update({ close }) {
      closes.push(close);
      if (closes.length > slow) closes.shift();
    },
    decide() {
      const wanted = closes.length === slow && mean(fast) > mean(slow) ? 1 : 0;
      if (wanted === held) return null;
      held = wanted;
      return wanted;
    },
  };
}

function standardAndPoors(): { bars: Bars; lineage: Lineage } {
  const manifest = findPackageJSON("vega-datasets", import.meta.url);
  assert(manifest !== undefined, "vega-datasets is installed");
  const { version, license } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string; license: string };
  const content = readFileSync(join(manifest, "..", "data", "sp500-2000.csv"));
  const rows = content
    .toString()
    .trim()
    .split("\n")
    .slice(1)
    .map((line): Bar => {
      const [date, open, high, low, close, , volume] = line.split(",");
      const closeTime = Date.parse(`${date}T21:00:00Z`);
      return { closeTime, open: Number(open), high: Number(high), low: Number(low), close: Number(close), volume: Number(volume) };
    });
  const instrument: Instrument = { symbol: "SPX", currency: "USD", tickSize: 0.01, lotSize: 0.001 };
  const note = "an index cannot be bought and pays no dividend: for demonstration, not for claims";
  return {
    bars: barsFrom(instrument, rows),
    lineage: {
      source: "package",
      file: "data/sp500-2000.csv",
      sha256: sha256(content),
      package: "vega-datasets",
      version,
      licence: license,
      note,
    },
  };
}

function randomWalk(): { bars: Bars; lineage: Lineage } {
  const bars = geometricWalk({ bars: 1500, volatility: 0.01, drift: 0, startPrice: 100, intervalMs: 24 * 3600 * 1000, seed: 7 });
  return { bars, lineage: { source: "generator", file: "geometric walk, seed 7", sha256: sha256(bars.close) } };
}

function madeUpCurve(seed: number): Report["trainingCurves"][number] {
  const random = new Random(seed, 3);
  const steps = Array.from({ length: 30 }, (_, index) => (index + 1) * 2000);
  const along = (value: (progress: number) => number) => steps.map((_, index) => value(index / steps.length) + 0.02 * random.normal());
  return {
    seed,
    steps,
    episodeReturn: along((progress) => 0.4 * (1 - Math.exp(-3 * progress))).map((value, index) => (index === 0 ? null : value)),
    approxKl: along((progress) => 0.02 * (1 - progress)).map(Math.abs),
    entropy: along((progress) => 1.0986 - 0.6 * progress),
    policyLoss: along(() => -0.01),
    valueLoss: along((progress) => 0.5 * (1 - progress)),
    explainedVariance: along((progress) => 0.3 * progress),
  };
}
