import { z } from "zod";
import { assert, parse } from "../../base/index.ts";
import { tradesOf } from "./schedule.ts";

/**
 * A position to be closed in equal periods under linear impact (Almgren & Chriss, "Optimal execution of portfolio transactions",
 * Journal of Risk 3(2), 2000). Time in any one unit; prices and quantities in any one unit each.
 */
export const ExecutionProblem = z.strictObject({
  /** X, what is held at the start. */
  quantity: z.number().positive(),
  /** N. */
  periods: z.int().min(1),
  /** τ, the length of a period in time. */
  periodLength: z.number().positive().default(1),
  /** σ, of the price over a unit of time (arithmetic, not relative). */
  volatility: z.number().nonnegative(),
  /** γ: how far the price stays moved, per unit traded. */
  permanentImpact: z.number().nonnegative(),
  /** η: how far a trade's own price is moved, per unit traded in a unit of time. */
  temporaryImpact: z.number().positive(),
  /** ε: what each unit costs whatever the pace, such as half the spread and fees. */
  fixedCost: z.number().nonnegative().default(0),
  /** λ: what a unit of variance is worth in cost; 0 only minimises the expected cost. */
  riskAversion: z.number().nonnegative(),
});

export type ExecutionProblem = z.output<typeof ExecutionProblem>;

/** Mean and variance of the implementation shortfall, in price × quantity and its square. */
export interface ShortfallLaw {
  readonly expectedCost: number;
  readonly variance: number;
}

/** The schedule that minimises expected cost + λ·variance, and what it is expected to cost. */
export interface OptimalSchedule extends ShortfallLaw {
  /** κ, the rate at which the position decays per unit of time; 0 without risk aversion. */
  readonly urgency: number;
  /** What is held after each period: `periods` + 1 numbers, from all to nothing. */
  readonly holdings: Float64Array;
}

/** The optimal schedule: x_j = X·sinh(κ(T − t_j))/sinh(κT) with 2(cosh κτ − 1) = τ²λσ²/η̃ and η̃ = η − γτ/2. */
export function almgrenChriss(given: z.input<typeof ExecutionProblem>): OptimalSchedule {
  const problem = parse(ExecutionProblem, given, "execution");
  const { quantity, periods, periodLength, volatility, riskAversion } = problem;
  const curvature = (periodLength ** 2 * riskAversion * volatility ** 2) / netTemporaryImpact(problem);
  const urgency = Math.acosh(1 + curvature / 2) / periodLength;
  const holdings = new Float64Array(periods + 1);
  for (let period = 0; period <= periods; period++) {
    holdings[period] = quantity * sinhRatio(urgency * periodLength * (periods - period), urgency * periodLength * periods, period, periods);
  }
  return { urgency, holdings, ...shortfallOf(problem, holdings) };
}

/** Expected cost ½γX² + εX + (η̃/τ)·Σn² and variance σ²τ·Σx² of any schedule that closes the position without turning back. */
export function shortfallOf(problem: ExecutionProblem, holdings: Float64Array): ShortfallLaw {
  const { quantity, periods, periodLength, volatility, permanentImpact, fixedCost } = problem;
  assert(holdings.length === periods + 1, `${holdings.length} holdings for ${periods} periods`);
  const sumOfSquares = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);
  const trading = (netTemporaryImpact(problem) / periodLength) * sumOfSquares(tradesOf(holdings));
  return {
    expectedCost: 0.5 * permanentImpact * quantity ** 2 + fixedCost * quantity + trading,
    variance: volatility ** 2 * periodLength * sumOfSquares(holdings.subarray(1)),
  };
}

/** η̃: the temporary impact less the half of the permanent one that a period's own trade does not pay. */
function netTemporaryImpact({ temporaryImpact, permanentImpact, periodLength }: ExecutionProblem): number {
  const net = temporaryImpact - 0.5 * permanentImpact * periodLength;
  assert(net > 0, "temporary impact exceeds half the permanent impact over a period, else the problem has no minimum");
  return net;
}

/** sinh(a)/sinh(b) without overflow; its limit, the share of periods that are left, where b is next to nothing. */
function sinhRatio(a: number, b: number, period: number, periods: number): number {
  if (b < 1e-9) return (periods - period) / periods;
  return (Math.exp(a - b) * Math.expm1(-2 * a)) / Math.expm1(-2 * b);
}
