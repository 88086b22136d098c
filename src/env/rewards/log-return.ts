import { logReturn as logReturnOf, reward } from "../reward.ts";

/** Logarithmic return of equity. An episode adds up to ln(E_T / E_0); a ruined account counts as one money unit. */
export default reward({
  name: "log-return",
  params: {},
  start:
    () =>
    ({ logReturn }) =>
      logReturn,
  ofEquity: logReturnOf,
  total: (initialEquity, finalEquity) => Math.log(Math.max(finalEquity, 1) / initialEquity),
});
