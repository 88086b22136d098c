import type { Bars, Money } from "../domain/index.ts";
import { toMoney } from "../domain/index.ts";
import { backtest, type BacktestResult } from "../evaluation/index.ts";
import type { ConditionColumns } from "../market/index.ts";
import { type Agent, buyAndHold } from "../trading/index.ts";
import type { Experiment } from "./experiment.ts";

/** Rows [from, to) of the data. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** The chronological split of an experiment: train, then validation, then test, together all rows. */
export interface Split {
  readonly train: Rows;
  readonly validation: Rows;
  readonly test: Rows;
}

/** Backtests of an experiment's data under its costs, all through the one session loop. */
export interface Judge {
  judge(agent: Agent, rows: Rows): Promise<BacktestResult>;
  buyAndHold(rows: Rows): Promise<BacktestResult>;
  readonly stretch: {
    readonly bars: Bars;
    readonly conditions?: ConditionColumns;
    readonly costs: Experiment["environment"]["costs"];
    readonly initialCash: Money;
  };
}

/** A judge for an experiment on its bars, or on bars that something has befallen and the conditions of that. */
export function judgeFor(
  { environment: { costs, initialCash } }: Pick<Experiment, "environment">,
  bars: Bars,
  signal?: AbortSignal,
  conditions?: ConditionColumns,
): Judge {
  const stretch = { bars, ...(conditions && { conditions }), costs, initialCash: toMoney(bars.instrument, initialCash) };
  const judge = (agent: Agent, rows: Rows) => backtest({ ...stretch, ...rows, agent, ...(signal && { signal }) });
  return { stretch, judge, buyAndHold: (rows) => judge(buyAndHold(), rows) };
}
