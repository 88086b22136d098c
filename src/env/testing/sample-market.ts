import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { assert } from "../../base/index.ts";
import { type Bars, barsFrom } from "../../domain/index.ts";
import { defaultFeatures, featurePipeline, type FeaturePipeline } from "../../features/index.ts";
import { geometricWalk } from "../../market/index.ts";
import type { EnvironmentOptions } from "../batched-environment.ts";
import { EnvironmentSpecification } from "../specification.ts";

/** Daily bars of the S&P 500 from the package vega-datasets, 2000 to 2020: for tests. */
export function sp500Bars(): Bars {
  const manifest = findPackageJSON("vega-datasets", import.meta.url);
  assert(manifest, "the package vega-datasets is not installed");
  const lines = readFileSync(join(dirname(manifest), "data/sp500-2000.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  const rows = lines.map((line) => {
    const [date, ...fields] = line.split(",");
    const [open, high, low, close, , volume] = fields.map(Number) as [number, number, number, number, number, number];
    return { closeTime: Date.parse(`${date}T21:00:00Z`), open, high, low, close, volume };
  });
  return barsFrom({ symbol: "SP500", currency: "USD", tickSize: 0.01, lotSize: 0.001 }, rows);
}

/** A walk of moderate volatility: for tests. */
export const walk = (seed = 1, bars = 400): Bars => geometricWalk({ bars, volatility: 0.02, seed });

/** The default features: for tests. */
export const samplePipeline: FeaturePipeline = featurePipeline(defaultFeatures);

/** Options of an environment over all the bars, with any field of a specification put in its place: for tests. */
export function sampleOptions(bars: Bars, fields: Record<string, unknown> = {}, count = 3): EnvironmentOptions {
  const specification = EnvironmentSpecification.parse({ window: 2, ...fields });
  return {
    ...specification,
    bars,
    features: samplePipeline.batch(bars),
    pipelineHash: samplePipeline.hash,
    from: 0,
    to: bars.close.length,
    count,
  };
}
