import { UserError } from "../../base/index.ts";
import { checkFinite } from "../finite-values.ts";
import { deviationOf, meanOf, studentTail } from "../statistics/index.ts";
import { backSolve, bartlettCovariance, orthogonal, type Orthogonal, project } from "./least-squares.ts";

/** What a regression says of one factor, or of the intercept. */
export interface Coefficient {
  readonly value: number;
  /** Robust to residuals that are correlated and of changing size (Newey & West, 1987), times √(n ÷ (n − k)). */
  readonly standardError: number;
  /** `null` where residuals vanish, as an exact fit leaves nothing to judge by. */
  readonly t: number | null;
  /** Two-sided, of Student's distribution with n − k degrees of freedom. */
  readonly pValue: number | null;
  /** Its part of the mean return of a bar: value × mean of the factor. With the intercept the parts make up the mean. */
  readonly contribution: number;
}

/** Returns explained by factors: r = intercept + Σ value × factor + residual, by ordinary least squares. */
export interface FactorRegression<Name extends string = string> {
  readonly bars: number;
  /** Lags of residual correlation that standard errors allow for. */
  readonly lags: number;
  readonly intercept: Coefficient;
  readonly factors: Readonly<Record<Name, Coefficient>>;
  /** 1 − Σ residual² ÷ Σ (r − mean)²; `null` where returns do not vary. */
  readonly rSquared: number | null;
  /** 1 − (1 − R²)(n − 1) ÷ (n − k). */
  readonly adjustedRSquared: number | null;
  /** √(Σ residual² ÷ (n − k)). */
  readonly residualDeviation: number;
}

/** How standard errors are estimated. */
export interface RegressionOptions {
  /** ⌊4 (n ÷ 100)^(2⁄9)⌋ unless given (Newey & West, 1994); 0 allows for changing size alone (White, 1980). */
  readonly lags?: number;
}

/**
 * Regresses returns on factors, such as those of the market, of size and of value; one number a bar each, in the same unit. `null`
 * where there are no more bars than coefficients, or one factor is made of the others and the intercept. Excess returns over cash
 * are the caller's to make.
 */
export function factorRegression<Name extends string>(
  returns: ArrayLike<number>,
  factors: Readonly<Record<Name, ArrayLike<number>>>,
  options: RegressionOptions = {},
): FactorRegression<Name> | null {
  return regress(checked(returns, factors), 0, returns.length, options);
}

/** The same over each window of so many bars: one result a bar, of the window that ends with it; `null` before the first is full. */
export function rollingFactorRegression<Name extends string>(
  returns: ArrayLike<number>,
  factors: Readonly<Record<Name, ArrayLike<number>>>,
  { window, ...options }: RegressionOptions & { readonly window: number },
): (FactorRegression<Name> | null)[] {
  const columns = checked(returns, factors);
  return Array.from({ length: returns.length }, (_, bar) =>
    bar + 1 < window ? null : regress(columns, bar + 1 - window, bar + 1, options),
  );
}

interface Columns<Name extends string> {
  readonly returns: Float64Array;
  readonly names: readonly Name[];
  readonly factors: readonly Float64Array[];
}

function regress<Name extends string>(
  { returns, names, factors }: Columns<Name>,
  from: number,
  to: number,
  options: RegressionOptions,
): FactorRegression<Name> | null {
  const count = to - from;
  const values = returns.subarray(from, to);
  const matrix = [new Float64Array(count).fill(1), ...factors.map((factor) => factor.subarray(from, to))];
  const size = matrix.length;
  if (count <= size) return null;
  const form = orthogonal(matrix);
  if (!form) return null;
  const coefficients = backSolve(form, project(form, values));
  const residuals = residualsOf(values, matrix, coefficients);
  const lags = options.lags ?? Math.floor(4 * (count / 100) ** (2 / 9));
  const errors = standardErrors(form, residuals, lags);
  const described = Array.from(coefficients, (value, index) => describe(value, errors[index]!, matrix[index]!, count - size));
  const [mean, squares] = [meanOf(values)!, residuals.reduce((sum, residual) => sum + residual * residual, 0)];
  const total = deviationOf(values) === 0 ? 0 : values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const rSquared = total > 0 ? 1 - squares / total : null;
  return {
    bars: count,
    lags,
    intercept: described[0]!,
    factors: Object.fromEntries(names.map((name, index) => [name, described[index + 1]!])) as Record<Name, Coefficient>,
    rSquared,
    adjustedRSquared: rSquared === null ? null : 1 - ((1 - rSquared) * (count - 1)) / (count - size),
    residualDeviation: Math.sqrt(squares / (count - size)),
  };
}

/** What rounding alone leaves counts as nothing. */
function residualsOf(values: Float64Array, matrix: readonly Float64Array[], coefficients: Float64Array): Float64Array {
  let scale = 0;
  const residuals = values.map((value, row) => {
    let rest = value;
    scale = Math.max(scale, Math.abs(value));
    for (const [index, column] of matrix.entries()) {
      const part = coefficients[index]! * column[row]!;
      scale = Math.max(scale, Math.abs(part));
      rest -= part;
    }
    return rest;
  });
  return residuals.every((residual) => Math.abs(residual) <= 1e-12 * scale) ? new Float64Array(values.length) : residuals;
}

/** Roots of the diagonal of R⁻¹ S R⁻ᵀ, S being the long-run covariance of q_t u_t. */
function standardErrors(form: Orthogonal, residuals: Float64Array, lags: number): Float64Array {
  const size = form.columns.length;
  const correction = residuals.length / (residuals.length - size);
  const inner = bartlettCovariance(form.columns, residuals, lags);
  const half = new Float64Array(size * size); // R⁻¹ S, column by column.
  for (let column = 0; column < size; column++) {
    const solved = backSolve(
      form,
      Float64Array.from({ length: size }, (_, row) => inner[row * size + column]!),
    );
    for (let row = 0; row < size; row++) half[row * size + column] = solved[row]!;
  }
  return Float64Array.from({ length: size }, (_, row) => {
    const variance = backSolve(form, half.slice(row * size, (row + 1) * size))[row]!;
    return Math.sqrt(Math.max(0, variance) * correction);
  });
}

function describe(value: number, standardError: number, column: Float64Array, degrees: number): Coefficient {
  const t = standardError > 0 ? value / standardError : null;
  return { value, standardError, t, pValue: t === null ? null : studentTail(t, degrees), contribution: value * meanOf(column)! };
}

function checked<Name extends string>(returns: ArrayLike<number>, factors: Readonly<Record<Name, ArrayLike<number>>>): Columns<Name> {
  const names = Object.keys(factors) as Name[];
  const column = (name: string, values: ArrayLike<number>): Float64Array => {
    if (values.length !== returns.length) throw invalid(name, `${values.length} values of ${name} beside ${returns.length} returns`);
    checkFinite(values, name);
    return Float64Array.from(values);
  };
  return { returns: column("returns", returns), names, factors: names.map((name) => column(name, factors[name])) };
}

const invalid = (path: string, message: string) =>
  new UserError("data/invalid-value", message, { path, hint: "Give returns and factors over the same bars, without gaps." });
