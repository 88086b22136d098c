import { allocation } from "../allocation-definition.ts";

/** The same share of each asset, rebalanced to it: uniform constantly rebalanced portfolio (Cover, 1991), 1/N (DeMiguel, Garlappi & Uppal, 2009). */
export default allocation({
  name: "equal-weight",
  summary: "the same share of each asset (uniform constantly rebalanced portfolio)",
  params: {},
  needed: () => 0,
  start:
    () =>
    ({ assets }) =>
      new Float64Array(assets).fill(1 / assets),
});
