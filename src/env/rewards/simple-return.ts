import { reward } from "../reward.ts";

/** Change in equity as a share of the episode's initial equity. An episode adds up to (E_T − E_0) / E_0. */
export default reward({
  name: "simple-return",
  params: {},
  start:
    () =>
    ({ equityChange, initialEquity }) =>
      equityChange / initialEquity,
  ofEquity: (previousEquity, equity, initialEquity) => (equity - previousEquity) / initialEquity,
  total: (initialEquity, finalEquity) => (finalEquity - initialEquity) / initialEquity,
});
