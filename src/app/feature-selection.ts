import { parseParams, UserError } from "../base/index.ts";
import { comingReturns, referenceOf, selectFeatures, type Selection, selectionParams, selectionTable } from "../features/index.ts";
import { type FeatureSituation, openOnBars } from "./feature-sets.ts";

/** What can be told of a target by a set's features. */
export interface FeatureSelection extends Selection {
  readonly reference: string;
  readonly target: string;
}

/** Scores a set's features on its training rows, and on nothing behind them. Bars that the set was not fitted on are `data/corrupt`. */
export async function selectFromSet(
  {
    name,
    home,
    target,
    ...options
  }: { readonly name: string; readonly home?: string | undefined; readonly target: "next-return" } & Readonly<Record<string, unknown>>,
  { cwd, signal, progress }: FeatureSituation,
): Promise<FeatureSelection> {
  const params = parseParams(selectionParams, options);
  const { document, pipeline, bars, relation, data } = await openOnBars({ name, home }, cwd);
  if (relation === "other") {
    throw new UserError("data/corrupt", `${data} no longer begins with the bars that ${referenceOf(document)} was fitted on`, {
      path: data,
      hint: "Restore the data, or materialise the set anew.",
    });
  }
  const { training } = document.content;
  const table = selectionTable(pipeline.batch(bars), comingReturns(bars, params.horizon), training.rows, params.horizon, params.mostRows);
  const selection = selectFeatures(table, params, (fraction) => {
    signal.throwIfAborted();
    progress({ stage: "selection", fraction, message: `${Math.round(fraction * params.trials)} of ${params.trials} shifted targets` });
  });
  return { reference: referenceOf(document), target, ...selection };
}
