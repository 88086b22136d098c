import { createOptimalExecution, schedulePolicy } from "tradewind/env";
import { almgrenChriss, twapHoldings } from "tradewind/market";
import { evaluatePolicy } from "tradewind/rl";

const [quantity, steps] = [90, 30];
const session = { stepMs: 1000, steps, market: { warmUpMs: 1000 } };
const environment = createOptimalExecution({ session, quantityLots: quantity, maxPace: 10 }, { count: 20 });

const optimal = almgrenChriss({
  quantity,
  periods: steps,
  volatility: 1.3, // Ticks a √second; impacts in ticks a lot.
  temporaryImpact: 0.1,
  permanentImpact: 0.05,
  riskAversion: 1e-3,
});
console.log(
  `held after ten seconds: ${optimal.holdings[10]!.toFixed(1)} of ${quantity} lots, urgency ${optimal.urgency.toFixed(3)} a second`,
);

for (const [name, holdings] of [
  ["TWAP", twapHoldings(quantity, steps)],
  ["Almgren–Chriss", optimal.holdings],
] as const) {
  const { meanReturn, returnDeviation } = evaluatePolicy(schedulePolicy(environment, holdings), environment, 200, 1);
  console.log(`${name}: shortfall ${(-meanReturn).toFixed(2)} ± ${returnDeviation.toFixed(2)} bps`);
}
