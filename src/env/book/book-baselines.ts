import { assert } from "../../base/index.ts";
import { optimalQuotes, type QuotingProblem } from "../../market/index.ts";
import type { Policy } from "../policy.ts";
import type { MarketMakingEnvironment } from "./market-making.ts";
import type { OptimalExecutionEnvironment } from "./optimal-execution.ts";

/**
 * Follows a schedule of holdings in lots, `steps` + 1 numbers from all to nothing, by market orders: after each step it holds the
 * nearest whole number, as far as the environment's `maxPace` allows.
 */
export function schedulePolicy(environment: OptimalExecutionEnvironment, holdings: ArrayLike<number>): Policy {
  const { session, quantityLots, maxPace, orders } = environment.params;
  const { steps } = session;
  assert(holdings.length === steps + 1, `${holdings.length} holdings for ${steps} steps`);
  const size = environment.observationNames.length;
  const width = orders === "market" ? 1 : 2;
  const field = fieldsOf(environment.observationNames);
  return {
    ...alike(environment),
    decide(observations, count, out) {
      for (let row = 0; row < count; row++) {
        const stepsLeft = Math.round(observations[row * size + field("time-left")]! * steps);
        const left = Math.round(observations[row * size + field("inventory-left")]! * quantityLots);
        const lots = Math.max(0, left - Math.round(holdings[steps - stepsLeft + 1]!));
        const pace = Math.min(maxPace, (lots * stepsLeft) / left);
        out[row * width] = pace < 1 ? pace - 1 : (pace - 1) / (maxPace - 1);
        if (width === 2) out[row * width + 1] = 1;
      }
    },
  };
}

/** Quotes at one distance from the mid price, in ticks, whatever it holds. */
export const constantSpreadPolicy = (environment: MarketMakingEnvironment, distanceTicks: number): Policy =>
  quotingPolicy(environment, (_inventory, _timeLeft, quotes) => {
    quotes.bidDistance = quotes.askDistance = distanceTicks;
  });

/** Quotes as Avellaneda & Stoikov would: prices in ticks, quantities in lots, time in seconds. Quotes are put on the nearest tick. */
export function avellanedaStoikovPolicy(environment: MarketMakingEnvironment, problem: QuotingProblem): Policy {
  const { steps, stepMs } = environment.params.session;
  const sessionSeconds = (steps * stepMs) / 1000;
  return quotingPolicy(environment, (inventory, timeLeft, quotes) => {
    const { bid, ask } = optimalQuotes(0, inventory, timeLeft * sessionSeconds, problem);
    quotes.bidDistance = -bid - 0.5; // The environment rounds away from the mid, by half a tick on average.
    quotes.askDistance = ask - 0.5;
  });
}

/** Distances of both quotes from the mid price in ticks. */
interface Distances {
  bidDistance: number;
  askDistance: number;
}

function quotingPolicy(
  environment: MarketMakingEnvironment,
  quote: (inventoryLots: number, timeLeft: number, quotes: Distances) => void,
): Policy {
  const { maxOffsetTicks, maxInventoryLots, skewTicksPerLot, choosesLots } = environment.params;
  const width = choosesLots ? 4 : 2;
  const size = environment.observationNames.length;
  const field = fieldsOf(environment.observationNames);
  const quotes: Distances = { bidDistance: 0, askDistance: 0 };
  const actionOf = (distance: number) => Math.min(Math.max((2 * distance) / maxOffsetTicks - 1, -1), 1);
  return {
    ...alike(environment),
    decide(observations, count, out) {
      for (let row = 0; row < count; row++) {
        const inventory = Math.round(observations[row * size + field("inventory-share")]! * maxInventoryLots);
        quote(inventory, observations[row * size + field("time-left")]!, quotes);
        const skew = skewTicksPerLot * inventory; // Of the reference price, from which actions count.
        out[width * row] = actionOf(quotes.bidDistance - skew);
        out[width * row + 1] = actionOf(quotes.askDistance + skew);
        if (choosesLots) out[width * row + 2] = out[width * row + 3] = 1; // Whole quotes.
      }
    },
  };
}

const alike = ({ observationSchema, observationNames, actionSpace }: OptimalExecutionEnvironment | MarketMakingEnvironment) => ({
  observationSchema,
  observationSize: observationNames.length,
  actionSpace,
});

function fieldsOf(names: readonly string[]): (name: string) => number {
  const places = new Map(names.map((name, place) => [name, place]));
  return (name) => places.get(name)!;
}
