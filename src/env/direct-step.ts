import { accountSlot, accountWidth } from "../domain/index.ts";
import { closeBarAt, type InstrumentCosts } from "../market/index.ts";
import { tickSlot, tickWidth } from "./tick-columns.ts";

/** What the direct step of a batch of environments reads and writes; arrays have a place for each environment. */
export interface DirectLanes {
  /** Rows of accounts, as `accountSlot` says. */
  readonly ledgers: Float64Array;
  /** Rows of bars, as `tickSlot` says. */
  readonly ticks: Float64Array;
  readonly costs: InstrumentCosts;
  readonly rows: Int32Array;
  readonly startRows: Int32Array;
  readonly lastRow: number;
  readonly maxSteps: number;
  readonly equity: Float64Array;
  /** Equity before the step and after it, kept for the rewards. */
  readonly equityBefore: Float64Array;
  readonly equityAfter: Float64Array;
  readonly drawdown: Float64Array;
  readonly deepest: Float64Array;
  readonly observedAt: Float64Array;
  readonly observations: Float32Array;
  /** Numbers in an observation, and where the account's begin in it. */
  readonly size: number;
  readonly windowSize: number;
  readonly rewards: Float32Array;
  readonly constraintCosts: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

/** What is done in a direct step beside the arithmetic, and rarely. */
export interface DirectRules {
  /** The exposure that each choice means; NaN keeps the position, and so does the side that it is on. */
  readonly targets: Float64Array;
  readonly maxDrawdown: number;
  readonly reward: (previousEquity: number, equity: number, initialEquity: number) => number;
  readonly initialEquity: number;
  /** Trades towards an exposure at the next bar's open. */
  trade(index: number, exposure: number): void;
  /** Ends an episode and begins another. */
  end(index: number): void;
}

const { cash, position, costBasis, markTicks, peakEquity } = accountSlot;
const { close, closeTime, sinceLastClose } = tickSlot;
// Numbers of another module are read anew at every use, those of this one are compiled in.
const [ledgerWidth, barWidth] = [accountWidth, tickWidth];

/**
 * A step of the single-asset environment with choices and a reward that follows from equity alone, as one loop without objects: what
 * the general step does in the same numbers, in less than two thirds of the time. Windows of features are left to be copied.
 */
export function directStep(lanes: DirectLanes, rules: DirectRules, actions: Float32Array | Int32Array): void {
  const { ledgers, ticks, costs, rows, startRows, lastRow, maxSteps, equity, drawdown, deepest, size, windowSize } = lanes;
  const { observations, observedAt, rewards, constraintCosts, terminated, truncated, equityBefore, equityAfter } = lanes;
  const { targets, maxDrawdown, reward, initialEquity } = rules;
  for (let index = 0; index < actions.length; index++) {
    const ledger = index * ledgerWidth;
    const target = targets[actions[index]!]!;
    if (target === target && target !== Math.sign(ledgers[ledger + position]!)) rules.trade(index, target);
    const row = rows[index]! + 1;
    const bar = row * barWidth;
    rows[index] = row;
    closeBarAt(ledgers, ledger, ticks[bar + close]!, ticks[bar + sinceLastClose]!, costs);
    const before = equity[index]!;
    const after = ledgers[ledger + cash]! + ledgers[ledger + position]! * ledgers[ledger + markTicks]!;
    const fall = 1 - after / ledgers[ledger + peakEquity]!;
    const deeper = fall - deepest[index]!;
    equity[index] = after;
    drawdown[index] = fall;
    constraintCosts[index] = deeper > 0 ? deeper : 0;
    if (deeper > 0) deepest[index] = fall;
    equityBefore[index] = before;
    equityAfter[index] = after;
    const isOver = after <= 0 || fall >= maxDrawdown;
    const isCutOff = !isOver && (row === lastRow || row - startRows[index]! === maxSteps);
    terminated[index] = isOver ? 1 : 0;
    truncated[index] = isCutOff ? 1 : 0;
    if (isOver || isCutOff) {
      rules.end(index);
      continue;
    }
    const value = ledgers[ledger + position]! * ledgers[ledger + markTicks]!;
    const field = index * size + windowSize;
    observations[field] = value / after;
    observations[field + 1] = (value - ledgers[ledger + costBasis]!) / after;
    observations[field + 2] = fall;
    observedAt[index] = ticks[bar + closeTime]!;
  }
  // A logarithm is a call, before which all that the loop above holds would be put away.
  for (let index = 0; index < actions.length; index++) rewards[index] = reward(equityBefore[index]!, equityAfter[index]!, initialEquity);
}
