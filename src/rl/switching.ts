import { UserError } from "../base/index.ts";

/** Stretches of rows [from, to): members are compared on one and the best trades on the other, which follows it. */
export interface SwitchingPeriod {
  readonly training: Stretch;
  readonly validation: Stretch;
  readonly trading: Stretch;
}

/** Rows [from, to). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Which member trades in a period, from 0, and how all of them did in validation. */
export interface SwitchingChoice {
  readonly period: SwitchingPeriod;
  readonly active: number;
  readonly scores: readonly number[];
}

/**
 * The periods of the ensemble strategy of Yang, Liu, Zhong & Walid (ICAIF 2020): training grows, a validation window rolls before
 * each stretch of trading, and trading begins where the one before ended. The last one may be shorter.
 */
export function switchingPeriods(
  rows: Stretch,
  lengths: { readonly training: number; readonly validation: number; readonly trading: number },
): SwitchingPeriod[] {
  const { training, validation, trading } = lengths;
  for (const [name, length] of Object.entries(lengths)) {
    if (Number.isInteger(length) && length > 0) continue;
    throw new UserError("config/invalid", `${name}: ${length} is no number of rows`, { path: name, hint: "Give a whole number above 0." });
  }
  const periods: SwitchingPeriod[] = [];
  for (let from = rows.from + training + validation; from < rows.to; from += trading) {
    periods.push({
      training: { from: rows.from, to: from - validation },
      validation: { from: from - validation, to: from },
      trading: { from, to: Math.min(from + trading, rows.to) },
    });
  }
  if (periods.length > 0) return periods;
  throw new UserError(
    "data/too-short",
    `${rows.to - rows.from} rows leave nothing to trade after ${training} of training and ${validation} of validation`,
    {
      path: "lengths",
      hint: "Use more data or shorter stretches.",
    },
  );
}

/**
 * Chooses a member for each period by the highest score in validation, such as its Sharpe ratio; `scoresOf` may train the members
 * afresh for the period. A score that is no number loses, as that of an agent that never traded. Where none is higher than that of the member
 * that is active already, it stays: no switch without a reason.
 */
export async function switchMembers(
  periods: readonly SwitchingPeriod[],
  scoresOf: (period: SwitchingPeriod, index: number) => readonly number[] | Promise<readonly number[]>,
): Promise<SwitchingChoice[]> {
  const choices: SwitchingChoice[] = [];
  let active = 0;
  for (const [index, period] of periods.entries()) {
    const scores = await scoresOf(period, index);
    active = bestOf(scores, active);
    choices.push({ period, active, scores });
  }
  return choices;
}

function bestOf(scores: readonly number[], active: number): number {
  const comparable = (member: number) => (Number.isNaN(scores[member]) ? -Infinity : (scores[member] ?? -Infinity));
  let best = active;
  for (let member = 0; member < scores.length; member++) if (comparable(member) > comparable(best)) best = member;
  return best;
}
