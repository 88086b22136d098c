import { hashOf, UserError } from "../base/index.ts";
import { type Bars, toMoney } from "../domain/index.ts";
import { type Combination, combinationsOf, type SweepResult, type Trial, trialOf } from "../evaluation/index.ts";
import { Costs } from "../market/index.ts";
import type { Strategy } from "../trading/index.ts";
import { type DataSet, openDataSet } from "./data-sets.ts";
import { describeFiles, loadExtensions } from "./extensions.ts";
import { type Home, homeAt } from "./home.ts";
import { gridOfWords } from "./param-words.ts";
import { strategyOf, type SweepJob } from "./sweep-job.ts";

/** A rule over a data set as the command line asks for it; `param` as `gridOfWords` takes it, days of UTC, both included. */
export interface RuleRequest {
  readonly strategy: string;
  readonly data: string;
  readonly param: readonly string[];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly feeBps?: number | undefined;
  readonly slippageBps?: number | undefined;
  readonly cash: number;
  /** When orders trade: at the next open unless told to at the close that they are decided on. */
  readonly tradeOn?: "open" | "close" | undefined;
  /** Whether a position is left at the last close; no unless told to. */
  readonly finalise?: boolean | undefined;
  readonly extensions: readonly string[];
  readonly home?: string | undefined;
}

/** A request looked up: what is to be tried over which rows. */
export interface RuleLookedUp {
  readonly home: Home;
  readonly dataSet: DataSet;
  readonly combinations: readonly Combination[];
  readonly job: SweepJob;
  readonly strategy: Strategy;
}

/** Loads what a request names; what there is not, or no parameter takes, is refused with its place. */
export async function lookUpRule(request: RuleRequest, cwd: string): Promise<RuleLookedUp> {
  const home = homeAt(cwd, request.home);
  const { files } = await loadExtensions(request.extensions, cwd);
  const named = { strategyName: request.strategy, extensions: files };
  const strategy = await strategyOf(named);
  const combinations = combinationsOf(strategy.params, gridOfWords(request.param), "param");
  const dataSet = await openDataSet(request.data, home, cwd);
  const { bars } = dataSet;
  const { feeBps, slippageBps } = request;
  const costs = Costs.parse({ ...(feeBps !== undefined && { feeBps }), ...(slippageBps !== undefined && { slippageBps }) });
  const job: SweepJob = {
    ...named,
    bars,
    ...rowsBetween(bars, request),
    costs,
    initialCash: toMoney(bars.instrument, request.cash),
    ...orderTiming(request),
  };
  return { home, dataSet, combinations, job, strategy };
}

/** What of the timing of orders is not as usual. */
const orderTiming = ({
  tradeOn,
  finalise,
}: Pick<SweepJob, "tradeOn" | "finalise"> | RuleRequest): Pick<SweepJob, "tradeOn" | "finalise"> => ({
  ...(tradeOn === "close" && { tradeOn }),
  ...(finalise === true && { finalise }),
});

/** Rows whose bars close on the days asked for; the rows before them are shown to the strategy without trading. */
function rowsBetween({ closeTime }: Bars, { from, to }: Pick<RuleRequest, "from" | "to">): { readonly from: number; readonly to: number } {
  const dayMs = 86_400_000;
  const first = from === undefined ? 0 : closeTime.findIndex((time) => time > Date.parse(from));
  const end = to === undefined ? closeTime.length : closeTime.findLastIndex((time) => time <= Date.parse(to) + dayMs) + 1;
  if (first >= 0 && end - first >= 2) return { from: first, to: end };
  throw new UserError("data/too-short", "fewer than two bars close on the days asked for", {
    path: from === undefined ? "to" : "from",
    hint: `The bars go from ${new Date(closeTime[0]!).toISOString().slice(0, 10)} to ${new Date(closeTime.at(-1)!).toISOString().slice(0, 10)}.`,
  });
}

/** Every combination that was looked at, as the ledger of trials takes it; `at` is ISO 8601. */
export function looksOfSweep(
  { dataSet, job }: Pick<RuleLookedUp, "dataSet" | "job">,
  { combinations, returns }: SweepResult,
  at: string,
): Trial[] {
  const { strategyName: name, extensions, costs, initialCash, from, to } = job;
  const subject = hashOf({ strategy: name, extensions: describeFiles(extensions), costs, initialCash, ...orderTiming(job) });
  return combinations.map((params, index) =>
    trialOf({ at, name, subject, params, data: dataSet.contentHash, rows: [from, to] }, returns[index]!),
  );
}
