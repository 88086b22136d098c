import { z } from "zod";
import type { Bars } from "../../../domain/index.ts";
import type { BacktestResult } from "../../backtest.ts";
import { measure } from "../../metrics.ts";
import { Metrics, Stretch } from "../shapes.ts";
import { type Rows, stretchOf } from "../stretches.ts";
import { Spread, spreadOf } from "./walk-forward.ts";

/** Combinatorial purged cross-validation (López de Prado, 2018, chapter 12): how good the recipe is wherever it is tried. */
export const CrossValidation = z.strictObject({
  groups: z.int().describe("stretches of equal length that all bars are cut into"),
  held: z.int().describe("how many of them are held out of each training"),
  horizon: z.int().describe("bars that what is learned at a bar depends on: so many before a held stretch are purged"),
  embargo: z.int().describe("further bars left out after a held stretch"),
  stretches: z.array(z.strictObject({ stretch: Stretch, buyAndHold: Metrics })).describe("[groups]"),
  folds: z
    .array(
      z.strictObject({
        held: z.array(z.int()).describe("groups that were held out, from 0"),
        train: z.array(Stretch).describe("what was learned from, apart from each other"),
        candidate: z
          .string()
          .exactOptional()
          .describe("the candidate that was chosen on bars of the training, which it did not learn from"),
        seed: z.int(),
        weightsSha256: z.string(),
        agent: z.array(Metrics).describe("[held] over each held group"),
      }),
    )
    .describe("one a training"),
  paths: z.array(Metrics).describe("whole backtests put together from the held groups, each over every bar once"),
  buyAndHold: Metrics.describe("over every bar, begun anew in each group as the agents are"),
  sharpe: Spread.describe("annualised Sharpe ratio over the paths"),
  belowBuyAndHold: z.number().describe("share of the paths whose Sharpe ratio is below that of buy-and-hold"),
});

export type CrossValidation = z.infer<typeof CrossValidation>;

/** What one training without its held groups gave on them. */
export interface SplitResult {
  readonly groups: readonly number[];
  /** [groups] which path each result belongs to. */
  readonly paths: readonly number[];
  readonly train: readonly Rows[];
  readonly candidate: string | null;
  readonly seed: number;
  readonly weightsSha256: string;
  /** [groups] */
  readonly results: readonly BacktestResult[];
}

/** Every split, and buy-and-hold over each group. */
export interface CrossValidationFacts {
  readonly held: number;
  readonly horizon: number;
  readonly embargo: number;
  readonly groups: readonly { readonly rows: Rows; readonly buyAndHold: BacktestResult }[];
  readonly splits: readonly SplitResult[];
}

/** Puts the results of the splits together to paths. A Sharpe ratio that is not defined counts as 0 where it is compared. */
export function crossValidationSection(bars: Bars, { held, horizon, embargo, groups, splits }: CrossValidationFacts): CrossValidation {
  const count = 1 + Math.max(...splits.flatMap(({ paths }) => paths));
  const onPath = Array.from({ length: count }, () => new Array<BacktestResult>(groups.length));
  for (const { groups: own, paths, results } of splits)
    for (const [index, group] of own.entries()) onPath[paths[index]!]![group] = results[index]!;
  const paths = onPath.map((results) => measure(...results));
  const buyAndHold = measure(...groups.map((group) => group.buyAndHold));
  const below = paths.filter(({ sharpe }) => (sharpe ?? 0) < (buyAndHold.sharpe ?? 0)).length;
  return {
    groups: groups.length,
    held,
    horizon,
    embargo,
    stretches: groups.map((group) => ({ stretch: stretchOf(bars, group.rows), buyAndHold: group.buyAndHold.metrics })),
    folds: splits.map(({ groups: own, train, candidate, seed, weightsSha256, results }) => ({
      held: [...own],
      train: train.map((rows) => stretchOf(bars, rows)),
      ...(candidate !== null && { candidate }),
      seed,
      weightsSha256,
      agent: results.map(({ metrics }) => metrics),
    })),
    paths,
    buyAndHold,
    sharpe: spreadOf(paths.map(({ sharpe }) => sharpe)),
    belowBuyAndHold: below / paths.length,
  };
}
