import { assert, Random } from "../base/index.ts";
import { buyAndHold, flat, randomAgent } from "../trading/index.ts";
import { backtest, type BacktestRequest, type BacktestResult } from "./backtest.ts";
import { turnoverPerBar } from "./metrics.ts";
import { type EquityPath, equityPath } from "./report/sections/bands.ts";

/** What an agent has to be better than, on the same stretch, under the same costs. */
export interface Baselines {
  readonly buyAndHold: BacktestResult;
  readonly flat: BacktestResult;
  /** Of several random agents that trade as much as the agent, the one of median Sharpe ratio. */
  readonly random: BacktestResult;
  /** The Sharpe ratios of all random agents, ascending; one that never traded counts as 0. */
  readonly randomSharpes: readonly number[];
  /** The equity of each random agent, as bands show it. */
  readonly randomPaths: readonly EquityPath[];
  /** Further ones that were asked for, by name. */
  readonly others?: Readonly<Record<string, BacktestResult>>;
}

/** The stretch, and whom to match: `agent` sets the random agents' turnover and whether they may go short. */
export interface BaselinesRequest extends Omit<BacktestRequest, "agent"> {
  readonly agent: BacktestResult;
  readonly seed: number;
  readonly randomAgents?: number;
}

/** Runs buy-and-hold, flat and random agents over the stretch of a backtest. */
export async function runBaselines({ agent, seed, randomAgents = 20, ...stretch }: BaselinesRequest): Promise<Baselines> {
  assert(randomAgents >= 1, `at least one random agent, got ${randomAgents}`);
  const exposures = agent.track.position.some((position) => position < 0) ? [-1, 0, 1] : [0, 1];
  const changeProbability = Math.min(1, (turnoverPerBar(agent) ?? 0) / meanChange(exposures));
  const run = (index: number) =>
    backtest({ ...stretch, agent: randomAgent({ changeProbability, exposures, random: new Random(seed, index) }) });
  const tries: { readonly index: number; readonly sharpe: number; readonly path: EquityPath }[] = [];
  for (let index = 0; index < randomAgents; index++) {
    const result = await run(index); // Of many bars not all can be held at once.
    tries.push({ index, sharpe: sharpeOf(result), path: equityPath(result) });
  }
  const ranked = tries.toSorted((left, right) => left.sharpe - right.sharpe);
  return {
    buyAndHold: await backtest({ ...stretch, agent: buyAndHold() }),
    flat: await backtest({ ...stretch, agent: flat() }),
    random: await run(ranked[(ranked.length - 1) >> 1]!.index),
    randomSharpes: ranked.map(({ sharpe }) => sharpe),
    randomPaths: tries.map(({ path }) => path),
  };
}

const sharpeOf = ({ metrics }: BacktestResult): number => metrics.sharpe ?? 0;

/** Mean size of a change to another of the exposures, each being as likely as the others. */
function meanChange(exposures: readonly number[]): number {
  const changes = exposures.flatMap((from) => exposures.filter((to) => to !== from).map((to) => Math.abs(to - from)));
  return changes.reduce((sum, change) => sum + change, 0) / changes.length;
}
