import { UserError } from "../base/index.ts";
import type { BacktestRequest } from "../evaluation/index.ts";
import type { Strategy } from "../trading/index.ts";
import { type ExtensionFile, loadExtensions } from "./extensions.ts";

/** What combinations are backtested on, as it can be sent to another thread: the strategy by its name. */
export interface SweepJob extends Pick<BacktestRequest, "bars" | "from" | "to" | "costs" | "initialCash" | "tradeOn" | "finalise"> {
  readonly strategyName: string;
  readonly extensions: readonly ExtensionFile[];
}

/** The strategy that a job names: one of ours, or of the files of extensions. */
export async function strategyOf({ strategyName, extensions }: Pick<SweepJob, "strategyName" | "extensions">): Promise<Strategy> {
  const { strategies, portfolioStrategies } = await loadExtensions(extensions);
  const found = Object.hasOwn(strategies, strategyName) ? strategies[strategyName] : undefined;
  if (found) return found;
  if (Object.hasOwn(portfolioStrategies, strategyName)) {
    throw new UserError("usage/invalid-option", `"${strategyName}" is a strategy over several instruments`, {
      path: "strategy",
      hint: `Backtest it with \`tradewind backtest-portfolio ${strategyName} --data A,B\`.`,
    });
  }
  throw new UserError("usage/invalid-option", `there is no strategy "${strategyName}"`, {
    path: "strategy",
    hint: `There are ${Object.keys(strategies).join(", ")}. "--extensions" adds those of a file of yours.`,
  });
}
