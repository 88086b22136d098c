export { almgrenChriss, ExecutionProblem, type OptimalSchedule, type ShortfallLaw, shortfallOf } from "./almgren-chriss.ts";
export { type ArrivalIntensity, fitArrivalIntensity } from "./arrival-intensity.ts";
export { optimalQuotes, optimalSpread, type Quotes, QuotingProblem, reservationPrice } from "./avellaneda-stoikov.ts";
export { tradesOf, twapHoldings, vwapHoldings } from "./schedule.ts";
