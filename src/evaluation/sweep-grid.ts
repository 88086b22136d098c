import { type ParamsShape, parseParams, UserError } from "../base/index.ts";

/** Parameters of a strategy by name, as it takes them. */
export type Combination = Readonly<Record<string, unknown>>;

/** Values to try of each parameter; those that are not named keep their defaults. */
export type Grid = Readonly<Record<string, readonly unknown[]>>;

const mostCombinations = 100_000;

/**
 * Every combination of a grid's values, checked and with defaults filled in; the last parameter named varies fastest. An unknown name or
 * a value that its parameter does not take is `config/invalid`, too many combinations are `usage/invalid-option`.
 */
export function combinationsOf(shape: ParamsShape, grid: Grid, at = "params"): readonly Combination[] {
  const count = Object.values(grid).reduce((product, values) => product * values.length, 1);
  if (count < 1 || count > mostCombinations) {
    throw new UserError("usage/invalid-option", `the grid has ${count} combinations`, {
      path: at,
      hint: `Name at least one value of each parameter, and no more than ${mostCombinations} combinations.`,
    });
  }
  let combinations: Combination[] = [{}];
  for (const [name, values] of Object.entries(grid))
    combinations = combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value })));
  return combinations.map((combination) => parseParams(shape, combination, at));
}
